"""A report leaves the store whole, readable by its owner, written down, or not at all."""

import errno
import hashlib
import json
import os
import stat
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import Cancelled, NotAllowed, RecordNotFound
from clinicdesk.services.access import Access
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.files import NotWritten
from clinicdesk.services.records import Records
from clinicdesk.services.reports import Reports
from clinicdesk.services.risk import Risks
from clinicdesk.storage import audit
from tests.conftest import CANARY
from tests.reports.pages import page_texts
from tests.storage.factories import add_observation, add_patient, database_of

YESTERDAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class _Stopped:
    def report(self, fraction: float, message: str = "") -> None: ...

    def raise_if_cancelled(self) -> None:
        raise Cancelled


@pytest.fixture
def patient_id(clinic: Clinic) -> PatientId:
    return add_patient(database_of(clinic), "M1")


def prints(clinic: Clinic) -> list[dict[str, Any]]:
    query = "SELECT object_id, outcome, detail FROM audit_event WHERE action = 'report.print'"
    with database_of(clinic).reading() as session:
        return [dict(row) for row in session.execute(text(query)).mappings()]


def test_a_report_is_written_and_the_audit_names_its_bytes_not_its_patient(
    clinic: Clinic, patient_id: PatientId, tmp_path: Path
) -> None:
    out = clinic.reports.patient_report(patient_id, tmp_path / "out.pdf")
    (event,) = prints(clinic)
    assert (event["object_id"], event["outcome"]) == (str(patient_id), "success")
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert json.loads(event["detail"]) == {"kind": "patient", "sha256": digest}
    pages = page_texts(out.read_bytes())
    assert all(f"{CANARY.upper()}, Ann" in page and "Test clinic" in page for page in pages)
    assert CANARY not in event["detail"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists, not modes")
def test_only_its_owner_can_read_it(clinic: Clinic, patient_id: PatientId, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    out.touch(mode=0o644)
    clinic.reports.patient_report(patient_id, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_no_part_of_a_file_and_no_line_in_the_audit(
    clinic: Clinic,
    patient_id: PatientId,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    out = tmp_path / "desk" / "out.pdf"
    out.parent.mkdir()
    out.write_bytes(b"%PDF-1.4 the report of yesterday")

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number), "/home/somebody")

    with monkeypatch.context() as patch:
        patch.setattr("clinicdesk.services.files.os.fsync", full)
        with pytest.raises(NotWritten) as failure:
            clinic.reports.patient_report(patient_id, out)
    assert "somebody" not in str(failure.value)
    assert out.read_bytes() == b"%PDF-1.4 the report of yesterday"
    assert list(out.parent.iterdir()) == [out]
    assert prints(clinic) == []


def test_what_cannot_be_audited_is_not_printed(
    clinic: Clinic, patient_id: PatientId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports, record = clinic.reports, audit.record

    def broken(session: Any, principal: Principal, action: str, **more: Any) -> None:
        if action == "report.print":
            raise RuntimeError
        record(session, principal, action, **more)

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        reports.patient_report(patient_id, tmp_path / "out.pdf")
    assert not list(tmp_path.glob("*.pdf"))
    assert not list(tmp_path.glob(".clinicdesk-*"))


def test_a_report_does_not_replace_a_file_of_another_kind(
    clinic: Clinic, patient_id: PatientId
) -> None:
    store_file = clinic.folder / "clinic.keys"
    before = store_file.read_bytes()
    with pytest.raises(NotWritten, match="another kind"):
        clinic.reports.patient_report(patient_id, store_file)
    assert store_file.read_bytes() == before


@pytest.mark.parametrize("name", ["no-such-folder/out.pdf", "."])
def test_a_place_that_cannot_be_written_is_said(
    clinic: Clinic, patient_id: PatientId, tmp_path: Path, name: str
) -> None:
    with pytest.raises(NotWritten, match=r"folder"):
        clinic.reports.patient_report(patient_id, tmp_path / name)


def test_cancelling_writes_nothing(clinic: Clinic, patient_id: PatientId, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        clinic.reports.patient_report(patient_id, tmp_path / "out.pdf", _Stopped())
    assert not (tmp_path / "out.pdf").exists()
    assert prints(clinic) == []


def test_a_patient_who_is_not_there_is_not_printed(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(RecordNotFound):
        clinic.reports.patient_report(PatientId(7), tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def as_role(clinic: Clinic, role: Role) -> Reports:
    access, guard = Access(Principal(1, "somebody", role)), clinic._guard
    database = database_of(clinic)
    return Reports(
        database,
        access,
        guard,
        Records(database, access, guard),
        Risks(access, guard, clinic._compute, clinic.zone, clinic.now),
        clinic_name=clinic.name,
        zone=clinic.zone,
        demo=False,
        now=clinic.now,
    )


def test_a_researcher_prints_nobody(clinic: Clinic, patient_id: PatientId, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        as_role(clinic, Role.RESEARCHER).patient_report(patient_id, tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_a_nurse_prints_the_record_without_asking_the_model(
    clinic: Clinic, patient_id: PatientId, tmp_path: Path
) -> None:
    out = as_role(clinic, Role.NURSE).patient_report(patient_id, tmp_path / "out.pdf")
    words = " ".join(page_texts(out.read_bytes()))
    assert "No estimate. The role of the person who printed this may not ask the model." in words
    assert "Printed by somebody (nurse)" in words


def test_a_suggested_name_names_nobody(clinic: Clinic) -> None:
    now = clinic.now().astimezone(clinic.zone)
    assert clinic.reports.suggested_name().startswith(f"patient-report-{now:%Y%m%d}-")


def test_the_dead_get_no_estimate(clinic: Clinic, tmp_path: Path) -> None:
    died = add_patient(database_of(clinic), "M2", deceased_on=date(2025, 1, 1))
    out = clinic.reports.patient_report(died, tmp_path / "out.pdf")
    words = " ".join(page_texts(out.read_bytes()))
    assert "No estimate. The patient has died" in words


def test_the_estimate_and_what_its_card_says_are_on_paper(
    clinic: Clinic, patient_id: PatientId, tmp_path: Path
) -> None:
    database = database_of(clinic)
    add_observation(database, patient_id, "1518-0", 148.0, unit="mg/dL", at=YESTERDAY)
    add_observation(database, patient_id, "39156-5", 33.6, unit="kg/m2", at=YESTERDAY)
    add_observation(database, patient_id, "2160-0", 1.1, unit="mg/dL", at=YESTERDAY)
    out = clinic.reports.patient_report(patient_id, tmp_path / "out.pdf")
    words = " ".join(page_texts(out.read_bytes()))
    card = clinic.risks.models()[0]
    shown = clinic.risks.estimate(patient_id, save=False)
    assert f"{100 * shown.probability:.1f} %" in words
    assert f"Model diabetes, version {card.version}." in words
    for name in ("intended_use", "out_of_scope", "population", "limits", "interval", "regulatory"):
        assert card.sections[name] in words
    assert "eGFR" in words
    assert "NEWS2" in words
