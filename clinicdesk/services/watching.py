"""Import what arrives in a chosen folder, by a saved template; off until an administrator says so.

What leaves any question open waits for a person: it is noted before it is begun, so that nothing is
ever tried twice, not even what ended the program.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from clinicdesk.domain.roles import Action
from clinicdesk.domain.understood import WatchedFile, WatchedState, WatchPlan
from clinicdesk.errors import BadInput, UserFacingError
from clinicdesk.etl.plan import Plan
from clinicdesk.services.access import Access, requires
from clinicdesk.services.import_report import ImportReport
from clinicdesk.services.imports import Imports
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.templates import Offer, Templates, exact
from clinicdesk.services.understanding import Understanding
from clinicdesk.services.watched_folder import digest_of, require_watchable, whole_files
from clinicdesk.storage import audit, watched
from clinicdesk.storage.database import Database

_CUT_SHORT = "The import did not end. Look at the file, then try it again by hand."


class Watching:
    """The watched folder of a store. folder: the store's own."""

    def __init__(
        self,
        database: Database,
        access: Access,
        folder: Path,
        *,
        imports: Imports,
        templates: Templates,
        understanding: Understanding,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._access, self._folder = database, access, folder
        self._imports, self._templates = imports, templates
        self._understanding, self._now = understanding, now

    @requires(Action.IMPORT)
    def plan(self) -> WatchPlan:
        """Whether a folder is watched, and which."""
        with self._database.reading() as session:
            return watched.plan(session)

    @requires(Action.SETTINGS_CHANGE)
    def change_plan(self, plan: WatchPlan) -> None:
        """Decide anew; raise `BadInput` for a folder that cannot be watched."""
        if plan.on:
            require_watchable(Path(plan.folder), self._folder)
        with self._database.writing() as session:
            before = watched.plan(session)
            watched.change_plan(session, plan)
            detail = {"before": before.on, "after": plan.on, "moved": before.folder != plan.folder}
            self._record(session, "settings.change", "watch_folder", "", detail)

    @requires(Action.IMPORT)
    def every(self) -> list[WatchedFile]:
        """What became of the files that were seen, newest first."""
        with self._database.reading() as session:
            return watched.every(session)

    @requires(Action.IMPORT)
    def once(self, progress: Progress = SILENT) -> list[WatchedFile]:
        """Look into the folder once, import what is new; return what was new."""
        plan = self.plan()
        if not plan.on:
            return []
        found = []
        for path in whole_files(Path(plan.folder), self._now()):
            progress.raise_if_cancelled()
            digest = digest_of(path)
            if digest and not self._is_known(digest):
                found.append(self._arrived(path, digest, plan, progress))
        return found

    @requires(Action.IMPORT)
    def try_again(self, file_id: int) -> None:
        """Let the next look meet a waiting file as a new one."""
        with self._database.writing() as session:
            watched.forget(session, file_id)
            self._record(session, "watch.decide", "watched_file", file_id, {"again": True})

    @requires(Action.IMPORT)
    def dismiss(self, file_id: int) -> None:
        """Say that nothing is to be done with a waiting file, or that a person did it."""
        with self._database.writing() as session:
            known = watched.get(session, file_id)
            watched.settle(session, file_id, WatchedState.DISMISSED, known.problem)
            self._record(session, "watch.decide", "watched_file", file_id, {"again": False})

    def _is_known(self, digest: str) -> bool:
        with self._database.reading() as session:
            return watched.is_known(session, digest)

    def _arrived(self, path: Path, digest: str, plan: WatchPlan, progress: Progress) -> WatchedFile:
        with self._database.writing() as session:
            number = watched.begin(session, path.name, digest, _CUT_SHORT, self._now())
        try:
            report = self._imported(path, plan, progress)
        except UserFacingError as error:
            return self._settled(number, WatchedState.WAITING, str(error))
        return self._settled(number, WatchedState.IMPORTED, _left(report), report.import_id)

    def _imported(self, path: Path, plan: WatchPlan, progress: Progress) -> ImportReport:
        offers = self._templates.offers([path], Plan())
        used = self._templates.use(Plan(), self._chosen(offers, plan))
        preview = self._imports.preview([path], used)
        if questions := preview.questions:
            raise BadInput(f"It leaves a question open: {questions[0].words}")
        for file in self._understanding.words([path], used, progress):
            for column in file.columns:
                if column.unknown:
                    raise BadInput(f"{column.header} has words that nobody has explained.")
        for units in self._understanding.units([path], used, progress):
            if asked := next((column for column in units.columns if column.asks), None):
                raise BadInput(f"The unit of {asked.header} must be confirmed.")
        return self._imports.run([path], used, progress=progress)

    def _chosen(self, offers: list[Offer], plan: WatchPlan) -> list[Offer]:
        allowed = [o for o in offers if plan.template in ("", o.name)]
        found = exact(allowed)
        if found:
            return found
        if not allowed:
            raise BadInput("No saved template fits its columns.")
        changed = " ".join(allowed[0].difference.words()[:5])
        raise BadInput(f"Its columns are not those of the template {allowed[0].name}. {changed}")

    def _settled(
        self, number: int, state: WatchedState, problem: str, import_id: int | None = None
    ) -> WatchedFile:
        with self._database.writing() as session:
            watched.settle(session, number, state, problem, import_id)
            if state is WatchedState.WAITING:
                self._record(session, "watch.waiting", "watched_file", number, None)
            return watched.get(session, number)

    def _record(
        self,
        session: Any,
        action: str,
        kind: str,
        number: int | str,
        detail: dict[str, bool] | None,
    ) -> None:
        audit.record(
            session,
            self._access.principal,
            action,
            object_type=kind,
            object_id=number,
            detail=detail,
            at=self._now(),
        )


def _left(report: ImportReport) -> str:
    """What a person may want to look at after an import, "" for nothing."""
    count = len(report.rejects)
    if not count:
        return ""
    rejected = "1 record was" if count == 1 else f"{count:,} records were"
    return f"{rejected} rejected; see the import."
