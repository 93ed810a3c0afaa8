"""What leaves the screen for paper: read, laid out, written and recorded in the audit."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.history_words import history_section
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.reasons import Section
from clinicdesk.domain.risk import RiskAssessment
from clinicdesk.domain.roles import Action
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.printing import PageSize, Printing
from clinicdesk.services.access import Access, requires
from clinicdesk.services.files import put_in_place
from clinicdesk.services.findings import risk_findings, score_findings
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.records import Records
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_history import RiskHistory
from clinicdesk.storage import audit, store
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard

_PDF = b"%PDF-"


class Reports:
    """The documents of one clinic."""

    def __init__(
        self,
        database: Database,
        access: Access,
        guard: RecordGuard,
        records: Records,
        risks: Risks,
        *,
        clinic_name: str,
        zone: tzinfo,
        demo: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._guard = guard
        self._records = records
        self._risks = risks
        self._history = RiskHistory(access, guard, zone, now)
        self._clinic_name = clinic_name
        self._zone = zone
        self._demo = demo
        self._now = now

    @requires(Action.REPORT)
    def patient_report(
        self,
        patient_id: PatientId,
        out: Path,
        progress: Progress = SILENT,
        *,
        page_size: PageSize = PageSize.A4,
    ) -> Path:
        """Print a record to `out`: the whole file or none, readable by its owner alone."""
        report = self._read(patient_id, page_size, progress)
        progress.report(0.8, "Laying out the pages")
        pdf = _laid_out(report)
        progress.raise_if_cancelled()
        with (
            put_in_place(out, pdf, starts_with=_PDF),
            self._guard.writing(patient_id) as session,
        ):
            self._guard.record(
                session,
                patient_id,
                "report.print",
                detail={"kind": "patient", "sha256": hashlib.sha256(pdf).hexdigest()},
                at=report.printing.printed_at,
            )
        return out

    @requires(Action.KEYS_MANAGE)
    def recovery_sheet(self, key: str, out: Path, *, page_size: PageSize = PageSize.A4) -> Path:
        """Print the recovery key that was just made; the file is to be printed and deleted."""
        with self._database.reading() as session:
            store_id = store.read(session).store_id
        printing = replace(self._printing(self._now(), page_size), cut_off=None)  # no record
        login = self._access.principal.login
        pdf = _recovery_pdf(printing, store_id, login, key)
        with put_in_place(out, pdf, starts_with=_PDF), self._database.writing() as session:
            audit.record(
                session,
                self._access.principal,
                "report.print",
                detail={"kind": "recovery sheet"},
                at=printing.printed_at,
            )
        return out

    @requires(Action.REPORT)
    def suggested_name(self, kind: str = "patient-report") -> str:
        """A file name that says what and when, and never who."""
        return f"{kind}-{self._now().astimezone(self._zone):%Y%m%d-%H%M}.pdf"

    def _read(
        self, patient_id: PatientId, page_size: PageSize, progress: Progress
    ) -> PatientReport:
        records, now = self._records, self._now()
        vital = [concept.code for concept in catalog().concepts if concept.category == "vital"]
        progress.report(0.0, "Reading the record")
        patient = records.open(patient_id)
        progress.raise_if_cancelled()
        allowed = self._access.allows(Action.RISK_ESTIMATE)
        kept = self._kept(patient_id, now)
        risks = risk_findings(self._risks, patient_id, progress, allowed=allowed, kept=kept)
        progress.report(0.6, "Calculating the scores")
        return PatientReport(
            printing=self._printing(now, page_size),
            patient=patient,
            allergies=records.allergies(patient_id),
            conditions=records.conditions(patient_id),
            medications=records.medications(patient_id),
            vitals=records.observations(patient_id, vital),
            latest=records.latest(patient_id),
            risks=risks,
            scores=score_findings(self._risks, patient_id, progress, allowed=allowed),
        )

    def _kept(self, patient_id: PatientId, now: datetime) -> dict[str, Section]:
        """What each model said of the patient before, and what was answered."""
        by_model: dict[str, list[RiskAssessment]] = {}
        for each in self._history.of_patient(patient_id):
            by_model.setdefault(each.estimate.model, []).append(each)
        return {model: history_section(kept, self._zone, now) for model, kept in by_model.items()}

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
            audit_code=self._audit_code(),
        )

    def _audit_code(self) -> str:
        with self._database.reading() as session:
            return audit.short_code(session)


def _laid_out(report: PatientReport) -> bytes:
    from clinicdesk.reports.patient import patient_pdf  # noqa: PLC0415 - reportlab waits for paper

    return patient_pdf(report)


def _recovery_pdf(printing: Printing, store_id: str, login: str, key: str) -> bytes:
    from clinicdesk.reports.recovery_sheet import (  # noqa: PLC0415 - reportlab waits for paper
        RecoverySheet,
        recovery_pdf,
    )

    return recovery_pdf(RecoverySheet(printing, store_id, login, key))
