"""Hear from the desktop that the computer is locked or put to sleep.

This is Linux with systemd-logind, GNOME, KDE and what else has the freedesktop screen saver;
`windows_lock.py` is Windows, and `wake.py` notices a sleep on whatever does not tell. The lock of
the screen of macOS is not heard: there the idle time locks.
"""

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

LOCKED = "Locked with the computer."
_LOGIN = "org.freedesktop.login1"
_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")


class SystemLock(QObject):
    """Emits `locked` before the computer sleeps, and when its screen is locked."""

    locked = Signal(str)  # why, in words

    def __init__(
        self,
        system: QDBusConnection,
        session: QDBusConnection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        begins, now = SLOT("take_beginning(bool)"), SLOT("take()")
        sleep = (_LOGIN, "", f"{_LOGIN}.Manager", "PrepareForSleep", self, begins)
        screen = (_LOGIN, "", f"{_LOGIN}.Session", "Lock", self, now)
        # PySide's stub asks for bytes, and PySide itself for text
        system.connect(*sleep)  # type: ignore[call-overload]
        system.connect(*screen)  # type: ignore[call-overload]
        for saver in _SAVERS:
            session.connect("", "", saver, "ActiveChanged", self, begins)  # type: ignore[call-overload]

    @Slot(bool)
    def take_beginning(self, begins: bool) -> None:
        """Sleep or the screen saver begins, or it ends."""
        if begins:
            self.locked.emit(LOCKED)

    @Slot()
    def take(self) -> None:
        """The session is locked."""
        self.locked.emit(LOCKED)


def system_lock(parent: QObject | None = None) -> SystemLock:
    """Listen on the buses of this computer; without one, nothing is ever heard."""
    return SystemLock(QDBusConnection.systemBus(), QDBusConnection.sessionBus(), parent)
