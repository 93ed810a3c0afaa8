"""Whether a backup is made every day, and where it goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.backup import BackupPlan, BackupStatus
from clinicdesk.services.backup import Backups
from clinicdesk.ui.dialogs import files
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label

AskFolder = Callable[[QWidget, str, Callable[[Path], None]], Any]
SAME_DISK = (
    "This is the disk of the store: if it fails, both are gone. Choose a folder on another disk,"
    " a stick or a network drive."
)


class BackupPlanCard(Card):
    """Administrators decide; what is chosen counts at once."""

    failed = Signal(Exception)
    said = Signal(str)
    changed = Signal()

    def __init__(
        self,
        backups: Backups,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        ask_folder: AskFolder = files.ask_folder,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._backups, self._runner, self._ask_folder = backups, runner, ask_folder
        self._plan = BackupPlan()
        self.daily = QCheckBox(self.tr("One a day, when ClinicDesk is locked or closed"))
        self.folder = label("")
        self.folder.setWordWrap(True)
        self.choose = QPushButton(self.tr("Choose a folder…"))
        self.beside = QPushButton(self.tr("Beside the store"))
        self._warning = QWidget()
        self._lay_out(theme)

        self.daily.clicked.connect(self._switch)
        self.choose.clicked.connect(self.ask)
        self.beside.clicked.connect(self._return_beside)

    @property
    def warns(self) -> bool:
        """Whether store and backups are on one disk."""
        return not self._warning.isHidden()

    def show_status(self, status: BackupStatus) -> None:
        """Show what is decided."""
        self._plan = status.plan
        self.daily.setChecked(status.plan.on)
        self.folder.setText(status.folder)
        self.beside.setVisible(bool(status.plan.folder))
        self._warning.setVisible(status.same_disk)

    @Slot()
    def ask(self) -> None:
        """Let the person choose where backups go."""
        self._ask_folder(self, self.tr("Folder for backups"), self.take_folder)

    def take_folder(self, folder: Path) -> None:
        """Let backups go there from now on."""
        self._change(BackupPlan(on=self._plan.on, folder=str(folder)))

    @Slot()
    def _return_beside(self) -> None:
        self._change(BackupPlan(on=self._plan.on))

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        self._change(BackupPlan(on=on, folder=self._plan.folder))

    def _change(self, plan: BackupPlan) -> None:
        task = self._runner.start(self, "change backups", blink(self._backups.change_plan, plan))
        task.succeeded.connect(self._say_changed)
        task.failed.connect(self.failed)
        task.finished.connect(self.changed)

    @Slot()
    def _say_changed(self) -> None:
        self.said.emit(self.tr("That counts from the next backup on."))

    def _lay_out(self, theme: Theme) -> None:
        words = label(self.tr(SAME_DISK))
        words.setWordWrap(True)
        warning = QHBoxLayout(self._warning)
        warning.setContentsMargins(0, 0, 0, 0)
        warning.setSpacing(8)
        warning.addWidget(IconLabel("warning", theme, token="warning", size=16))
        warning.addWidget(words, stretch=1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.beside)
        row.addStretch(1)
        keeps = label(self.tr("Kept: the newest of 7 days, of 4 weeks and of 12 months."), "muted")
        keeps.setWordWrap(True)
        self.rows.addWidget(label(self.tr("Every day"), "heading"))
        self.rows.addWidget(self.daily)
        self.rows.addWidget(keeps)
        self.rows.addWidget(label(self.tr("Folder"), "label"))
        self.rows.addWidget(self.folder)
        self.rows.addWidget(self._warning)
        self.rows.addLayout(row)
