"""Bring files in: choose, check, run, see the result. Nothing is stored before the second step."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.errors import UserFacingError
from clinicdesk.etl.plan import Plan
from clinicdesk.services.import_report import ImportPreview, ImportReport
from clinicdesk.services.imports import Imports
from clinicdesk.services.progress import Progress
from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label
from clinicdesk.ui.widgets.steps import StepLine
from clinicdesk.ui.wizards.check import CheckStep
from clinicdesk.ui.wizards.choose import ChooseStep
from clinicdesk.ui.wizards.result import ResultStep
from clinicdesk.ui.wizards.running import RunningStep

CHOOSE, CHECK, RUN, RESULT = range(4)


class ImportWizard(QWidget):
    imported = Signal()
    said = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self,
        imports: Callable[[], Imports],
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._imports, self._runner = imports, runner
        self._files: Sequence[Path] = ()
        self._units: Mapping[str, str] = {}
        self._task: Task | None = None

        self._line = StepLine(["Choose", "Check", "Import", "Result"], theme)
        self.choose = ChooseStep(theme)
        self.check = CheckStep(theme)
        self.running = RunningStep(theme)
        self.result = ResultStep(theme)
        self._steps = QStackedWidget()
        for step in (self.choose, self.check, self.running, self.result):
            self._steps.addWidget(step)
        self._lay_out()

        self.choose.chosen.connect(self.preview)
        self.check.accepted.connect(self.run)
        self.check.left.connect(self.start_over)
        self.check.units_named.connect(self._take_units)
        self.running.cancelled.connect(self._cancel)
        self.result.again.connect(self.start_over)
        self.result.save_wanted.connect(self._ask_save)

    @property
    def step(self) -> int:
        return self._steps.currentIndex()

    @Slot(list)
    def preview(self, files: Sequence[Path]) -> None:
        """Recognise the files and show what they are."""
        self._files = list(files)
        self.choose.say("")
        work = partial(_preview, self._imports(), self._files, self._units)
        task = self._begin("preview import", work)
        task.succeeded.connect(self._show_preview)
        task.failed.connect(self._refuse)

    @Slot()
    def run(self) -> None:
        """Import what was previewed, in one transaction."""
        self._go(RUN)
        self.running.show_progress(0.0, "")
        task = self._begin("import", partial(_run, self._imports(), self._files, self._units))
        task.progressed.connect(self.running.show_progress)
        task.succeeded.connect(self._show_report)
        task.failed.connect(self._refuse)

    @Slot()
    def start_over(self) -> None:
        self._files, self._units = (), {}
        self.choose.say("")
        self._go(CHOOSE)

    def show_report(self, report: ImportReport) -> None:
        self.result.show_report(report)
        self._go(RESULT)

    @Slot(object)
    def _take_units(self, units: Mapping[str, str]) -> None:
        self._units = {**self._units, **units}
        self.preview(self._files)

    @Slot(object)
    def _show_preview(self, preview: ImportPreview) -> None:
        self.check.show_preview(preview)
        self._go(CHECK)

    @Slot(object)
    def _show_report(self, report: ImportReport) -> None:
        self.show_report(report)
        self.imported.emit()

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        """Back to the files, with the reason beside the button that chooses others."""
        self.start_over()
        self.choose.say(plain_text(error))

    @Slot()
    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()
        self.start_over()
        self.said.emit(self.tr("The import was cancelled; the store is as it was."))

    @Slot()
    def _ask_save(self) -> None:
        ask_save_as(self, self.tr("Save rejected rows"), "rejects.csv", self._save)

    def _save(self, out: Path) -> None:
        report = self.result.report
        if report is None:
            return
        work = partial(_write_rejects, report, out)
        task = self._runner.start(self, "save rejects", work)
        task.succeeded.connect(self._say_saved)
        task.failed.connect(self.failed)

    @Slot()
    def _say_saved(self) -> None:
        self.said.emit(self.tr("The rejected rows are saved."))

    def _begin(self, name: str, work: Callable[[Progress], object]) -> Task:
        if self._task:
            self._task.cancel()
        self._task = self._runner.start(self, name, work)
        return self._task

    def _go(self, step: int) -> None:
        self._steps.setCurrentIndex(step)
        self._line.show_step(step)
        if step == CHOOSE:
            self.choose.take_focus()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addWidget(label(self.tr("Import"), "title"))
        head.addWidget(self._line)
        head.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(head)
        rows.addWidget(self._steps, stretch=1)


def _preview(
    imports: Imports, files: Sequence[Path], units: Mapping[str, str], progress: Progress
) -> ImportPreview:
    return imports.preview(files, Plan(units=units), progress)


def _run(
    imports: Imports, files: Sequence[Path], units: Mapping[str, str], progress: Progress
) -> ImportReport:
    return imports.run(files, Plan(units=units), progress=progress)


def _write_rejects(report: ImportReport, out: Path, _progress: Progress) -> None:
    try:
        report.write_rejects(out)
    except OSError:
        raise UserFacingError(
            "The file could not be written there. Choose another folder."
        ) from None
