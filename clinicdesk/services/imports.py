"""Bring a hospital's files in: recognise, check, load in one transaction, report every row."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinicdesk.domain.identity import NOBODY, People
from clinicdesk.domain.imported import ImportRun
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.etl.files import TableFile, recognise
from clinicdesk.etl.mended import sources_of
from clinicdesk.etl.picked import Picked, picked
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.readers.structured import tables_in
from clinicdesk.etl.values import Clock
from clinicdesk.services.access import Access, requires
from clinicdesk.services.identifying import Identification
from clinicdesk.services.import_keeping import Keeper, hash_all
from clinicdesk.services.import_people import Census
from clinicdesk.services.import_preview import preview_of
from clinicdesk.services.import_report import ImportPreview, ImportReport
from clinicdesk.services.import_run import Run, survey_all
from clinicdesk.services.past_rejects import past_rejects
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, imports, patients
from clinicdesk.storage.bronze import Shelf
from clinicdesk.storage.comparing import Comparing
from clinicdesk.storage.database import Database
from clinicdesk.storage.identity import Numbers
from clinicdesk.storage.imports import Loader, StoredReferences
from clinicdesk.storage.interrupting import interruptible

AS_IT_IS = Plan()  # nothing is said: the files tell all
GROWTH = 10  # bytes of disk a byte of text may take: five in the store, as many in its log
KEPT = 2  # bytes of disk a byte of a file may take as it came: one in the store, one in its log


class _DryRun(Exception):
    """Unwinds the transaction of an import that was only tried."""


class Imports:
    """The importer of an unlocked store. zone: of instants that name none."""

    def __init__(
        self, database: Database, access: Access, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._database, self._access = database, access
        self._zone, self._now = zone, now

    @requires(Action.IMPORT)
    def preview(
        self,
        files: Sequence[Path],
        plan: Plan = AS_IT_IS,
        progress: Progress = SILENT,
    ) -> ImportPreview:
        """Say what the beginning of each file shows; nothing is read to the end."""
        found = recognise(tables_in(sources_of(files)), plan)
        progress.raise_if_cancelled()
        return ImportPreview([preview_of(file, plan) for file in found], str(self._zone))

    @requires(Action.IMPORT)
    def people(
        self,
        files: Sequence[Path],
        plan: Plan = AS_IT_IS,
        progress: Progress = SILENT,
    ) -> People:
        """Say who the people in the files are: known, new, or to be asked about.

        What it finds is answered by `Plan.people`. Nothing is kept.
        """
        found = recognise(tables_in(sources_of(files)), plan)
        surveyed = survey_all([file for file in found if file.target], progress)
        people = NOBODY
        with suppress(_DryRun), self._database.writing() as session:
            census = Census(
                Loader(session),
                StoredReferences(session, plan.people),
                Identification(Numbers(session), plan.people),
                clock=Clock(self._zone, self._now()),
                plan=plan,
                progress=progress,
            )
            people = census.take(self._access.principal.user_id, surveyed)
            raise _DryRun
        return people

    @requires(Action.IMPORT)
    def run(
        self,
        files: Sequence[Path],
        plan: Plan = AS_IT_IS,
        *,
        dry_run: bool = False,
        progress: Progress = SILENT,
    ) -> ImportReport:
        """Load the files in one transaction; a dry run does the same and rolls it back.

        plan: what a person or a template said of the files; it is kept with the import.
        """
        picks = [picked(file) for file in files]
        found = _importable(recognise(tables_in(sources_of(picks)), plan))
        self._require_space(picks, found)
        hashed = hash_all(picks, progress)
        surveyed = survey_all(found, progress)
        with (
            suppress(_DryRun),
            self._database.writing() as session,
            interruptible(session, progress.raise_if_cancelled),
        ):
            keeper = Keeper(Shelf(session, self._now()), hashed)
            with closing(keeper):
                comparing = Comparing(session) if dry_run else None
                run = self._begun(session, plan, progress, keeper, comparing)
                run.load(self._access.principal.user_id, surveyed)
                keeper.finish(run.import_id, progress)
            run.finish(self._now())
            self._record(session, run)
            names = patients.names_for(session, self._access.principal.user_id)
            comparison = run.compare(self._zone, names)
            if dry_run:
                raise _DryRun
        return run.report(kept=not dry_run, comparison=comparison)

    def _begun(
        self,
        session: Any,
        plan: Plan,
        progress: Progress,
        keeper: Keeper,
        comparing: Comparing | None,
    ) -> Run:
        return Run(
            Loader(session),
            StoredReferences(session, plan.people),
            Identification(Numbers(session), plan.people),
            Clock(self._zone, self._now()),
            plan=plan,
            progress=progress,
            between=keeper.step,
            comparing=comparing,
        )

    def _record(self, session: Any, run: Run) -> None:
        audit.record(
            session,
            self._access.principal,
            "import.run",
            object_type="import_run",
            object_id=run.import_id,
            detail=run.counts_as_json(),
            at=self._now(),
        )

    @requires(Action.IMPORT)
    def write_rejects(self, import_id: int, out: Path, progress: Progress = SILENT) -> int:
        """Write what a past import did not load, to be mended and imported; return how many rows.

        Raise `RecordNotFound` where there is no such import.
        """
        with self._database.reading() as session:
            report = past_rejects(session, import_id)
        progress.raise_if_cancelled()
        report.write_rejects(out)
        return len(report.rejects)

    @requires(Action.IMPORT)
    def history(self, progress: Progress = SILENT) -> list[ImportRun]:
        """Every import, newest first."""
        with self._database.reading() as session:
            return imports.history(session)

    def _require_space(self, picks: Sequence[Picked], found: Sequence[TableFile]) -> None:
        """A full disk is better met before the work than after it (D06)."""
        needed = GROWTH * sum(file.source.size for file in found if file.table)
        needed += KEPT * sum(pick.size for pick in picks)
        lacking = needed - shutil.disk_usage(self._database.path.parent).free
        if lacking > 0:
            raise StoreError(f"The disk is too full: the import needs {lacking >> 20:,} MiB more.")


def _importable(found: Sequence[TableFile]) -> Sequence[TableFile]:
    """Refuse a file that was picked and cannot be imported; an archive may hold other tables."""
    for file in found:
        if not file.target and not file.source.in_archive:
            raise BadInput(f"{file.source.name}: {file.why}")
    if not any(file.target for file in found):
        raise BadInput("None of the files has a table in the store. " + found[0].why)
    return found
