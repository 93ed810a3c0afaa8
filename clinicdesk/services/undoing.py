"""Undo an import, at any later time: first to look at, then for good."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from clinicdesk.domain.roles import Action
from clinicdesk.domain.undone import UndoReport
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.rereading import reread
from clinicdesk.storage import audit, undo
from clinicdesk.storage.acting import acting
from clinicdesk.storage.database import Database
from clinicdesk.storage.interrupting import interruptible


class _OnlyALook(Exception):
    """Unwinds the transaction of an undo that was only tried."""


class Undoing:
    """Takes back what imports brought, in one transaction each."""

    def __init__(self, database: Database, access: Access, now: Callable[[], datetime]) -> None:
        self._database, self._access, self._now = database, access, now

    @requires(Action.IMPORT_UNDO)
    def preview(self, import_id: int, progress: Progress = SILENT) -> UndoReport:
        """Say what undoing the import would do: it is done, and rolled back."""
        return self._undo(import_id, progress, for_good=False)

    @requires(Action.IMPORT_UNDO)
    def run(self, import_id: int, progress: Progress = SILENT) -> UndoReport:
        """Remove what the import brought and restore what it changed.

        What people or later imports changed since stays, and is listed. Raise `RecordNotFound`
        where there is no such import, `BadInput` where it was undone already.
        """
        return self._undo(import_id, progress, for_good=True)

    def _undo(self, import_id: int, progress: Progress, *, for_good: bool) -> UndoReport:
        principal, at = self._access.principal, self._now()
        progress.report(0.0, f"Undoing import {import_id}")
        stop = progress.raise_if_cancelled
        with (
            suppress(_OnlyALook),
            self._database.writing() as session,
            interruptible(session, stop),
        ):
            taken_back = undo.Undo(session, import_id, stop)
            report = taken_back.run(principal.user_id, at)
            report = replace(report, brought_again=self._brought_again(session, report, progress))
            undo.finish(session, report, principal.user_id, at)
            audit.record(
                session,
                principal,
                "import.undone",
                object_type="import_run",
                object_id=import_id,
                detail={name: report.as_json()[name] for name in ("removed", "restored", "kept")},
                at=at,
            )
            if not for_good:
                raise _OnlyALook
        return report

    def _brought_again(
        self, session: Any, report: UndoReport, progress: Progress
    ) -> Mapping[str, int]:
        """Let other imports that said the same have their word: their files are read again."""
        undo.finish(session, report, self._access.principal.user_id, self._now())
        if not (report.removed or report.restored) or not undo.said_again(session):
            return {}
        with acting(session, self._access.principal.user_id, "Import", self._now()):
            found = reread(session, self._database.path.parent, _its_own, progress)
        return {
            table: found.inserted.get(table, 0) + found.changed.get(table, 0)
            for table in sorted({*found.inserted, *found.changed})
        }


def _its_own(import_id: int) -> tuple[int, str]:
    return import_id, f"Import {import_id}"
