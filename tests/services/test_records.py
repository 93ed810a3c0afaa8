"""Lists and records through the services: the audit says who looked (E01)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import Cancelled, RecordNotFound
from clinicdesk.services.clinic import Clinic
from clinicdesk.storage import audit
from tests.storage.factories import add_observation, add_patient, database_of


class _Stopped:
    """Somebody has typed the next letter already."""

    def report(self, fraction: float, message: str = "") -> None: ...

    def raise_if_cancelled(self) -> None:
        raise Cancelled


def test_a_list_is_found_and_then_read(clinic: Clinic) -> None:
    database = database_of(clinic)
    john = add_patient(database, "M2", "Smith", "John")
    ann = add_patient(database, "M1", "Smith", "Ann")
    assert clinic.patients.find("smith") == [ann, john]
    assert [p.mrn for p in clinic.patients.read([john, ann])] == ["M2", "M1"]
    add_patient(database, "M3", "Smith", "Aaron")
    assert len(clinic.patients.find("smith")) == 3  # the order kept between searches is renewed


def test_a_search_that_nobody_waits_for_stops(clinic: Clinic) -> None:
    with pytest.raises(Cancelled):
        clinic.patients.find("smith", _Stopped())
    with pytest.raises(Cancelled):
        clinic.patients.read([], _Stopped())


def test_opening_a_record_is_written_down(clinic: Clinic) -> None:
    id = add_patient(database_of(clinic), "M1")
    assert clinic.records.open(id) == clinic.records.by_mrn("M1")
    assert _views(clinic) == [(str(id), "success"), (str(id), "success")]


def test_a_record_that_is_not_there_was_not_viewed(clinic: Clinic) -> None:
    with pytest.raises(RecordNotFound):
        clinic.records.open(PatientId(7))
    with pytest.raises(RecordNotFound):
        clinic.records.by_mrn("M7")
    assert _views(clinic) == []


def test_what_cannot_be_audited_is_not_shown(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = add_patient(database_of(clinic), "M1")

    def fail(*_args: Any, **_more: Any) -> None:
        raise OSError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(OSError):  # noqa: PT011 - ours, above
        clinic.records.open(id)


def test_the_audit_names_nobody(clinic: Clinic) -> None:
    clinic.records.open(add_patient(database_of(clinic), "M-secret"))
    with database_of(clinic).reading() as session:
        events = str(session.execute(text("SELECT * FROM audit_event")).all())
    assert "Zzyzx" not in events
    assert "M-secret" not in events


def test_every_part_of_an_empty_record_is_empty(clinic: Clinic) -> None:
    id = add_patient(database_of(clinic), "M1")
    records = clinic.records
    parts = (
        records.latest,
        records.observations,
        records.encounters,
        records.conditions,
        records.medications,
        records.allergies,
        records.documents,
    )
    assert [part(id) for part in parts] == [[]] * len(parts)


def test_observations_of_one_patient_are_not_anothers(clinic: Clinic) -> None:
    database = database_of(clinic)
    one, other = add_patient(database, "M1"), add_patient(database, "M2")
    add_observation(database, one, "8867-4", 71.0, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert [o.value for o in clinic.records.observations(one, ["8867-4"])] == [71.0]
    assert clinic.records.observations(one, []) == []
    assert clinic.records.latest(other) == []


def _views(clinic: Clinic) -> list[tuple[str, str]]:
    query = "SELECT object_id, outcome FROM audit_event WHERE action = 'patient.view' ORDER BY seq"
    with database_of(clinic).reading() as session:
        return [tuple(row) for row in session.execute(text(query))]
