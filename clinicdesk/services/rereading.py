"""Make the record anew from the imported files: silver from bronze."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinicdesk.domain.roles import Action
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.values import Clock
from clinicdesk.services.access import Access, requires
from clinicdesk.services.identifying import Identification
from clinicdesk.services.import_run import Run, survey_all
from clinicdesk.services.kept_files import picks_of, tables_of
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, rereading
from clinicdesk.storage.database import Database
from clinicdesk.storage.identity import Numbers
from clinicdesk.storage.imports import Loader, StoredReferences
from clinicdesk.storage.interrupting import interruptible
from clinicdesk.storage.rereading import Again, PastRun
from clinicdesk.storage.row_past import READ_AGAIN


class _NothingToKeep(Exception):
    """Unwinds a transaction that changed nothing, or was only a look."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading the files again did. imports: how many were read.

    inserted: rows that were missing.  changed: rows that said something else.  By table.
    """

    imports: int
    inserted: Mapping[str, int]
    changed: Mapping[str, int]

    @property
    def is_whole(self) -> bool:
        """Whether the record says what the files say."""
        return not self.inserted and not self.changed

    def as_json(self) -> dict[str, Any]:
        return {
            "imports": self.imports,
            "inserted": dict(self.inserted),
            "changed": dict(self.changed),
        }


class Rereading:
    """Reads the kept files again with the plans they were read by."""

    def __init__(self, database: Database, access: Access, now: Callable[[], datetime]) -> None:
        self._database, self._access, self._now = database, access, now

    @requires(Action.REREAD)
    def check(self, progress: Progress = SILENT) -> Reread:
        """Say what the files have that the record has not; nothing is changed."""
        return self._reread(progress, for_good=False)

    @requires(Action.REREAD)
    def run(self, progress: Progress = SILENT) -> Reread:
        """Bring back what the files have and the record has not. What people changed stays.

        Where something comes back, the history has it as an import of its own.
        """
        return self._reread(progress, for_good=True)

    def _reread(self, progress: Progress, *, for_good: bool) -> Reread:
        principal, at = self._access.principal, self._now()
        with (
            suppress(_NothingToKeep),
            self._database.writing() as session,
            interruptible(session, progress.raise_if_cancelled),
        ):
            loader = Loader(session)
            number = loader.start(at, principal.user_id, "UTC")
            found = reread(
                session, self._database.path.parent, lambda _: (number, READ_AGAIN), progress
            )
            loader.finish(number, at, _counts(found))
            if not for_good or found.is_whole:
                raise _NothingToKeep
            audit.record(
                session,
                principal,
                "import.read_again",
                object_type="import_run",
                object_id=number,
                detail=found.as_json(),
                at=at,
            )
        return found


def reread(
    session: Any,
    folder: Path,
    name_import: Callable[[int], tuple[int, str]],
    progress: Progress,
) -> Reread:
    """Read all standing imports again and load what they say in the end. Somebody must be acting.

    folder: where the database may lie in which they are read.  name_import: as in `merge`.
    """
    runs = rereading.standing_runs(session)
    with rereading.scratch(session, folder) as beside:
        for done, run in enumerate(runs):
            progress.report(done / len(runs), f"Reading import {run.id} again")
            _again(session, beside, run, progress)
        with beside.reading() as said:
            changes = rereading.merge(said, session, name_import, progress.raise_if_cancelled)
    inserted = {table: new for table, (new, _) in changes.items() if new}
    return Reread(
        len(runs), inserted, {t: changed for t, (_, changed) in changes.items() if changed}
    )


class _Quiet:
    """Lets a part of the work be stopped, and says nothing of how far it is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, fraction: float, message: str = "") -> None: ...

    def raise_if_cancelled(self) -> None:
        self._progress.raise_if_cancelled()


def _again(session: Any, beside: Database, run: PastRun, progress: Progress) -> None:
    quiet = _Quiet(progress)
    plan = Plan.from_json(run.plan)
    files = [file for file in tables_of(picks_of(session, run.id), plan) if file.target]
    surveyed = survey_all(files, quiet)
    with beside.writing() as inner, interruptible(inner, quiet.raise_if_cancelled):
        again = Run(
            Again(inner, run),
            StoredReferences(inner, plan.people),
            Identification(Numbers(inner), plan.people),
            Clock(ZoneInfo(run.timezone), run.started_at),
            plan=plan,
            progress=quiet,
        )
        again.load(run.user_id, surveyed)
        again.finish(run.started_at)


def _counts(found: Reread) -> dict[str, dict[str, int]]:
    """As the history of imports has them."""
    counts = {}
    for table in sorted({*found.inserted, *found.changed}):
        inserted, updated = found.inserted.get(table, 0), found.changed.get(table, 0)
        read = inserted + updated
        counts[table] = {
            "read": read,
            "inserted": inserted,
            "updated": updated,
            "unchanged": 0,
            "rejected": 0,
        }
    return counts
