"""What people correct: the old value stays, the audit knows, and nobody overwrites another."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.domain.change import Change, ChangedMeanwhile, Recorded
from clinicdesk.domain.change_words import Difference, differences, subject_text
from clinicdesk.domain.correction import (
    AllergyCorrection,
    ConditionCorrection,
    EntryCorrection,
    MedicationCorrection,
    PatientCorrection,
    ResultCorrection,
)
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, AllergyStatus, PatientId
from clinicdesk.domain.provenance import Provenance
from clinicdesk.errors import BadInput, NotAllowed, RecordNotFound, RestrictedRecord
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.risk_inputs import MissingInputs
from clinicdesk.storage import history, shares
from tests.conftest import CANARY
from tests.reports.pages import page_texts
from tests.services.stores import (
    OWN_PASSWORD,
    Clock,
    add_account,
    events,
    make_store,
    unlock,
)
from tests.storage.factories import (
    NOON,
    add_allergy,
    add_condition,
    add_encounter,
    add_file,
    add_medication,
    add_observation,
    add_patient,
    database_of,
)

CREATININE, HEART_RATE, ACVPU, WEIGHT = "2160-0", "8867-4", "67775-7", "29463-7"
AUDIT_CODE = re.compile(r"A\d+(-[0-9A-Z]{4}){3}\.?")
WHY = "Typed in the wrong unit"
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def clock() -> Clock:
    return Clock(LATER)


@pytest.fixture
def clinic(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", clock)
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(clinic: Clinic) -> PatientId:
    return add_patient(database_of(clinic), "M1", born=date(1945, 7, 14))


@pytest.fixture
def creatinine(clinic: Clinic, patient: PatientId) -> Observation:
    """133 mg/dL from a file: it was micromoles."""
    database = database_of(clinic)
    add_observation(
        database,
        patient,
        CREATININE,
        13.3,
        unit="mg/dL",
        original_value="13.3",
        file_id=add_file(database),
        row=3,
    )
    return latest(clinic, patient)


def latest(clinic: Clinic, patient: PatientId) -> Observation:
    [found] = clinic.records.latest(patient)
    return found


def correct(
    clinic: Clinic,
    patient: PatientId,
    held: Observation,
    value: str = "1.33",
    unit: str = "mg/dL",
    *,
    at: datetime = NOON,
    reason: str = WHY,
) -> Change:
    return clinic.editing.correct_observation(
        patient, held.id, held.version, ResultCorrection(value, unit, at), reason
    )


def test_a_value_is_corrected_and_the_old_one_kept(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    assert creatinine.provenance == Provenance(1, "patients.csv", 3)
    correct(clinic, patient, creatinine)
    now = latest(clinic, patient)
    assert (now.value, now.unit, now.original_value) == (1.33, "mg/dL", "1.33")
    assert (now.version, now.provenance) == (2, None)  # no file said that
    [change] = clinic.history.of_patient(patient)
    assert differences(change, UTC) == [Difference("Result", "13.3 mg/dL", "1.33 mg/dL")]
    assert (change.by, change.at, change.reason) == ("admin", LATER, WHY)
    assert "Creatinine" in subject_text(change, UTC)
    assert change.is_newest


def test_a_value_in_another_unit_is_kept_as_typed_and_converted(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    change = correct(clinic, patient, creatinine, "133", "umol/L")
    now = latest(clinic, patient)
    assert now.value == pytest.approx(133 / 88.42, rel=1e-3)
    assert (now.unit, now.original_value, now.original_unit) == ("mg/dL", "133", "umol/L")
    [difference] = differences(change, UTC)
    assert difference.after == "133 micromol/L (1.5 mg/dL)"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": "high"}, "number"),
        ({"value": "1,33"}, "number"),
        ({"value": "1e1"}, "number"),
        ({"value": "nan"}, "number"),
        ({"value": ""}, "number"),
        ({"value": "1330"}, "cannot be"),
        ({"unit": ""}, "Choose the unit"),
        ({"unit": "mmol/mol"}, "Choose the unit"),
        ({"at": LATER + timedelta(hours=1)}, "future"),
        ({"at": datetime(1944, 1, 1, tzinfo=UTC)}, "born"),
        ({"reason": "  "}, "reason"),
        ({"value": "13.3"}, "says this already"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    clinic: Clinic,
    patient: PatientId,
    creatinine: Observation,
    change: dict[str, Any],
    says: str,
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        correct(clinic, patient, creatinine, **change)
    assert change.get("value", "1.33") not in str(refused.value) or not change.get("value")
    assert latest(clinic, patient) == creatinine
    assert clinic.history.of_patient(patient) == []


def test_words_are_corrected_as_words(clinic: Clinic, patient: PatientId) -> None:
    add_observation(
        database_of(clinic), patient, ACVPU, None, unit="", text="V", original_value="V"
    )
    change = correct(clinic, patient, latest(clinic, patient), " A ", "")
    assert (latest(clinic, patient).text, latest(clinic, patient).value) == ("A", None)
    assert differences(change, UTC) == [Difference("Result", "V", "A")]


def test_a_test_the_catalogue_does_not_know_keeps_its_unit(
    clinic: Clinic, patient: PatientId
) -> None:
    add_observation(database_of(clinic), patient, "LOCAL-1", 4.0, unit="furlong")
    with pytest.raises(BadInput, match="unit"):
        correct(clinic, patient, latest(clinic, patient), "5", "mile")
    correct(clinic, patient, latest(clinic, patient), "5", "furlong")
    assert latest(clinic, patient).value == 5.0


def test_a_lost_update_between_two_windows_cannot_be(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    """Who comes second is told what the first did, with both values; nothing of theirs is kept."""
    correct(clinic, patient, creatinine, "1.33")
    with pytest.raises(ChangedMeanwhile) as refused:
        correct(clinic, patient, creatinine, "13.1")
    [change] = refused.value.changes
    assert (change.by, change.before["value"], change.after["value"]) == ("admin", 13.3, 1.33)
    assert "1.33" not in str(refused.value)
    assert latest(clinic, patient).value == 1.33


def test_every_change_of_many_is_told_with_its_own_old_and_new(
    clinic: Clinic, patient: PatientId, creatinine: Observation, clock: Clock
) -> None:
    for value in ("1.1", "1.2", "1.3"):
        clock.go_on(minutes=1)
        correct(clinic, patient, latest(clinic, patient), value)
    told = [differences(change, UTC)[0] for change in clinic.history.of_patient(patient)]
    assert [(each.before, each.after) for each in told] == [
        ("1.2 mg/dL", "1.3 mg/dL"),
        ("1.1 mg/dL", "1.2 mg/dL"),
        ("13.3 mg/dL", "1.1 mg/dL"),
    ]


def test_the_audit_points_at_the_change_and_says_no_value(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    """E01, E04: ids and a digest, by which a change that was altered later shows."""
    change = correct(clinic, patient, creatinine)
    [(outcome, detail)] = [
        each[1:]
        for each in events(clinic, "action", "outcome", "detail")
        if each[0] == "record.correct"
    ]
    with database_of(clinic).reading() as session:
        digest = history.digest(session, change)
    assert outcome == "success"
    assert json.loads(detail) == {
        "kind": "observation",
        "row": creatinine.id,
        "change": change.id,
        "sha256": digest,
    }


def test_nothing_is_corrected_that_the_audit_does_not_know(
    clinic: Clinic,
    patient: PatientId,
    creatinine: Observation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise OSError

    monkeypatch.setattr("clinicdesk.storage.audit.record", fail)
    with pytest.raises(OSError):  # noqa: PT011 - ours, above
        correct(clinic, patient, creatinine)
    assert latest(clinic, patient) == creatinine


def test_a_nurse_corrects_vital_signs_and_nothing_else(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    """F02: below the windows."""
    pulse = add_observation(database_of(clinic), patient, HEART_RATE, 710.0)
    condition = add_condition(database_of(clinic), patient, "Asthma")
    add_account(clinic, "nora", "nurse")
    nora = unlock(clinic.folder, "nora", OWN_PASSWORD, clinic.now)
    edit = nora.editing
    edit.correct_observation(patient, pulse, 1, ResultCorrection("71", "/min", NOON), WHY)
    with pytest.raises(NotAllowed):
        correct(nora, patient, creatinine)
    with pytest.raises(NotAllowed):
        edit.mark_in_error(patient, Recorded.CONDITION, condition, 1, WHY)
    with pytest.raises(NotAllowed):
        edit.mark_in_error(patient, Recorded.OBSERVATION, creatinine.id, 1, WHY)
    edit.mark_in_error(patient, Recorded.OBSERVATION, pulse, 2, WHY)
    nora.lock()
    assert latest(clinic, patient) == creatinine
    assert [change.by for change in clinic.history.of_patient(patient)] == ["nora", "nora"]


def test_a_restricted_record_is_not_corrected(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    clinic.restrictions.restrict(patient, "A colleague")
    add_account(clinic, "carl")
    carl = unlock(clinic.folder, "carl", OWN_PASSWORD, clinic.now)
    with pytest.raises(RestrictedRecord):
        correct(carl, patient, creatinine)
    with pytest.raises(RestrictedRecord):
        carl.history.of_patient(patient)
    carl.lock()


def test_a_row_of_another_patient_is_not_there(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    """Else an open record would be the door to a restricted one."""
    other = add_patient(database_of(clinic), "M2")
    with pytest.raises(RecordNotFound):
        correct(clinic, other, creatinine)


def test_who_somebody_is_is_corrected(clinic: Clinic, patient: PatientId) -> None:
    held = clinic.records.open(patient)
    who = PatientCorrection(
        family_name=f" {CANARY}-Smith ",
        given_name="Anna",
        prefix="Dr",
        birth_date=date(1954, 7, 14),
        gender=AdministrativeGender.FEMALE,
        deceased_on=None,
        address="",
        phone="12",
        email="",
    )
    change = clinic.editing.correct_patient(patient, held.version, who, "Passport")
    now = clinic.records.open(patient)
    assert now.summary.family_name == f"{CANARY}-Smith"
    assert (now.summary.birth_date, now.phone) == (date(1954, 7, 14), "12")
    assert clinic.patients.find("anna 14-Jul-1954") == [patient]
    assert clinic.patients.find("14-Jul-1945") == []
    assert Difference("Date of birth", "14-Jul-1945", "14-Jul-1954") in differences(change, UTC)
    assert Difference("Telephone", "Not recorded", "12") in differences(change, UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"family_name": " ", "given_name": ""},
        {"birth_date": date(2050, 1, 1)},
        {"birth_date": date(1749, 1, 1)},
        {"deceased_on": date(1944, 1, 1)},
    ],
)
def test_who_nobody_can_be_is_refused(
    clinic: Clinic, patient: PatientId, wrong: dict[str, Any]
) -> None:
    right = {
        "family_name": CANARY,
        "given_name": "Ann",
        "prefix": "",
        "birth_date": date(1945, 7, 14),
        "gender": AdministrativeGender.FEMALE,
        "deceased_on": None,
        "address": "",
        "phone": "",
        "email": "",
    }
    with pytest.raises(BadInput):
        clinic.editing.correct_patient(patient, 1, PatientCorrection(**right | wrong), WHY)
    with pytest.raises(BadInput, match="already"):
        clinic.editing.correct_patient(patient, 1, PatientCorrection(**right), WHY)


def test_problems_prescriptions_and_allergies_are_corrected(
    clinic: Clinic, patient: PatientId
) -> None:
    """What ended, how much, how bad; the rules of days hold."""
    store, edit = database_of(clinic), clinic.editing
    asthma = add_condition(store, patient, "Asthma", "2020-01-02")
    aspirin = add_medication(store, patient, "Aspirin", "2020-01-02")
    latex = add_allergy(store, patient, "Latex")
    ended = date(2021, 3, 4)
    edit.correct_entry(patient, asthma, 1, ConditionCorrection(ended), WHY)
    edit.correct_entry(patient, aspirin, 1, MedicationCorrection(" 100  mg daily ", None), WHY)
    edit.correct_entry(patient, latex, 1, AllergyCorrection("Hives", "severe", None), WHY)
    assert clinic.records.conditions(patient)[0].abatement == ended
    assert clinic.records.medications(patient)[0].dosage == "100 mg daily"
    assert clinic.records.allergies(patient)[0].severity == "severe"
    told = [differences(change, UTC) for change in clinic.history.of_patient(patient)]
    assert [[each.label for each in lines] for lines in told] == [
        ["Reaction", "Severity"],
        ["Dosage"],
        ["Until"],
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        ConditionCorrection(date(2019, 12, 31)),
        ConditionCorrection(date(2030, 1, 1)),
        MedicationCorrection("x" * 501, None),
        AllergyCorrection("", "deadly", None),
    ],
)
def test_an_entry_that_cannot_be_is_refused(
    clinic: Clinic, patient: PatientId, wrong: EntryCorrection
) -> None:
    add_condition(database_of(clinic), patient, "Asthma", "2020-01-02")
    add_medication(database_of(clinic), patient, "Aspirin", "2020-01-02")
    add_allergy(database_of(clinic), patient, "Latex")
    with pytest.raises(BadInput):
        clinic.editing.correct_entry(patient, 1, 1, wrong, WHY)
    assert clinic.history.of_patient(patient) == []


def test_what_was_entered_in_error_is_nowhere_but_in_the_history(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    """Lists, latest, scores, risks, the report, what is shared: none of it is told any more."""
    rows = fill(clinic, patient)
    assert said(clinic, patient, tmp_path) >= {"1.33", "Zebra fever", "Zebrazole", "Zebra hair"}
    for kind, row in rows:
        clinic.editing.mark_in_error(patient, kind, row, 1, "Another patient's")
    left = said(clinic, patient, tmp_path)
    assert not {word for word in left if "Zebra" in word or word == "1.33"}
    with pytest.raises(MissingInputs):
        clinic.risks.estimate(patient)
    told = {(change.kind, change.row_id) for change in clinic.history.of_patient(patient)}
    assert told >= set(rows)


def test_what_was_marked_by_mistake_comes_back(
    clinic: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    rows = fill(clinic, patient)
    said(clinic, patient, tmp_path)  # the second report tells of the estimate of the first
    before = said(clinic, patient, tmp_path)
    for kind, row in rows:
        clinic.editing.mark_in_error(patient, kind, row, 1, "Another patient's")
        clinic.editing.take_back(patient, kind, row, 2, "No, this patient's")
    assert said(clinic, patient, tmp_path) == before


def test_without_an_allergy_that_stands_nothing_is_known_of_them(
    clinic: Clinic, patient: PatientId
) -> None:
    """Never `no known allergies`: nobody asked (F03)."""
    allergy = add_allergy(database_of(clinic), patient, "Penicillin")
    clinic.editing.mark_in_error(patient, Recorded.ALLERGY, allergy, 1, WHY)
    clinic.editing.take_back(patient, Recorded.ALLERGY, allergy, 2, WHY)
    assert clinic.records.open(patient).allergy_status is AllergyStatus.KNOWN
    clinic.editing.mark_in_error(patient, Recorded.ALLERGY, allergy, 3, WHY)
    assert clinic.records.open(patient).allergy_status is AllergyStatus.NOT_RECORDED


def test_what_was_marked_is_not_corrected_and_not_marked_twice(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    kind, edit = Recorded.OBSERVATION, clinic.editing
    with pytest.raises(BadInput, match="already"):
        edit.take_back(patient, kind, creatinine.id, 1, WHY)
    edit.mark_in_error(patient, kind, creatinine.id, 1, WHY)
    with pytest.raises(BadInput, match="already"):
        edit.mark_in_error(patient, kind, creatinine.id, 2, WHY)
    with pytest.raises(BadInput, match="Take that back"):
        edit.correct_observation(
            patient, creatinine.id, 2, ResultCorrection("1", "mg/dL", NOON), WHY
        )
    with pytest.raises(BadInput, match="whole patient"):
        edit.mark_in_error(patient, Recorded.PATIENT, patient, 1, WHY)


def test_the_place_of_a_moved_result_is_no_result(
    clinic: Clinic, patient: PatientId, creatinine: Observation
) -> None:
    """The row that keeps the old place taken was never in the record and never comes into it."""
    moved = NOON - timedelta(days=1)
    correct(clinic, patient, creatinine, "13.3", at=moved)
    assert latest(clinic, patient).effective_at == moved
    assert len(clinic.records.observations(patient)) == 1
    [place] = _rows(clinic, "SELECT id, version FROM observation WHERE entered_in_error")
    with pytest.raises(RecordNotFound, match="Nobody marked"):
        clinic.editing.take_back(patient, Recorded.OBSERVATION, *place, WHY)


def fill(clinic: Clinic, patient: PatientId) -> list[tuple[Recorded, int]]:
    """One of everything; words that are nowhere else."""
    database = database_of(clinic)
    visit = add_encounter(database, patient, "V1", reason_text="Zebra visit")
    result = add_observation(
        database, patient, CREATININE, 1.33, unit="mg/dL", original_value="1.33"
    )
    return [
        (Recorded.OBSERVATION, result),
        (Recorded.CONDITION, add_condition(database, patient, "Zebra fever")),
        (Recorded.MEDICATION, add_medication(database, patient, "Zebrazole")),
        (Recorded.ALLERGY, add_allergy(database, patient, "Zebra hair")),
        (Recorded.ENCOUNTER, visit),
    ]


def said(clinic: Clinic, patient: PatientId, folder: Path) -> set[str]:
    """Every word that any reader tells of the record."""
    records = clinic.records
    told = {each.original_value for each in records.latest(patient)}
    told |= {each.original_value for each in records.observations(patient)}
    for read in (records.conditions, records.medications, records.allergies):
        told |= {each.display for each in read(patient)}
    told |= {each.reason_text for each in records.encounters(patient)}
    for score in clinic.risks.scores(patient):
        told |= {str(each.value) for each in score.inputs}
    with database_of(clinic).reading() as session:
        copy = shares.copy(session, patient, clinic.now())
    told |= {each.display for each in (*copy.conditions, *copy.medications, *copy.allergies)}
    told |= {each.original_value for each in copy.observations}
    pdf = clinic.reports.patient_report(patient, folder / "report.pdf").read_bytes()
    words = set(" ".join(page_texts(pdf)).split())
    return told | {word for word in words if not AUDIT_CODE.fullmatch(word)}


def _rows(clinic: Clinic, query: str) -> list[tuple[Any, ...]]:
    with database_of(clinic).reading() as session:
        return [tuple(row) for row in session.execute(text(query))]
