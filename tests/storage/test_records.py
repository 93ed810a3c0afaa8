"""Rows become domain values with their provenance; unknown stays unknown."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from clinicdesk.domain.display import birth_text, died_text, mrn_text
from clinicdesk.domain.encounter import EncounterClass
from clinicdesk.domain.patient import AdministrativeGender, AgeStatement, AllergyStatus, PatientId
from clinicdesk.domain.provenance import Provenance
from clinicdesk.errors import RecordNotFound, StoreError
from clinicdesk.storage import (
    allergies,
    conditions,
    documents,
    encounters,
    medications,
    observations,
    patients,
    search,
    store,
)
from clinicdesk.storage.database import Database
from clinicdesk.storage.identity import Numbers
from clinicdesk.storage.types import from_millis, to_millis
from tests.conftest import CANARY
from tests.storage.factories import (
    NOON,
    add_allergy,
    add_condition,
    add_encounter,
    add_file,
    add_medication,
    add_observation,
    add_patient,
)

HEART_RATE, CREATININE = "8867-4", "2160-0"


def test_a_patient_comes_back_whole(database: Database) -> None:
    file = add_file(database)
    id = add_patient(database, "M1", prefix="Dr", phone="12", file_id=file, row=4)
    with database.reading() as session:
        patient = patients.get(session, id)
        assert patients.get_id(session, "M1") == id
    assert (patient.summary.mrn, patient.summary.gender) == ("M1", AdministrativeGender.FEMALE)
    assert patient.summary.birth_date == date(1945, 7, 14)
    assert patient.prefix == "Dr"
    assert patient.updated_at == NOON
    assert patient.provenance == Provenance(1, "patients.csv", 4)


def test_a_blank_allergy_list_never_becomes_no_known_allergies(database: Database) -> None:
    """Feature F03."""
    id = add_patient(database, "M1")
    with database.reading() as session:
        assert patients.get(session, id).allergy_status is AllergyStatus.NOT_RECORDED


def test_an_age_stays_an_age(database: Database) -> None:
    known = add_patient(database, "M1", born=None, age_years=81, age_true_on=date(2008, 4, 5))
    unknown = add_patient(database, "M2", born=None)
    with database.reading() as session:
        summaries = patients.summaries(session, [known, unknown])
    assert [s.birth_date for s in summaries] == [None, None]
    assert [s.age_statement for s in summaries] == [AgeStatement(81, date(2008, 4, 5)), None]


def test_summaries_keep_the_order_asked_for_and_leave_out_what_is_gone(database: Database) -> None:
    ids = [add_patient(database, f"M{n}") for n in range(3)]
    with database.reading() as session:
        found = patients.summaries(session, [ids[2], PatientId(999), ids[0]])
    assert [s.id for s in found] == [ids[2], ids[0]]


def test_more_summaries_than_one_statement_holds(database: Database) -> None:
    id = add_patient(database, "M1")
    asked = [PatientId(n) for n in range(10_000, 11_200)] + [id]
    with database.reading() as session:
        assert [s.id for s in patients.summaries(session, asked)] == [id]


def test_nobody_is_said(database: Database) -> None:
    with database.reading() as session:
        with pytest.raises(RecordNotFound):
            patients.get(session, PatientId(1))
        with pytest.raises(RecordNotFound):
            patients.get_id(session, "M1")


def test_no_name_is_in_a_repr(database: Database) -> None:
    id = add_patient(database, "M-secret", phone="0123")
    add_observation(database, id, HEART_RATE, 71.25)
    with database.reading() as session:
        shown = repr(patients.get(session, id)) + repr(observations.latest(session, id))
    assert not any(word in shown for word in ("Zzyzx", "M-secret", "0123", "1945", "71.25"))


def test_latest_is_the_newest_of_each_code(database: Database) -> None:
    id, other = add_patient(database, "M1"), add_patient(database, "M2")
    for hours, value in ((0, 70.0), (5, 90.0), (2, 80.0)):
        at = NOON + timedelta(hours=hours)
        add_observation(database, id, HEART_RATE, value, at=at)
        add_observation(database, other, HEART_RATE, 1.0, at=at + timedelta(days=1))
    add_observation(database, id, CREATININE, 1.1, unit="mg/dL")
    with database.reading() as session:
        latest = observations.latest(session, id)
        earlier = observations.latest(session, id, before=NOON + timedelta(hours=5))
    assert {o.code: o.value for o in latest} == {HEART_RATE: 90.0, CREATININE: 1.1}
    assert {o.code: o.value for o in earlier} == {HEART_RATE: 80.0, CREATININE: 1.1}


def test_of_two_at_one_instant_the_one_stored_last_is_latest(database: Database) -> None:
    id = add_patient(database, "M1")
    add_observation(database, id, HEART_RATE, 70.0, source="a")
    add_observation(database, id, HEART_RATE, 75.0, source="a", ordinal=1)
    add_observation(database, id, HEART_RATE, 80.0, source="b")
    with database.reading() as session:
        assert [o.value for o in observations.latest(session, id)] == [80.0]


def test_observations_come_oldest_first_with_name_original_and_origin(database: Database) -> None:
    id, file = add_patient(database, "M1"), add_file(database, "vitals.csv")
    add_observation(database, id, HEART_RATE, 80.0, at=NOON + timedelta(hours=1))
    add_observation(
        database,
        id,
        CREATININE,
        1.0,
        unit="mg/dL",
        original_value="88.4",
        original_unit="umol/L",
        file_id=file,
        row=7,
    )
    add_observation(database, id, "X-1", None, unit="", text="cloudy", display="Urine look")
    with database.reading() as session:
        found = observations.of_patient(session, id)
        some = observations.of_patient(session, id, [HEART_RATE])
    assert [o.display for o in found] == [
        "Creatinine [Mass/volume] in Serum or Plasma",
        "Urine look",
        "Heart rate",
    ]
    creatinine, look, _ = found
    assert (creatinine.original_value, creatinine.original_unit) == ("88.4", "umol/L")
    assert creatinine.provenance == Provenance(1, "vitals.csv", 7)
    assert (look.value, look.text, look.provenance) == (None, "cloudy", None)
    assert [o.code for o in some] == [HEART_RATE]


def test_the_lists_come_newest_first_and_undated_last(database: Database) -> None:
    id = add_patient(database, "M1")
    for day in ("2020-01-01", "", "2024-05-06"):
        add_condition(database, id, f"condition {day}", day)
        add_medication(database, id, f"medication {day}", day)
        add_allergy(database, id, f"allergy {day}", day)
    with database.reading() as session:
        onsets = [c.onset for c in conditions.of_patient(session, id)]
        authored = [m.authored_on for m in medications.of_patient(session, id)]
        recorded = [a.recorded_on for a in allergies.of_patient(session, id)]
    assert onsets == authored == recorded == [date(2024, 5, 6), date(2020, 1, 1), None]


def test_encounters_come_newest_first(database: Database) -> None:
    id = add_patient(database, "M1")
    add_encounter(database, id, "E1", class_="IMP", readmitted=True, length_of_stay=2.5)
    add_encounter(database, id, "E2", started_at=NOON + timedelta(days=1))
    with database.reading() as session:
        newest, oldest = encounters.of_patient(session, id)
    assert (newest.number, newest.ended_at, newest.readmitted) == ("E2", None, None)
    assert (oldest.class_, oldest.readmitted) == (EncounterClass.INPATIENT, True)
    assert oldest.length_of_stay == 2.5


def test_a_document_is_kept_with_its_patient(database: Database) -> None:
    id = add_patient(database, "M1")
    facts = documents.Facts("Report", "application/pdf", size=4, sha256="ab")
    with database.writing() as session:
        kept = documents.keep(session, id, facts, documents.Held(content=b"%PDF"), at=NOON)
    with database.reading() as session:
        assert documents.of_patient(session, id) == [kept]
        assert documents.held(session, kept.id).content == b"%PDF"
        assert documents.files(session) == []
        with pytest.raises(RecordNotFound):
            documents.held(session, kept.id + 1)
        with pytest.raises(RecordNotFound):
            documents.get(session, PatientId(id + 1), kept.id)
    assert (kept.size, kept.version, kept.entered_in_error) == (4, 1, False)


def test_a_value_without_number_and_text_cannot_be_stored(database: Database) -> None:
    id = add_patient(database, "M1")
    with pytest.raises(Exception, match="value_or_text"):
        add_observation(database, id, HEART_RATE, None)


def test_instants_before_1970_and_far_away_come_back(database: Database) -> None:
    for instant in (datetime(1938, 2, 3, 4, 5, 6, 789_000, UTC), datetime(2999, 1, 1, tzinfo=UTC)):
        assert from_millis(to_millis(instant)) == instant


def test_a_store_without_its_facts_is_said(database: Database) -> None:
    with database.reading() as session, pytest.raises(StoreError, match="incomplete"):
        store.read(session)


def test_two_patients_with_one_number_are_told_apart(database: Database) -> None:
    """F41: the line, the record and the shell say who gave the number."""
    first = add_patient(database, "42")
    alone = add_patient(database, "43")
    second = add_patient(database, "42", mrn_system="St. Mary", given="Bo")
    with database.reading() as session:
        lines = patients.summaries(session, [first, second, alone])
        assert [mrn_text(line) for line in lines] == ["42 (this clinic)", "42 (St. Mary)", "43"]
        assert patients.get(session, second).summary == lines[1]
        assert patients.get_id(session, "St. Mary|42") == second
        assert patients.get_id(session, "|42") == first
        with pytest.raises(RecordNotFound, match=r"Write it with its system: St. Mary\|42 or \|42"):
            patients.get_id(session, "42")


def test_two_patients_with_one_number_of_one_system_say_so(database: Database) -> None:
    """F41: where somebody said that both have it."""
    ids = [add_patient(database, "42"), add_patient(database, "42", given="Bo")]
    with database.reading() as session:
        lines = patients.summaries(session, ids)
        assert {mrn_text(line) for line in lines} == {"42 (this clinic, two patients)"}
        with pytest.raises(RecordNotFound, match="birth dates tell them apart"):
            patients.get_id(session, "42")


def test_a_patient_is_found_by_every_number(database: Database) -> None:
    first, file = add_patient(database, "42"), add_file(database)
    with database.writing() as session:
        Numbers(session).add([(first, "St. Mary", "M-7", file, 1)])
    with database.reading() as session:
        assert patients.get_id(session, "M-7") == first
        order = search.list_order(session)
        for words in ("M-7", "42", CANARY, "14-Jul-1945"):
            assert search.find_ids(session, words, order) == [first]
    with database.writing() as session:
        session.execute(text("DELETE FROM patient_identifier WHERE value = 'M-7'"))
    with database.reading() as session:
        assert search.find_ids(session, "M-7", search.list_order(session)) == []
        assert search.find_ids(session, "42", search.list_order(session)) == [first]


def test_a_death_without_a_day_is_a_death(database: Database) -> None:
    """FHIR deceasedBoolean: no age is counted on."""
    dead = add_patient(database, "42", deceased=True)
    with database.reading() as session:
        person = patients.get(session, dead).summary
    assert person.deceased
    assert died_text(person) == "Day not known"
    assert birth_text(person, date(2026, 3, 1)) == "14-Jul-1945"
