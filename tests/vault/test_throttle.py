"""Slowing down who guesses at this computer, under any clock (A16)."""

from pathlib import Path

import pytest

from clinicdesk.vault.throttle import (
    ATTEMPTS_FILE,
    LOCK_AFTER,
    LOCK_TIME,
    Throttle,
    delay_after,
)
from tests.vault.support import FakeClock

TAG, OTHER = bytes(32), bytes(31) + b"\x01"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def throttle(folder: Path, clock: FakeClock) -> Throttle:
    """A new one each time, as after a restart of the program."""
    return Throttle(folder, clock.clocks())


def failed(folder: Path, clock: FakeClock, times: int) -> None:
    for _ in range(times):
        assert throttle(folder, clock).begin(TAG)


def test_the_delays_grow() -> None:
    delays = [delay_after(count) for count in range(12)]
    assert delays == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, LOCK_TIME, LOCK_TIME]


def test_three_failures_are_free_and_the_tenth_locks(tmp_path: Path, clock: FakeClock) -> None:
    failed(tmp_path, clock, 3)
    assert clock.slept == 0
    failed(tmp_path, clock, 7)
    assert clock.slept == 1 + 2 + 4 + 8 + 16 + 32 + 60
    assert throttle(tmp_path, clock).wait(TAG) == pytest.approx(LOCK_TIME)
    assert not throttle(tmp_path, clock).begin(TAG)


def test_time_served_is_counted(tmp_path: Path, clock: FakeClock) -> None:
    failed(tmp_path, clock, 6)
    clock.go_on(7)
    clock.slept = 0
    failed(tmp_path, clock, 1)
    assert clock.slept == pytest.approx(1)


def test_the_lock_ends_by_itself_and_trying_does_not_prolong_it(
    tmp_path: Path, clock: FakeClock
) -> None:
    failed(tmp_path, clock, LOCK_AFTER)
    for _ in range(100):
        clock.go_on(LOCK_TIME / 101)
        assert not throttle(tmp_path, clock).begin(TAG)
    clock.go_on(LOCK_TIME / 101 + 0.1)
    assert throttle(tmp_path, clock).begin(TAG)
    assert not throttle(tmp_path, clock).begin(TAG)


def test_a_hundred_failures_take_a_day(tmp_path: Path, clock: FakeClock) -> None:
    started = clock.wall
    done = 0
    while done < 100:
        clock.go_on(throttle(tmp_path, clock).wait(TAG) + 0.001)
        done += throttle(tmp_path, clock).begin(TAG)
    assert clock.wall - started > 22 * 3600


def test_success_starts_anew(tmp_path: Path, clock: FakeClock) -> None:
    failed(tmp_path, clock, 9)
    throttle(tmp_path, clock).succeeded(TAG)
    assert throttle(tmp_path, clock).failures(TAG) == 0
    clock.slept = 0
    failed(tmp_path, clock, 3)
    assert clock.slept == 0


def test_logins_are_counted_apart(tmp_path: Path, clock: FakeClock) -> None:
    failed(tmp_path, clock, LOCK_AFTER)
    assert throttle(tmp_path, clock).wait(OTHER) == 0
    assert throttle(tmp_path, clock).begin(OTHER)
    throttle(tmp_path, clock).succeeded(OTHER)
    assert throttle(tmp_path, clock).wait(TAG) > 0


@pytest.mark.parametrize("shift", [-3e9, -3600, 3600, 1e9])
def test_setting_the_clock_helps_nobody_and_harms_nobody(
    tmp_path: Path, clock: FakeClock, shift: float
) -> None:
    failed(tmp_path, clock, LOCK_AFTER)
    clock.wall += shift
    assert throttle(tmp_path, clock).wait(TAG) == pytest.approx(LOCK_TIME)
    clock.go_on(LOCK_TIME)
    assert throttle(tmp_path, clock).wait(TAG) == pytest.approx(0)
    failed(tmp_path, clock, 1)  # while the clock is wrong
    assert not throttle(tmp_path, clock).begin(TAG)


@pytest.mark.parametrize("shift", [-3e9, 0])
def test_a_restart_does_not_release_and_does_not_lock_for_ever(
    tmp_path: Path, clock: FakeClock, shift: float
) -> None:
    """The monotonic clock starts again; the wall clock may have been set back meanwhile."""
    failed(tmp_path, clock, LOCK_AFTER)
    clock.wall += 30 + shift
    clock.monotonic = 20
    assert throttle(tmp_path, clock).wait(TAG) > LOCK_TIME - 60
    clock.go_on(LOCK_TIME)
    assert throttle(tmp_path, clock).wait(TAG) == 0


def test_an_attempt_that_is_killed_counts(tmp_path: Path, clock: FakeClock) -> None:
    throttle(tmp_path, clock).begin(TAG)
    assert throttle(tmp_path, clock).failures(TAG) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b'{"00":[1,2,3]}', b"\x00" * 100, b"x" * 1_000_000]
)
def test_a_damaged_count_starts_anew(tmp_path: Path, clock: FakeClock, content: bytes) -> None:
    (tmp_path / ATTEMPTS_FILE).write_bytes(content)
    failed(tmp_path, clock, LOCK_AFTER)
    assert not throttle(tmp_path, clock).begin(TAG)


def test_the_count_stays_small_and_private(tmp_path: Path, clock: FakeClock) -> None:
    for number in range(250):
        clock.go_on(1)
        throttle(tmp_path, clock).begin(number.to_bytes(32, "big"))
    file = tmp_path / ATTEMPTS_FILE
    assert file.stat().st_size < 64 * 1024
    assert file.stat().st_mode & 0o777 == 0o600
    assert throttle(tmp_path, clock).failures((249).to_bytes(32, "big")) == 1
    assert throttle(tmp_path, clock).failures((0).to_bytes(32, "big")) == 0
