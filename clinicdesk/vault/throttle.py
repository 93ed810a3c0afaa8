"""Slow down whoever tries passwords at this computer.

No delay for three failures in a row, then a growing one, after ten a lock of a quarter of an hour
that ends by itself. The count lies beside the header and survives a restart. It is no protection
against somebody who took the files home: that is the work of Argon2id.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinicdesk.vault import fields
from clinicdesk.vault.atomic import read_whole, replace_whole
from clinicdesk.vault.fields import Malformed
from clinicdesk.vault.locks import exclusive

ATTEMPTS_FILE = "clinic.attempts"
_LOCK = "clinic.attempts.lock"
LOCK_AFTER = 10  # failures in a row
LOCK_TIME = 15 * 60.0  # s
_FREE = 3  # failures before the first delay
_LONGEST_DELAY = 60.0  # s
_MOST_LOGINS = 200
_LARGEST_FILE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Clocks:
    """wall: s since 1970.  monotonic: s since this computer started.  sleep: waits that many s."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCKS = Clocks()


@dataclass(frozen=True, slots=True)
class Failures:
    """How many in a row, and when the last one was, by both clocks, in ms."""

    count: int
    wall: int
    monotonic: int


def delay_after(count: int) -> float:
    """Seconds to wait after that many failures in a row: 0 0 0 1 2 4 8 16 32 60, then the lock."""
    if count >= LOCK_AFTER:
        return LOCK_TIME
    return 0.0 if count <= _FREE - 1 else min(_LONGEST_DELAY, 2.0 ** (count - _FREE))


class Throttle:
    """The failures of each login, by its tag: unknown logins are counted like known ones."""

    def __init__(self, folder: Path, clocks: Clocks = SYSTEM_CLOCKS) -> None:
        self._file = folder / ATTEMPTS_FILE
        self._lock = folder / _LOCK
        self._clocks = clocks

    def wait(self, tag: bytes) -> float:
        """Seconds until this login may be tried again."""
        return self._wait(self._read().get(tag.hex()))

    def failures(self, tag: bytes) -> int:
        """Failures in a row so far."""
        found = self._read().get(tag.hex())
        return found.count if found else 0

    def begin(self, tag: bytes) -> bool:
        """Wait as long as this login must, and count the attempt as failed until it succeeds.

        False while the login is locked: the attempt must fail, and does not count.
        """
        wait = self.wait(tag)
        if wait and self.failures(tag) >= LOCK_AFTER:
            return False
        if wait:
            self._clocks.sleep(wait)
        self._change(lambda found: found | {tag.hex(): self._one_more(found.get(tag.hex()))})
        return True

    def succeeded(self, tag: bytes) -> None:
        """Forget the failures of this login."""
        self._change(lambda found: {each: found[each] for each in found if each != tag.hex()})

    def _wait(self, last: Failures | None) -> float:
        return max(0.0, delay_after(last.count) - self._since(last)) if last else 0.0

    def _since(self, last: Failures) -> float:
        """Seconds since the failure: setting the clock does not help, a restart does not harm."""
        monotonic = self._clocks.monotonic()
        since = monotonic - last.monotonic / 1000
        if since >= 0:
            return since
        return max(monotonic, self._clocks.wall() - last.wall / 1000)  # restarted in between

    def _one_more(self, last: Failures | None) -> Failures:
        return Failures(
            count=(last.count if last else 0) + 1,
            wall=max(0, round(self._clocks.wall() * 1000)),
            monotonic=round(self._clocks.monotonic() * 1000),
        )

    def _change(self, change: Callable[[dict[str, Failures]], dict[str, Failures]]) -> None:
        with suppress(OSError), exclusive(self._lock):  # a store on a read-only disk still opens
            found = sorted(change(self._read()).items(), key=lambda item: item[1].wall)
            kept = found[-_MOST_LOGINS:]
            rows = {tag: [each.count, each.wall, each.monotonic] for tag, each in kept}
            replace_whole(self._file, fields.canonical(rows))

    def _read(self) -> dict[str, Failures]:
        try:
            raw = read_whole(self._file, _LARGEST_FILE + 1) or b"{}"
            return fields.mapping(fields.parse(raw, _LARGEST_FILE), _failures)
        except (OSError, Malformed):
            return {}


def _failures(value: Any) -> Failures:
    count, wall, monotonic = fields.row(value, 3)
    return Failures(fields.number(count), fields.number(wall), fields.number(monotonic))
