"""The password's key: the standard, its bounds and the benchmark (A02, A03, A04)."""

import threading
import time
from dataclasses import replace

import pytest
from argon2.low_level import Type, hash_secret_raw

from clinicdesk.vault.kdf import LIMITS, MIB, STANDARD, KdfCost, Limits, benchmark, cheaper, derive
from clinicdesk.vault.troubles import HostileCost
from tests.conftest import CHEAP, CHEAP_LIMITS

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def most_memory() -> int:
    """KiB this process ever had; 0 where the system does not say."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0


def test_the_standard_is_rfc_9106s_and_agrees_with_another_implementation() -> None:
    assert KdfCost(memory=64 * 1024, passes=3, lanes=4) == STANDARD
    key = derive("Ångström ist 15 Zeichen", b"0123456789abcdef", STANDARD, LIMITS)
    password = "Ångström ist 15 Zeichen".encode()
    assert bytes(key) == hash_secret_raw(password, b"0123456789abcdef", 3, 65536, 4, 32, Type.ID)


def test_hashing_lets_other_threads_run() -> None:
    """The window goes on painting while a password is checked (A03)."""
    beats, done = [], threading.Event()

    def hash_once() -> None:
        derive("plum kettle orbit walnut", bytes(16), STANDARD, LIMITS)
        done.set()

    worker = threading.Thread(target=hash_once)
    worker.start()
    while not done.wait(0.002):
        beats.append(time.perf_counter())
    worker.join()
    assert len(beats) >= 5, "a lock held for the whole time would allow one or two"


def test_keyboards_that_compose_differently_give_one_key() -> None:
    composed, apart = "\u00e9t\u00e9 \u2460", "e\u0301te\u0301 1"
    salt = bytes(16)
    one, other = (derive(text, salt, CHEAP, CHEAP_LIMITS) for text in (composed, apart))
    assert one == other


@pytest.mark.parametrize(
    "cost",
    [
        KdfCost(64 * 1024 * MIB, 3, 4),
        KdfCost(8, 3, 4),
        KdfCost(0, 0, 0),
        KdfCost(45 * MIB, 1, 1),
        KdfCost(64 * MIB, 0, 4),
        KdfCost(64 * MIB, 17, 4),
        KdfCost(64 * MIB, 3, 0),
        KdfCost(64 * MIB, 3, 17),
        KdfCost(2**53, 2**53, 2**53),
    ],
)
def test_a_hostile_cost_is_refused_before_any_allocation(cost: KdfCost) -> None:
    before = most_memory()
    started = time.perf_counter()
    with pytest.raises(HostileCost):
        derive("a password", bytes(16), cost, LIMITS)
    assert time.perf_counter() - started < 0.05
    assert most_memory() - before < 1024  # KiB


def test_lanes_that_do_not_fit_the_memory_are_refused() -> None:
    tiny = Limits(written=KdfCost(8, 1, 1), read=KdfCost(8, 1, 1))
    with pytest.raises(HostileCost):
        tiny.check_read(KdfCost(memory=31, passes=1, lanes=4))


@pytest.mark.parametrize(
    "cost",
    [replace(STANDARD, memory=63 * MIB), replace(STANDARD, passes=2), KdfCost(46 * MIB, 1, 1)],
)
def test_a_cost_that_is_still_read_is_not_written_any_more(cost: KdfCost) -> None:
    with pytest.raises(HostileCost):
        LIMITS.check_written(cost)


def test_the_weakest_readable_slot_is_owasps() -> None:
    LIMITS.check_read(KdfCost(46 * MIB, 1, 1))
    LIMITS.check_written(STANDARD)
    assert cheaper(KdfCost(46 * MIB, 1, 1), STANDARD)
    assert not cheaper(STANDARD, STANDARD)


class Computer:
    """Takes a time in proportion to memory and passes."""

    def __init__(self, seconds_at_standard: float) -> None:
        self.now = 0.0
        self._unit = seconds_at_standard / (STANDARD.memory * STANDARD.passes)

    def run(self, cost: KdfCost) -> None:
        self.now += self._unit * cost.memory * cost.passes

    def benchmark(self) -> tuple[KdfCost, float]:
        cost = benchmark(lambda: self.now, self.run)
        return cost, self._unit * cost.memory * cost.passes


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.09, 0.15, 0.2, 0.26, 0.3, 0.39])
def test_the_benchmark_reaches_its_target(seconds: float) -> None:
    cost, took = Computer(seconds).benchmark()
    assert 0.4 <= took <= 0.8
    assert STANDARD.memory <= cost.memory <= 256 * MIB
    assert cost.passes >= STANDARD.passes
    LIMITS.check_written(cost)


@pytest.mark.parametrize("seconds", [0.4, 1.0, 30.0])
def test_a_slow_computer_keeps_the_standard(seconds: float) -> None:
    assert Computer(seconds).benchmark()[0] == STANDARD


def test_the_fastest_computer_stays_under_the_ceiling() -> None:
    cost, _ = Computer(1e-6).benchmark()
    assert cost == KdfCost(256 * MIB, LIMITS.ceiling.passes, STANDARD.lanes)
