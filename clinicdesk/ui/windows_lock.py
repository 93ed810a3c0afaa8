"""Hear from Windows that the session is locked, switched away or put to sleep."""

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.ui.system_lock import LOCKED

SESSION_CHANGE, POWER_BROADCAST = 0x02B1, 0x0218  # winuser.h: WM_WTSSESSION_CHANGE, ...
SESSION_LOCK, CONSOLE_DISCONNECT, REMOTE_DISCONNECT = 0x7, 0x2, 0x4  # WTS_...
SUSPEND = 0x4  # PBT_APMSUSPEND
_ENDS = frozenset(
    {
        (SESSION_CHANGE, SESSION_LOCK),
        (SESSION_CHANGE, CONSOLE_DISCONNECT),
        (SESSION_CHANGE, REMOTE_DISCONNECT),
        (POWER_BROADCAST, SUSPEND),
    }
)
_THIS_SESSION = 0


class Messages(QAbstractNativeEventFilter):
    """Reads what Windows posts to our windows; keeps nothing from them."""

    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__()
        self._heard = heard

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        if QByteArray(kind) == b"windows_generic_MSG":
            posted = wintypes.MSG.from_address(int(message))
            if (posted.message, posted.wParam) in _ENDS:
                self._heard()
        return False, 0


class WindowsLock(QObject):
    """Emits `locked` when the session of Windows is left or the computer goes to sleep.

    window: any window of ours that lives as long as this; Windows posts to it.
    """

    locked = Signal(str)  # why, in words

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = Messages(lambda: self.locked.emit(LOCKED))
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self._messages)
        if sys.platform == "win32":
            handle = wintypes.HWND(int(window.winId()))
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(handle, _THIS_SESSION)
