"""Whether a folder is watched for files to import, which, and by which template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.understood import SavedTemplate, WatchPlan
from clinicdesk.services.progress import Progress
from clinicdesk.services.templates import Templates
from clinicdesk.services.watching import Watching
from clinicdesk.ui.dialogs import files
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Card, captioned, label

AskFolder = Callable[[QWidget, str, Callable[[Path], None]], Any]
_ANY = "Whichever fits the columns exactly"


@dataclass(frozen=True, slots=True)
class WatchServices:
    """What the card needs of an open store, each made when it is asked for."""

    watching: Callable[[], Watching]
    templates: Callable[[], Templates]


@dataclass(frozen=True, slots=True)
class _Decided:
    plan: WatchPlan
    templates: Sequence[SavedTemplate]


class WatchFolderCard(Card):
    """Off until somebody says otherwise; what is chosen counts at once."""

    failed = Signal(Exception)
    said = Signal(str)

    def __init__(
        self,
        services: WatchServices,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        ask_folder: AskFolder = files.ask_folder,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._services, self._runner = services, runner
        self._ask_folder = ask_folder
        self._plan = WatchPlan()
        self.on = QCheckBox(self.tr("Import what arrives in a folder"))
        self.folder = label("", "muted")
        self.folder.setWordWrap(True)
        self.choose = QPushButton(self.tr("Choose a folder…"))
        self.template = QComboBox()
        self._lay_out()

        self.on.clicked.connect(self._switch)
        self.choose.clicked.connect(self.ask)
        self.template.activated.connect(self._choose_template)

    @Slot()
    def refresh(self) -> None:
        """Read what is decided."""
        task = self._runner.start(self, "read watched folder", self._read)
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot()
    def ask(self) -> None:
        """Let the person choose the folder."""
        self._ask_folder(self, self.tr("Folder to watch"), self.take_folder)

    def take_folder(self, folder: Path) -> None:
        """Watch this folder from now on, if one is watched."""
        self._change(replace(self._plan, folder=str(folder)))

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        if on and not self._plan.folder:
            self.on.setChecked(False)
            self._ask_folder(self, self.tr("Folder to watch"), self._begin_with)
            return
        self._change(replace(self._plan, on=on))

    def _begin_with(self, folder: Path) -> None:
        self._change(replace(self._plan, on=True, folder=str(folder)))

    @Slot(int)
    def _choose_template(self, at: int) -> None:
        self._change(replace(self._plan, template=self.template.itemData(at)))

    def _read(self, _progress: Progress) -> _Decided:
        return _Decided(self._services.watching().plan(), self._services.templates().every())

    @Slot(object)
    def _show(self, decided: _Decided) -> None:
        plan = self._plan = decided.plan
        self.on.setChecked(plan.on)
        self.folder.setText(plan.folder or self.tr("No folder is chosen."))
        self.template.clear()
        self.template.addItem(self.tr(_ANY), "")
        for each in decided.templates:
            self.template.addItem(each.name, each.name)
        self.template.setCurrentIndex(max(self.template.findData(plan.template), 0))

    def _change(self, plan: WatchPlan) -> None:
        work = blink(self._services.watching().change_plan, plan)
        task = self._runner.start(self, "change watched folder", work)
        task.succeeded.connect(self._say_changed)
        task.failed.connect(self.failed)
        task.finished.connect(self.refresh)

    @Slot()
    def _say_changed(self) -> None:
        self.said.emit(self.tr("That counts from now on."))

    def _lay_out(self) -> None:
        words = label(
            self.tr(
                "Only files that fit a saved template in every column are imported. All others"
                " wait in the list of imports until somebody decides. The files stay where they"
                " are."
            ),
            "muted",
        )
        words.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("Watched folder"), "heading"))
        self.rows.addWidget(self.on)
        self.rows.addWidget(words)
        self.rows.addWidget(self.folder)
        self.rows.addLayout(row)
        self.rows.addWidget(captioned(self.tr("Template"), self.template))
