"""After how many minutes without input the window locks."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from clinicdesk.services.idle import DEFAULT, LONGEST, SHORTEST
from clinicdesk.services.settings import Settings
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Card, label


class LockingCard(Card):
    """Administrators set the minutes; everybody sees them."""

    failed = Signal(Exception)
    said = Signal(str)
    changed = Signal(int)

    def __init__(
        self,
        settings: Settings,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        changes: bool,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._settings, self._runner = settings, runner
        self._changes = changes
        self._words = label("", "")
        self._words.setWordWrap(True)
        self.minutes = QComboBox()
        for minutes in range(SHORTEST, LONGEST + 1):
            self.minutes.addItem(f"{minutes} min", minutes)
        self.minutes.setAccessibleName(self.tr("Minutes without input before locking"))
        self.save = QPushButton(self.tr("Set"))
        self._lay_out()
        self._say(DEFAULT)

        self.save.clicked.connect(self._change)

    @Slot()
    def refresh(self) -> None:
        task = self._runner.start(self, "read settings", blink(self._settings.idle_minutes))
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot(object)
    def _show(self, minutes: int) -> None:
        self.minutes.setCurrentIndex(minutes - SHORTEST)
        self._say(minutes)

    @Slot()
    def _change(self) -> None:
        work = blink(self._settings.change_idle_minutes, self.minutes.currentData())
        task = self._runner.start(self, "change settings", work)
        task.succeeded.connect(self._confirm)
        task.failed.connect(self.failed)

    @Slot()
    def _confirm(self) -> None:
        self._say(self.minutes.currentData())
        self.changed.emit(self.minutes.currentData())
        self.said.emit(self.tr("The window locks after that time now."))

    def _say(self, minutes: int) -> None:
        unit = "minute" if minutes == 1 else "minutes"
        self._words.setText(
            f"The window locks after {minutes} {unit} without a key or the pointer, when the "
            "computer is locked or put to sleep, and after 12 hours."
        )

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.minutes)
        row.addWidget(self.save)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("Locking"), "heading"))
        self.rows.addWidget(self._words)
        self.rows.addLayout(row)
        for widget in (self.minutes, self.save):
            widget.setVisible(self._changes)
