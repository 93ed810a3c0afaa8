"""Undo an import, at any later time: first to look at, then for good."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from clinicdesk.domain.roles import Action
from clinicdesk.domain.undone import UndoReport
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, undo
from clinicdesk.storage.database import Database


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
        with suppress(_OnlyALook), self._database.writing() as session:
            taken_back = undo.Undo(session, import_id, progress.raise_if_cancelled)
            report = taken_back.run(principal.user_id, at)
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
