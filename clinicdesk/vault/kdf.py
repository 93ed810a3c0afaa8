"""From a password to a key: Argon2id, its cost and the bounds of the cost."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from clinicdesk.vault.troubles import HostileCost, NotEnoughMemory
from clinicdesk.wiping import wipe, wipe_freed

MIB = 1024  # KiB
SALT_BYTES = 16
KEY_BYTES = 32
LONGEST_PASSWORD = 256  # characters


@dataclass(frozen=True, slots=True)
class KdfCost:
    """memory: KiB.  passes and lanes: t and p of RFC 9106."""

    memory: int
    passes: int
    lanes: int


STANDARD = KdfCost(memory=64 * MIB, passes=3, lanes=4)  # RFC 9106, second recommended option


@dataclass(frozen=True, slots=True)
class Limits:
    """What a slot may cost. A cheaper one invites guessing, a dearer one eats the computer.

    Slots are written at `written` or above, read at `read` (OWASP's line) or above.
    """

    written: KdfCost = STANDARD
    read: KdfCost = KdfCost(memory=46 * MIB, passes=1, lanes=1)
    ceiling: KdfCost = KdfCost(memory=1024 * MIB, passes=16, lanes=16)

    def check_read(self, cost: KdfCost) -> None:
        """Refuse a cost before anything is allocated for it."""
        if not (_at_least(cost, self.read) and _at_least(self.ceiling, cost)):
            raise HostileCost

    def check_written(self, cost: KdfCost) -> None:
        """Refuse to write a slot that is cheaper than today's standard."""
        if not (_at_least(cost, self.written) and _at_least(self.ceiling, cost)):
            raise HostileCost

    def today(self, cost: KdfCost) -> KdfCost:
        """What a new slot costs: as the store has it, or the standard if that has risen since."""
        return KdfCost(
            memory=max(cost.memory, self.written.memory),
            passes=max(cost.passes, self.written.passes),
            lanes=max(cost.lanes, self.written.lanes),
        )


LIMITS = Limits()


def _at_least(cost: KdfCost, floor: KdfCost) -> bool:
    return (
        cost.memory >= max(floor.memory, 8 * cost.lanes)  # Argon2 needs 8 KiB a lane
        and cost.passes >= floor.passes
        and cost.lanes >= floor.lanes
    )


def cheaper(cost: KdfCost, standard: KdfCost) -> bool:
    """Whether a slot of this cost is due for an upgrade."""
    return cost.memory < standard.memory or cost.passes < standard.passes


def derive(password: str, salt: bytes, cost: KdfCost, limits: Limits) -> bytearray:
    """Run Argon2id once; 150 ms and 64 MiB at the standard cost. Releases the GIL."""
    limits.check_read(cost)
    key = bytearray(KEY_BYTES)
    typed = normal(password).encode("utf-8", "surrogatepass")
    kdf = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    try:
        kdf.derive_into(typed, key)
    except MemoryError:
        raise NotEnoughMemory from None
    finally:
        wipe(typed)
        wipe_freed()
    return key


def normal(password: str) -> str:
    """One form for what keyboards of different systems produce for the same keys (NFKC).

    What is longer than any password can be is cut first: composing a megabyte takes a while.
    """
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST_PASSWORD])


def benchmark(
    timer: Callable[[], float],
    run: Callable[[KdfCost], object] | None = None,
    *,
    least: float = 0.4,
    memory_cap: int = 256 * MIB,
) -> KdfCost:
    """Find the cost that takes this computer `least` seconds or a little more.

    Never under the standard; memory is doubled first, since it is what hurts a guessing farm,
    up to `memory_cap`, KiB; then passes are added.
    """
    run = run or _run_once
    cost = STANDARD
    while (took := _seconds(timer, run, cost)) < least:
        if cost.memory < memory_cap and took < least / 1.5:
            cost = replace(cost, memory=min(2 * cost.memory, memory_cap))
        elif cost.passes < LIMITS.ceiling.passes:
            cost = replace(cost, passes=cost.passes + 1)
        else:
            break
    return cost


def _seconds(timer: Callable[[], float], run: Callable[[KdfCost], object], cost: KdfCost) -> float:
    started = timer()
    run(cost)
    return timer() - started


def _run_once(cost: KdfCost) -> None:
    wipe(derive("a password of the benchmark", bytes(SALT_BYTES), cost, LIMITS))
