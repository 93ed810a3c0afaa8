"""One import on its way, as far as work goes: look, try, load, each with what was said so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from clinicdesk.etl.plan import Plan
from clinicdesk.etl.profile import ColumnProfile
from clinicdesk.services.import_report import ImportPreview
from clinicdesk.services.imports import Imports
from clinicdesk.services.progress import Progress
from clinicdesk.services.templates import Offer, Templates
from clinicdesk.services.understanding import Understanding
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.wizards.step import Known, Meanings
from clinicdesk.ui.wizards.trial import Trial, trial_of


@dataclass(frozen=True, slots=True)
class JourneyServices:
    """What an import needs of an open store, each made when it is asked for."""

    imports: Callable[[], Imports]
    understanding: Callable[[], Understanding]
    templates: Callable[[], Templates]


class Journey(QObject):
    """Keeps what is known; does one thing at a time, and nothing twice for the same plan."""

    changed = Signal()  # something else is known
    progressed = Signal(float, str)
    failed = Signal(Exception)

    def __init__(
        self,
        services: JourneyServices,
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._runner = services, runner
        self._task: Task | None = None
        self._profiling: Task | None = None
        self._seen = self._studied = self._met = self._tried = Plan()
        self.known = Known()

    def begin(self, files: Sequence[Path]) -> None:
        """Forget the import before; these are the files of the next."""
        self.cancel()
        self._stop_profiling()
        self.known = Known(tuple(files))
        self.changed.emit()

    def say(self, plan: Plan) -> None:
        """Take what a person said."""
        self.known = replace(self.known, plan=plan)
        self.changed.emit()

    @property
    def is_seen(self) -> bool:
        """Whether the preview is that of the plan."""
        return self.known.preview is not None and self._seen == _of_the_files(self.known.plan)

    @property
    def is_studied(self) -> bool:
        """Whether the values are those of the plan, whatever was said of them."""
        known = self.known
        return known.meanings is not None and self._studied == _of_the_values(known.plan)

    @property
    def is_met(self) -> bool:
        """Whether the people are those of the plan, whoever was said to be whom."""
        return self.known.people is not None and self._met == _of_the_people(self.known.plan)

    @property
    def is_tried(self) -> bool:
        """Whether the trial is that of the plan."""
        return self.known.trial is not None and self._tried == self.known.plan

    def look(self, then: Callable[[], None]) -> None:
        """See what the beginning of each file shows."""
        files, plan = self.known.files, self.known.plan
        services = self._services
        work = partial(_preview, services.imports(), services.templates(), files, plan)
        self._start("preview import", work, partial(self._take_preview, plan, then))

    def profile(self, then: Callable[[], None]) -> None:
        """Count what the columns hold, beside whatever else is done; once an import."""
        if self.known.profiles or self._profiling is not None:
            return
        files, plan = self.known.files, self.known.plan
        work = partial(_profiles, self._services.understanding(), files, plan)
        task = self._profiling = self._runner.start(self, "profile files", work)
        task.succeeded.connect(partial(self._take_profiles, files, then))

    def use(self, offer: Offer, then: Callable[[Any], None]) -> None:
        """Take what a template says of a file. then: hears the plan."""
        work = partial(_used, self._services.templates(), self.known.plan, offer)
        self._start("use template", work, then)

    def study(self, then: Callable[[], None]) -> None:
        """Read every value that must be understood."""
        files, plan = self._files, self.known.plan
        work = partial(_meanings, self._services.understanding(), files, plan)
        self._start("look at values", work, partial(self._take_meanings, plan, then))

    def meet(self, then: Callable[[], None]) -> None:
        """See who the people in the files are."""
        files, plan = self._files, self.known.plan
        work = partial(_people, self._services.imports(), files, plan)
        self._start("look at people", work, partial(self._take_people, plan, then))

    def try_out(self, then: Callable[[], None]) -> None:
        """Load everything and take it back: what would come of it."""
        files, plan = self._files, self.known.plan
        work = partial(_try, self._services.imports(), files, plan)
        self._start("try import", work, partial(self._take_trial, plan, then))

    def load(self, then: Callable[[Any], None]) -> None:
        """Load everything. then: hears the report."""
        files, plan = self._files, self.known.plan
        work = partial(_run, self._services.imports(), files, plan)
        self._start("import", work, then)

    @property
    def _files(self) -> Sequence[Path]:
        """The files that are imported: one that nobody understands is left out, and said so."""
        preview = self.known.preview
        left = {file.name for file in preview.files if not file.table} if preview else set()
        return [path for path in self.known.files if path.name not in left]

    @Slot()
    def cancel(self) -> None:
        """Stop what is under way; its outcome is no longer wanted."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _stop_profiling(self) -> None:
        if self._profiling is not None:
            self._profiling.cancel()
            self._profiling = None

    def _start(
        self, name: str, work: Callable[[Progress], object], take: Callable[[Any], None]
    ) -> None:
        self.cancel()
        task = self._task = self._runner.start(self, name, work)
        task.progressed.connect(self.progressed)
        task.succeeded.connect(take)
        task.failed.connect(self.failed)
        task.finished.connect(partial(self._rest, task))

    def _rest(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _take_preview(self, plan: Plan, then: Callable[[], None], seen: Any) -> None:
        self._seen = _of_the_files(plan)
        preview, offers = seen
        self.known = replace(self.known, preview=preview, offers=offers)
        self.changed.emit()
        then()

    def _take_profiles(self, files: Sequence[Path], then: Callable[[], None], found: Any) -> None:
        if files == self.known.files:
            self.known = replace(self.known, profiles=found)
            then()

    def _take_meanings(self, plan: Plan, then: Callable[[], None], meanings: Any) -> None:
        self._studied = _of_the_values(plan)
        self.known = replace(self.known, meanings=meanings)
        self.changed.emit()
        then()

    def _take_people(self, plan: Plan, then: Callable[[], None], people: Any) -> None:
        self._met = _of_the_people(plan)
        self.known = replace(self.known, people=people)
        self.changed.emit()
        then()

    def _take_trial(self, plan: Plan, then: Callable[[], None], trial: Any) -> None:
        self._tried = plan
        self.known = replace(self.known, trial=trial)
        self.changed.emit()
        then()


def _of_the_files(plan: Plan) -> Plan:
    """What counts of a plan for how the files look: not who is who, nor what was mended."""
    return replace(plan, people={}, fixes={}, blanks={})


def _of_the_values(plan: Plan) -> Plan:
    """What counts of a plan for which values there are: not what they were said to mean."""
    return replace(_of_the_files(plan), units={}, words={})


def _of_the_people(plan: Plan) -> Plan:
    """What counts of a plan for who is in the files: not whom somebody took them for."""
    return replace(plan, people={}, blanks={})


def _preview(
    imports: Imports,
    templates: Templates,
    files: Sequence[Path],
    plan: Plan,
    progress: Progress,
) -> tuple[ImportPreview, Sequence[Offer]]:
    return imports.preview(files, plan, progress=progress), templates.offers(files, plan, progress)


def _used(templates: Templates, plan: Plan, offer: Offer, _progress: Progress) -> Plan:
    return templates.use(plan, [offer])


def _profiles(
    understanding: Understanding, files: Sequence[Path], plan: Plan, progress: Progress
) -> dict[tuple[str, str], ColumnProfile]:
    found = understanding.profile(files, plan, progress)
    return {(file.name, column.header): column for file in found for column in file.columns}


def _meanings(
    understanding: Understanding, files: Sequence[Path], plan: Plan, progress: Progress
) -> Meanings:
    return Meanings(
        understanding.units(files, plan, progress), understanding.words(files, plan, progress)
    )


def _people(imports: Imports, files: Sequence[Path], plan: Plan, progress: Progress) -> object:
    return imports.people(files, plan, progress=progress)


def _try(imports: Imports, files: Sequence[Path], plan: Plan, progress: Progress) -> Trial:
    return trial_of(imports.run(files, plan, dry_run=True, progress=progress))


def _run(imports: Imports, files: Sequence[Path], plan: Plan, progress: Progress) -> object:
    return imports.run(files, plan, progress=progress)
