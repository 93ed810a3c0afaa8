"""Refusing who has the wrong password, no account, or a locked one: alike by the clock (A15)."""

import tempfile
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.frame import Figure, answer, measure
from clinicdesk import vault
from clinicdesk.errors import WrongPassword
from clinicdesk.vault.throttle import LOCK_AFTER, LOCK_TIME, Clocks

ROUNDS = 1
TRIALS = 67  # of each kind in each process, in turn: 200 in all
FEW = 7  # of each, where nothing is compared
ADMIN, LOCKED, PASSWORD = "ada", "bob", "plum kettle orbit walnut"


def ours() -> float:
    """The distance between the fastest and the slowest kind, by their medians."""
    medians = _medians(TRIALS)
    return max(medians) - min(medians)


def limit() -> float:
    """What may differ: the checklist's 50 ms to either side."""
    return 50.0


def said_at_once() -> float:
    """What an answer without the work for an unknown login would give away."""
    return median(_medians(FEW))


WAYS = {"ours": ours, "limit": limit, "peer": said_at_once}


def figures() -> list[Figure]:
    taken = measure("bench.refusal", WAYS, ROUNDS)
    return [
        Figure(
            name="refusal",
            task=f"Wrong password, unknown login, locked account: {3 * TRIALS} trials, by median",
            unit="ms",
            **taken,
            limit_is="what the requirement lets them differ",
            peer_is="no work for a login that is unknown",
            goal=1.0,
        )
    ]


def _medians(trials: int) -> list[float]:
    """Milliseconds of each kind, in turn, so that a bad minute falls on all of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = vault.create(folder, vault.NewAccount(ADMIN, "administrator", PASSWORD))[0]
        vault.add_account(keys, vault.NewAccount(LOCKED, "nurse", PASSWORD))
        keys.close()
        passing, standing = _clocks(LOCK_TIME), _clocks(0)
        for _ in range(LOCK_AFTER):
            _refused(folder, LOCKED, "wrong", standing)
        kinds = [
            partial(_refused, folder, ADMIN, "wrong", passing),
            partial(_refused, folder, "nobody", PASSWORD, passing),
            partial(_refused, folder, LOCKED, PASSWORD, standing),
        ]
        taken = [[kind() for kind in kinds] for _ in range(trials)]
        return [median(each) for each in zip(*taken, strict=True)]


def _clocks(step: float) -> Clocks:
    """A clock that goes on by `step` seconds each time it is looked at; nobody waits."""
    seconds = count(0.0, step)
    return Clocks(lambda: next(seconds), lambda: next(seconds), lambda _: None)


def _refused(folder: Path, login: str, password: str, clocks: Clocks) -> float:
    """Milliseconds until it is refused."""
    began = perf_counter()
    with suppress(WrongPassword):
        vault.unlock(folder, login, password, clocks=clocks)
        raise AssertionError("the wrong person was let in")
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    answer(WAYS)
