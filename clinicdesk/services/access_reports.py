"""Who saw a record, on paper and for a spreadsheet."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from clinicdesk.domain.audit import WhoSaw
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.reports.printing import PageSize, Printing
from clinicdesk.reports.who_saw_csv import HEADER, who_saw_csv
from clinicdesk.services.access import Access, requires
from clinicdesk.services.audit import Audit
from clinicdesk.services.files import put_in_place
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage.guard import RecordGuard


@dataclass(frozen=True, slots=True)
class _File:
    """starts_with: what files of its kind begin with.  action: what the audit calls it."""

    content: bytes = field(repr=False)
    starts_with: bytes
    action: str


class AccessReports:
    """Who printed or saved one is in the audit, and so in the next one."""

    def __init__(
        self,
        access: Access,
        guard: RecordGuard,
        audit: Audit,
        *,
        clinic_name: str,
        zone: tzinfo,
        demo: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._access = access
        self._guard = guard
        self._audit = audit
        self._clinic_name = clinic_name
        self._zone = zone
        self._demo = demo
        self._now = now

    @requires(Action.AUDIT_PATIENT, fresh=True)
    def who_saw_pdf(
        self,
        patient_id: PatientId,
        out: Path,
        progress: Progress = SILENT,
        *,
        page_size: PageSize = PageSize.A4,
    ) -> Path:
        """Print who saw a record to `out`: the whole file or none."""
        at = self._now()
        seen = self._audit.who_saw(patient_id, progress)
        progress.report(0.5, "Laying out the pages")
        pdf = _laid_out(self._printing(at, page_size), seen)
        return self._put(patient_id, out, _File(pdf, b"%PDF-", "report.print"), at)

    @requires(Action.AUDIT_PATIENT, fresh=True)
    def who_saw_csv(self, patient_id: PatientId, out: Path, progress: Progress = SILENT) -> Path:
        """Save every event about a record to `out`, for a spreadsheet."""
        at = self._now()
        seen = self._audit.who_saw(patient_id, progress)
        content = who_saw_csv(seen, self._zone)
        return self._put(patient_id, out, _File(content, HEADER, "audit.export"), at)

    def _put(self, patient_id: PatientId, out: Path, file: _File, at: datetime) -> Path:
        detail = {"kind": "who saw", "sha256": hashlib.sha256(file.content).hexdigest()}
        with (
            put_in_place(out, file.content, starts_with=file.starts_with),
            self._guard.deciding(patient_id) as session,
        ):
            self._guard.record(session, patient_id, file.action, detail=detail, at=at)
        return out

    def _printing(self, now: datetime, page_size: PageSize) -> Printing:
        principal = self._access.principal
        return Printing(
            clinic=self._clinic_name,
            printed_by=principal.login,
            role=principal.role,
            printed_at=now,
            cut_off=now,
            zone=self._zone,
            demo=self._demo,
            page_size=page_size,
            audit_code=self._audit.short_code(),
        )


def _laid_out(printing: Printing, seen: WhoSaw) -> bytes:
    from clinicdesk.reports.who_saw import (  # noqa: PLC0415 - reportlab waits for paper
        WhoSawReport,
        who_saw_pdf,
    )

    return who_saw_pdf(WhoSawReport(printing, seen))
