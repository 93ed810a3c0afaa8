"""The window locks with the computer where nobody sends a message on a bus (F06)."""

import ctypes
from ctypes import wintypes
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication

from clinicdesk.ui.wake import SLEPT, Wake
from clinicdesk.ui.windows_lock import (
    CONSOLE_DISCONNECT,
    POWER_BROADCAST,
    SESSION_CHANGE,
    SESSION_LOCK,
    SUSPEND,
    Messages,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SESSION_UNLOCK, RESUMED, MOUSE_MOVE = 0x8, 0x7, 0x0200


def heard_of(message: int, what: int, kind: bytes = b"windows_generic_MSG") -> bool:
    """Whether the filter took what Windows would post for the end of the work."""
    heard: list[bool] = []
    posted = wintypes.MSG(message=message, wParam=what)
    answer = Messages(lambda: heard.append(True)).nativeEventFilter(kind, ctypes.addressof(posted))
    assert answer == (False, 0), "Windows goes on with its message"
    return bool(heard)


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (SESSION_CHANGE, SESSION_LOCK),
        (SESSION_CHANGE, CONSOLE_DISCONNECT),
        (POWER_BROADCAST, SUSPEND),
    ],
)
def test_the_end_of_a_session_of_windows_locks(
    application: QApplication, message: int, what: int
) -> None:
    assert heard_of(message, what)


@pytest.mark.parametrize(
    ("message", "what"),
    [(SESSION_CHANGE, SESSION_UNLOCK), (POWER_BROADCAST, RESUMED), (MOUSE_MOVE, SESSION_LOCK)],
)
def test_other_messages_lock_nothing(application: QApplication, message: int, what: int) -> None:
    assert not heard_of(message, what)
    assert not heard_of(SESSION_CHANGE, SESSION_LOCK, kind=b"xcb_generic_event_t")


def test_a_computer_that_slept_is_locked_when_it_wakes(application: QApplication) -> None:
    clock = [NOON]
    wake = Wake(lambda: clock[0])
    why: list[str] = []
    wake.locked.connect(why.append)
    clock[0] += timedelta(seconds=6)
    wake.look()
    assert why == []
    clock[0] += timedelta(minutes=2)  # the idle time is not over: sleep alone is the reason
    wake.look()
    assert why == [SLEPT]
