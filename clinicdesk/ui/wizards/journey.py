"""One import on its way, as far as work goes: look, try, load, each with what was said so far."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from clinicdesk.etl.plan import Plan
from clinicdesk.services.imports import Imports
from clinicdesk.services.progress import Progress
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.wizards.step import Known
from clinicdesk.ui.wizards.trial import Trial, trial_of


class Journey(QObject):
    """Keeps what is known; does one thing at a time, and nothing twice for the same plan."""

    changed = Signal()  # something else is known
    progressed = Signal(float, str)
    failed = Signal(Exception)

    def __init__(
        self,
        imports: Callable[[], Imports],
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._imports, self._runner = imports, runner
        self._task: Task | None = None
        self._seen = self._tried = Plan()
        self.known = Known()

    def begin(self, files: Sequence[Path]) -> None:
        """Forget the import before; these are the files of the next."""
        self.cancel()
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
    def is_tried(self) -> bool:
        """Whether the trial is that of the plan."""
        return self.known.trial is not None and self._tried == self.known.plan

    def look(self, then: Callable[[], None]) -> None:
        """See what the beginning of each file shows."""
        files, plan = self.known.files, self.known.plan
        work = partial(_preview, self._imports(), files, plan)
        self._start("preview import", work, partial(self._take_preview, plan, then))

    def try_out(self, then: Callable[[], None]) -> None:
        """Load everything and take it back: what would come of it."""
        files, plan = self.known.files, self.known.plan
        work = partial(_try, self._imports(), files, plan)
        self._start("try import", work, partial(self._take_trial, plan, then))

    def load(self, then: Callable[[Any], None]) -> None:
        """Load everything. then: hears the report."""
        files, plan = self.known.files, self.known.plan
        work = partial(_run, self._imports(), files, plan)
        self._start("import", work, then)

    @Slot()
    def cancel(self) -> None:
        """Stop what is under way; its outcome is no longer wanted."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

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

    def _take_preview(self, plan: Plan, then: Callable[[], None], preview: Any) -> None:
        self._seen = _of_the_files(plan)
        self.known = replace(self.known, preview=preview)
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


def _preview(imports: Imports, files: Sequence[Path], plan: Plan, progress: Progress) -> object:
    return imports.preview(files, plan, progress=progress)


def _try(imports: Imports, files: Sequence[Path], plan: Plan, progress: Progress) -> Trial:
    return trial_of(imports.run(files, plan, dry_run=True, progress=progress))


def _run(imports: Imports, files: Sequence[Path], plan: Plan, progress: Progress) -> object:
    return imports.run(files, plan, progress=progress)
