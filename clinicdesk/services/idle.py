"""When a session locks by itself: after idle minutes without input, and after twelve hours.

Pure: whoever watches the keyboard tells the instants. A clock that was set back proves nothing
about how long nobody was there, so it locks at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from clinicdesk.domain.clock import went_back

SESSION = timedelta(hours=12)
SHORTEST, DEFAULT, LONGEST = 1, 5, 30  # minutes without input


class LockReason(StrEnum):
    IDLE = "idle"
    SESSION_OVER = "session over"
    CLOCK_SET_BACK = "clock set back"


@dataclass(frozen=True, slots=True)
class Watch:
    """A session under watch. idle: without input for that long it locks."""

    idle: timedelta
    began: datetime
    last_input: datetime

    def touched(self, now: datetime) -> "Watch":
        """Somebody typed or moved the pointer; too late once there is a reason to lock."""
        return self if self.reason(now) else replace(self, last_input=now)

    def reason(self, now: datetime) -> LockReason | None:
        """Why to lock now, None while there is no reason."""
        if went_back(self.last_input, now):
            return LockReason.CLOCK_SET_BACK
        if now - self.began >= SESSION:
            return LockReason.SESSION_OVER
        return LockReason.IDLE if now - self.last_input >= self.idle else None

    def due_in(self, now: datetime) -> timedelta:
        """How long until there is a reason if nobody touches anything; zero when there is one."""
        if self.reason(now):
            return timedelta()
        return min(self.last_input + self.idle, self.began + SESSION) - now


def watch(minutes: int, now: datetime) -> Watch:
    """Begin to watch a session that was just unlocked."""
    return Watch(timedelta(minutes=minutes), now, now)
