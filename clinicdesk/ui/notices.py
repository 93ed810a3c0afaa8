"""How the program speaks up: a line above the status bar, never a box over a patient's name."""

from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinicdesk.errors import Cancelled
from clinicdesk.ui.icons import IconButton, IconLabel
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.theme import Theme

STAYS = 8_000  # ms; a warning or an error stays until it is closed
MOST = 3  # notices at once; the oldest goes


class Kind(StrEnum):
    DONE = "done"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_LOOK = {
    Kind.DONE: ("check", "good", "Done"),
    Kind.INFO: ("info", "ink", "Note"),
    Kind.WARNING: ("warning", "warning", "Warning"),
    Kind.ERROR: ("error", "critical", "Not done"),
}


class Notice(QFrame):
    """One message with its sign, its word and a button to close it."""

    closed = Signal()

    def __init__(self, kind: Kind, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        icon, token, word = _LOOK[kind]
        self.setObjectName("notice")
        self.setProperty("notice", kind.value)
        self.setAccessibleName(f"{word}: {text}")
        label = QLabel(word)
        label.setProperty("tone", kind.value)
        self.text = QLabel(text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = IconButton("close", "Close this notice", theme, size=14)
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 4, 1)
        row.setSpacing(8)
        row.addWidget(IconLabel(icon, theme, token=token, size=18))
        row.addWidget(label)
        row.addWidget(self.text, stretch=1)
        row.addWidget(close)


class NoticeBar(QWidget):
    """The latest notices, newest below."""

    failing = Signal(Exception)  # an error that is shown

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)

    @property
    def notices(self) -> list[Notice]:
        return self.findChildren(Notice, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def say(self, kind: Kind, text: str) -> None:
        notice = Notice(kind, text, self._theme, self)
        notice.closed.connect(partial(self._drop, notice))
        self._rows.addWidget(notice)
        if kind in {Kind.DONE, Kind.INFO}:
            QTimer.singleShot(STAYS, notice, notice.closed.emit)
        for old in self.notices[:-MOST]:
            self._drop(old)

    def _drop(self, notice: Notice) -> None:
        self._rows.removeWidget(notice)
        notice.setParent(None)
        notice.deleteLater()

    @Slot(str)
    def done(self, text: str) -> None:
        self.say(Kind.DONE, text)

    @Slot(Exception)
    def fail(self, error: BaseException) -> None:
        """Show an error as its reader can use it."""
        if not isinstance(error, Cancelled):
            self.say(Kind.ERROR, plain_text(error))
            self.failing.emit(error)

    @Slot()
    def clear(self) -> None:
        for notice in self.notices:
            self._drop(notice)
