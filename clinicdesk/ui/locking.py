"""When to lock by itself: nobody there, twelve hours, the computer locked or put to sleep."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow

from clinicdesk.services.clock import utc_now
from clinicdesk.services.idle import DEFAULT, LockReason, Watch, watch

WORDS = {
    LockReason.IDLE: "Locked because nobody was there.",
    LockReason.SESSION_OVER: "Locked after twelve hours.",
    LockReason.CLOCK_SET_BACK: "Locked because the clock of this computer was set back.",
}
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class AutoLock(QObject):
    """Watches the keyboard and the pointer while a store is open.

    The input of every window passes its `QWindow` first, a few hundred events a second; a filter
    on the application would see every event of every widget. now: the clock.
    """

    due = Signal(str)  # why, in words; at once
    idled = Signal(str)  # the same, when nobody is there and there is time

    def __init__(
        self,
        application: QGuiApplication,
        now: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._watch: Watch | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.check)
        application.focusWindowChanged.connect(self._listen)
        self._listen(application.focusWindow())

    def begin(self, minutes: int = DEFAULT) -> None:
        """Watch a session that was just unlocked."""
        self._watch = watch(minutes, self._now())
        self._wait()

    @Slot(int)
    def keep_to(self, minutes: int) -> None:
        """Allow that many minutes without input from now on."""
        if self._watch is not None:
            self._watch = Watch(timedelta(minutes=minutes), self._watch.began, self._now())
            self._wait()

    def end(self) -> None:
        """There is nothing to lock any more."""
        self._watch = None
        self._timer.stop()

    @Slot()
    def check(self) -> None:
        """Say that it is time, or wait for as long as it will take."""
        if self._watch is None:
            return
        reason = self._watch.reason(self._now())
        if reason is None:
            self._wait()
            return
        self.end()
        (self.idled if reason is LockReason.IDLE else self.due).emit(WORDS[reason])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there; whoever comes too late finds the window locked."""
        if self._watch is not None and event.type() in _INPUT:
            now = self._now()
            if self._watch.reason(now) is not None:
                self.check()
                return True
            self._watch = self._watch.touched(now)
        return super().eventFilter(watched, event)

    @Slot(QWindow)
    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # twice is once

    def _wait(self) -> None:
        if self._watch is not None:
            rest = self._watch.due_in(self._now())
            self._timer.start(max(1, -(-rest // timedelta(milliseconds=1))))
