"""How old the last verified backup is: a line that is always on the screen."""

from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from clinicdesk.domain.backup import BackupStatus
from clinicdesk.domain.display import elapsed_text
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import button, label, restyle

NONE = "No verified backup"
UNKNOWN = "Backup: not known"


def age_text(status: BackupStatus, now: datetime) -> str:
    """Of when the last backup is that was proved whole."""
    if status.last is None:
        return NONE
    return f"Last verified backup {elapsed_text(status.last.made_at, now)} ago"


class BackupAge(QWidget):
    """In the status line; administrators press it to see all backups."""

    chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, leads_on: bool) -> None:
        super().__init__(parent)
        self._words: QPushButton | QLabel
        if leads_on:
            self._words = button("", "link")
            self._words.clicked.connect(self.chosen)
        else:
            self._words = label("", "muted")
        self._sign = IconLabel("warning", theme, token="warning", size=14)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._sign)
        row.addWidget(self._words)
        self._say(UNKNOWN, warns=False)

    @property
    def text(self) -> str:
        return self._words.text()

    @property
    def warns(self) -> bool:
        """Whether somebody should look after the backups."""
        return not self._sign.isHidden()

    def show_status(self, status: BackupStatus, now: datetime) -> None:
        """Say how old it is; with a sign when it is older than it should be."""
        warns = status.is_old(now) and status.plan.on
        off = "" if status.plan.on else " (scheduled backups are off)"
        self._say(f"{age_text(status, now)}{off}", warns=warns)

    @Slot()
    def forget(self) -> None:
        """It could not be asked."""
        self._say(UNKNOWN, warns=False)

    def _say(self, text: str, *, warns: bool) -> None:
        self._words.setText(text)
        self._words.setAccessibleName(text)
        restyle(self._words, "tone", "warning" if warns else "")
        self._sign.setVisible(warns)
