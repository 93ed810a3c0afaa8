"""Bring files in, page by page. Nothing is stored before the page that compares says so."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.errors import UserFacingError
from clinicdesk.services.import_report import ImportReport
from clinicdesk.services.progress import Progress
from clinicdesk.services.templates import Offer
from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.dialogs.template_name import TemplateDialog
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import ErrorLine, label
from clinicdesk.ui.widgets.steps import StepLine
from clinicdesk.ui.wizards.check import CheckStep
from clinicdesk.ui.wizards.choose import ChooseStep
from clinicdesk.ui.wizards.columns import ColumnsStep
from clinicdesk.ui.wizards.compare import CompareStep
from clinicdesk.ui.wizards.journey import Journey, JourneyServices
from clinicdesk.ui.wizards.people import PeopleStep
from clinicdesk.ui.wizards.result import ResultStep
from clinicdesk.ui.wizards.running import RunningStep
from clinicdesk.ui.wizards.seen import SeenStep
from clinicdesk.ui.wizards.step import Step
from clinicdesk.ui.wizards.values import ValuesStep

CHOOSE, SEEN, COLUMNS, VALUES, PEOPLE, CHECK, COMPARE, RUN, RESULT = range(9)
NAMES = (
    "Files",
    "What we see",
    "Columns",
    "Values",
    "People",
    "Check",
    "Compare",
    "Import",
    "Result",
)


class ImportWizard(QWidget):
    """Leads from page to page; what has to be worked out in between is waited for in sight."""

    imported = Signal()
    said = Signal(str)
    failed = Signal(Exception)
    history_wanted = Signal(int)  # the import to show, 0 for none in particular

    def __init__(
        self,
        services: JourneyServices,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self.journey = Journey(services, runner, self)
        self._line = StepLine(NAMES, theme)
        self.choose = ChooseStep(theme)
        self.seen = SeenStep(theme)
        self.columns = ColumnsStep(theme)
        self.values = ValuesStep(theme)
        self.people = PeopleStep(theme)
        self.check = CheckStep(theme, runner)
        self.compare = CompareStep(theme)
        self.running = RunningStep(theme)
        self.result = ResultStep(theme)
        self._pages: dict[int, Step] = {
            SEEN: self.seen,
            COLUMNS: self.columns,
            VALUES: self.values,
            PEOPLE: self.people,
            CHECK: self.check,
            COMPARE: self.compare,
        }
        self._steps = QStackedWidget()
        for page in (self.choose, *self._pages.values(), self.running, self.result):
            self._steps.addWidget(page)
        self._from = CHOOSE  # where one is, or came from while something is worked out
        self._error = ErrorLine()
        self._remark = label("", "muted")
        self.back = CommandButton("back", self.tr("Back"), theme)
        self.next = CommandButton("later", self.tr("Next"), theme, kind="primary")
        self._foot = QWidget()
        self._lay_out()

        self.choose.chosen.connect(self.preview)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.running.cancelled.connect(self._cancel)
        self.result.again.connect(self.start_over)
        self.result.save_wanted.connect(self._ask_save)
        self.result.history_wanted.connect(self.history_wanted)
        self.result.template_wanted.connect(self._ask_template)
        self.seen.offer_wanted.connect(self._use_template)
        self.choose.history_wanted.connect(self.history_wanted)
        self.journey.progressed.connect(self.running.show_progress)
        self.journey.failed.connect(self._refuse)
        for step in self._pages.values():
            step.planned.connect(self._take_plan)
            step.changed.connect(self._dress_foot)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.go_on, context=_HERE)
        QShortcut(QKeySequence("Alt+Left"), self, self.go_back, context=_HERE)
        self._show(CHOOSE)

    @property
    def step(self) -> int:
        """Where one is; while something is worked out, where one will be."""
        return self._line.step

    @Slot(list)
    def preview(self, files: Sequence[Path]) -> None:
        """Recognise the files and show what they are."""
        self.journey.begin(files)
        self._go(SEEN)

    @Slot()
    def go_on(self) -> None:
        """To the next page, if nothing is lacking on this one."""
        page = self._pages.get(self._from)
        if page is None or not self.next.isEnabled():
            return
        if page.lacking:
            page.take_focus()
        elif self._from == CHECK and not self.journey.is_tried:
            self._go(CHECK)
        else:
            self._go(self._from + 1)

    @Slot()
    def go_back(self) -> None:
        if self._from in self._pages and self.back.isEnabled():
            self._go(self._from - 1)

    @Slot()
    def start_over(self) -> None:
        self.journey.begin(())
        self._show(CHOOSE)

    def forget(self) -> None:
        """Let go of every name and row of the files."""
        self.start_over()
        for model in self.findChildren(RecordTableModel):
            model.show_rows([])

    def show_report(self, report: ImportReport) -> None:
        self.result.show_report(report)
        self._show(RESULT)

    def _go(self, step: int) -> None:
        """Show the page, after what it needs is worked out."""
        arrive = partial(self._show, step)
        if CHOOSE < step < RUN and not self.journey.is_seen:
            self._wait(step, self.tr("Looking at the files"))
            self.journey.look(partial(self._go, step))
        elif step == VALUES and not self.journey.is_studied:
            self._wait(step, self.tr("Reading units and words"))
            self.journey.study(arrive)
        elif step == PEOPLE and not self.journey.is_met:
            self._wait(step, self.tr("Looking who the people are"))
            self.journey.meet(arrive)
        elif step in (CHECK, COMPARE) and not self.journey.is_tried:
            self._wait(step, self.tr("Trying the import; nothing is stored"))
            self.journey.try_out(arrive)
        elif step == RUN:
            self._wait(step, self.tr("Importing"))
            self.journey.load(self._show_report)
        else:
            arrive()

    def _wait(self, step: int, doing: str) -> None:
        self._say("")
        self._line.show_step(step)
        self.running.begin(doing)
        self._steps.setCurrentWidget(self.running)
        self._foot.hide()

    def _show(self, step: int) -> None:
        """Be at a page, and give the keyboard to what is to be decided there."""
        self._say("")
        self._from = step
        self._line.show_step(step)
        page = self._pages.get(step)
        self._foot.setVisible(page is not None)
        if page is None:
            self._steps.setCurrentWidget(self.choose if step == CHOOSE else self.result)
            if step == CHOOSE:
                self.choose.take_focus()
            return
        page.show_known(self.journey.known)
        self._steps.setCurrentWidget(page)
        if step == COLUMNS:
            self.journey.profile(self._show_profiles)
        self._dress_foot()
        if not page.take_focus():
            self.next.setFocus()

    @Slot(object)
    def _take_plan(self, plan: Any) -> None:
        """Hear what was said; how the files look now is seen at once, beside the work."""
        self.journey.say(plan)
        if self._from in (SEEN, COLUMNS):
            self.journey.look(self._show_again)
        self._show_again()

    @Slot()
    def _show_again(self) -> None:
        page = self._pages.get(self._from)
        if page is not None:
            page.show_known(self.journey.known)
            self._dress_foot()

    def _show_profiles(self) -> None:
        self.columns.show_profiles(self.journey.known.profiles)

    @Slot(object)
    def _show_report(self, report: ImportReport) -> None:
        self.show_report(report)
        self.imported.emit()

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        """Back to where one came from, with the reason."""
        text = plain_text(error)
        self._show(self._from)
        self._say(text)

    @Slot()
    def _cancel(self) -> None:
        importing = self.step == RUN
        self.journey.cancel()
        self._show(self._from)
        if importing:
            self.said.emit(self.tr("The import was cancelled; the store is as it was."))

    def _say(self, error: str) -> None:
        self.choose.say(error if self._from == CHOOSE else "")
        self._error.say(error if self._from != CHOOSE else "")

    @Slot()
    def _dress_foot(self) -> None:
        """What the buttons say and may do, and what keeps one here."""
        page = self._pages.get(self._from)
        if page is None:
            return
        again = self._from == CHECK and not self.journey.is_tried
        self.next.setText(self.tr("Check again") if again else self.tr(page.verb))
        self._remark.setText(page.lacking or page.remark)

    @Slot(object)
    def _use_template(self, offer: Offer) -> None:
        self.journey.use(offer, self._take_plan)

    @Slot()
    def _ask_template(self) -> None:
        """Ask under which name what was said is kept."""
        preview = self.journey.known.preview
        files = [file.name for file in preview.files if file.table] if preview else []
        if files:
            dialog = TemplateDialog(files, self)
            dialog.named.connect(self.keep_template)
            dialog.open()

    @Slot(str, str)
    def keep_template(self, name: str, file: str) -> None:
        """Keep what was said of a file."""
        known, templates = self.journey.known, self._services.templates()
        paths = [path for path in known.files if path.name == file.partition("!")[0]]
        whole = paths[0] if paths else known.files[0]
        table = "" if paths and file == whole.name else file
        work = blink(templates.save, name, whole, known.plan, table=table)
        task = self._runner.start(self, "save template", work)
        task.succeeded.connect(self._say_kept)
        task.failed.connect(self.failed)

    @Slot()
    def _say_kept(self) -> None:
        self.said.emit(self.tr("The template is saved; it is offered for files like this one."))

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

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addWidget(label(self.tr("Import"), "title"))
        head.addWidget(self._line, stretch=1)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(12)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self._remark)
        foot.addWidget(self.next)
        self.back.setToolTip(self.tr("Alt+Left"))
        self.next.setToolTip(self.tr("Ctrl+Enter"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(head)
        rows.addWidget(self._steps, stretch=1)
        rows.addWidget(self._error)
        rows.addWidget(self._foot)


_HERE = Qt.ShortcutContext.WidgetWithChildrenShortcut


def _write_rejects(report: ImportReport, out: Path, _progress: Progress) -> None:
    try:
        report.write_rejects(out)
    except OSError:
        raise UserFacingError(
            "The file could not be written there. Choose another folder."
        ) from None
