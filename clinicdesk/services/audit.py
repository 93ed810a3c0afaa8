"""Read the audit: search it, ask who saw a record, prove that nothing in it was changed."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.anchor import BEGINS_WITH, Anchor
from clinicdesk.domain.audit import (
    EVERYTHING,
    AuditFilter,
    AuditPage,
    Fault,
    Verification,
    WhoSaw,
)
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services import audit_files
from clinicdesk.services.access import Access, requires
from clinicdesk.services.audit_files import CSV_BEGINS_WITH, LINES_BEGIN_WITH
from clinicdesk.services.audit_verifying import verify_chain
from clinicdesk.services.files import put_in_place
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import accounts, audit, audit_search, patients
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.vault import Unlocked

PAGE = 200  # events
_MOST = 10_000  # events about one record that are listed


class Audit:
    """The audit of one clinic. Who reads it is in it."""

    def __init__(
        self,
        database: Database,
        access: Access,
        guard: RecordGuard,
        keys: Unlocked,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._guard = guard
        self._keys = keys
        self._now = now

    @requires(Action.AUDIT_READ)
    def search(
        self,
        wanted: AuditFilter = EVERYTHING,
        progress: Progress = SILENT,
        *,
        before: int | None = None,
        limit: int = PAGE,
    ) -> AuditPage:
        """The newest events of the filter, a page at a time. before: `AuditPage.before`.

        The first page of a search is an event itself.
        """
        progress.raise_if_cancelled()
        if before is None:
            self._note("audit.search", detail=_as_json(wanted))
        names = self._access.allows(Action.PATIENTS_LIST)
        with self._database.reading() as session:
            found = audit_search.find(session, wanted, before=before, limit=limit + 1, names=names)
        page = found[:limit]
        return AuditPage(page, page[-1].seq if len(found) > limit else None)

    @requires(Action.AUDIT_READ)
    def people(self) -> Sequence[AccountName]:
        """Everybody who may be in it, by login: for a filter."""
        with self._database.reading() as session:
            return [account.name for account in accounts.every(session)]

    @requires(Action.AUDIT_PATIENT)
    def who_saw(self, patient_id: PatientId, progress: Progress = SILENT) -> WhoSaw:
        """Everybody who opened, changed, printed or shared a record, or was refused it.

        Raise `RestrictedRecord` for a clinician to whom the record is not open.
        """
        progress.raise_if_cancelled()
        wanted = AuditFilter(patient_id=patient_id)
        with self._guard.deciding(patient_id) as session:
            summary = patients.get(session, patient_id).summary
            people = audit_search.seen(session, patient_id)
            events = audit_search.find(session, wanted, limit=_MOST, names=True)
            self._guard.record(session, patient_id, "audit.who_saw", at=self._now())
        return WhoSaw(summary, people, events)

    @requires(Action.AUDIT_VERIFY)
    def verify(self, progress: Progress = SILENT) -> Verification:
        """Look for the first event that was changed, deleted, inserted or moved.

        An administrator's check covers every event, anybody else's those of the present key; both
        find that newest events are missing. Reads 100,000 events a second; may be cancelled.
        """
        found = verify_chain(self._database, self._keys, progress)
        with suppress(StoreError):  # a chain that cannot be gone on with is told all the same
            fault = {"fault": found.first_fault.seq} if found.first_fault else {}
            outcome = "success" if found.ok else "failed"
            self._note("audit.verify", outcome, {"checked": found.checked} | fault)
        return found

    @requires(Action.AUDIT_READ, fresh=True)
    def export(
        self, out: Path, wanted: AuditFilter = EVERYTHING, progress: Progress = SILENT
    ) -> Path:
        """Write the audit to `out`: a name in .csv for people, in .jsonl for an anchor's check.

        The .csv has the events of the filter with names, newest first; the .jsonl all of them, as
        they are kept. The whole file or none.
        """
        if out.suffix == ".jsonl":
            parts, begins = audit_files.lines(self._database, progress), LINES_BEGIN_WITH
        elif out.suffix == ".csv":
            parts, begins = audit_files.table(self._database, wanted, progress), CSV_BEGINS_WITH
        else:
            raise BadInput("Name the file in .csv for a spreadsheet, or in .jsonl for a check.")
        with put_in_place(out, parts, starts_with=begins):
            self._note("audit.export", detail=_as_json(wanted) | {"kind": out.suffix[1:]})
        return out

    @requires(Action.AUDIT_READ, fresh=True)
    def anchor(self, out: Path, progress: Progress = SILENT) -> Anchor:
        """Check the whole audit, sign it as it stands, and write that to `out`.

        To be kept where whoever works with the store cannot reach it.

        Raise a StoreError that names the first fault.
        """
        made = audit_files.new_anchor(self._database, self._keys, self._now(), progress)
        with put_in_place(out, made.as_bytes(), starts_with=BEGINS_WITH):
            self._note("audit.anchor", detail={"seq": made.seq})
        return made

    @requires(Action.AUDIT_VERIFY)
    def check_anchor(self, path: Path) -> Fault | None:
        """What is missing since an anchor was signed; None where nothing is.

        That every event before it is as it was is what `verify` proves.
        """
        found = audit_files.open_anchor(path)
        return audit_files.against_anchor(self._database, self._keys, found)

    @requires(Action.AUDIT_VERIFY)
    def short_code(self) -> str:
        """The newest event as it is printed on reports: "A1042-7F3K-9Q2M-B7XD"."""
        with self._database.reading() as session:
            return audit.short_code(session)

    def _note(
        self, action: str, outcome: str = "success", detail: Mapping[str, Any] | None = None
    ) -> None:
        with self._database.writing() as session:
            principal, at = self._access.principal, self._now()
            audit.record(session, principal, action, outcome=outcome, detail=detail, at=at)


def _as_json(wanted: AuditFilter) -> dict[str, Any]:
    """What was searched for: ids and words of the program, as all in the audit."""
    said = {name: value for name, value in asdict(wanted).items() if value}
    return {name: _plain(value) for name, value in said.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
