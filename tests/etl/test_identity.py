"""A number is somebody's only with its system, and where the rest does not contradict it (F41)."""

from collections.abc import Mapping
from typing import Any

import pytest

from clinicdesk.domain.identity import Bin, People, Trait
from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan
from clinicdesk.services.import_report import ImportReport
from tests.conftest import CANARY
from tests.etl.factories import Desk

HEADER = "patient_id,last_name,first_name,gender,birth_date\n"
ANN = f"42,{CANARY},Ann,Female,1950-02-01\n"
BORIS = f"42,{CANARY[::-1]},Boris,Male,1981-12-31\n"
VITALS = "patient_id,timestamp,heart_rate\n42,2026-03-01T10:00:00Z,71\n"


def load(desk: Desk, row: str, **plan: Any) -> ImportReport:
    return desk.run({"patients.csv": HEADER + row}, **plan)


def rules(report: ImportReport) -> list[str]:
    return [reject.rule for reject in report.rejects]


def names(desk: Desk) -> list[tuple[Any, ...]]:
    return desk.rows("patient", "mrn, mrn_system, given_name, birth_date")


def numbers(desk: Desk) -> list[tuple[Any, ...]]:
    return desk.rows("patient_identifier", "system, value, patient_id")


def test_another_person_under_a_known_number_is_held_and_loaded_onto_nobody(desk: Desk) -> None:
    """F41: two hospitals count from 1; the second one's 42 is not the first one's."""
    load(desk, ANN)
    before = desk.rows("patient")
    report = load(desk, BORIS)
    assert rules(report) == ["held-person"]
    assert report.counts["patient"].rejected == report.counts["patient"].read == 1
    assert desk.rows("patient") == before


def test_measurements_wait_with_whom_they_are_of(desk: Desk) -> None:
    """F41: what came with a held person is not the known patient's; nor is what comes later."""
    load(desk, ANN)
    report = desk.run({"patients.csv": HEADER + BORIS, "vitals.csv": VITALS})
    assert rules(report) == ["held-person", "ambiguous-patient"]
    assert rules(desk.run({"vitals.csv": VITALS})) == ["ambiguous-patient"]
    assert desk.rows("observation") == []


def test_two_people_with_one_number_can_both_exist_once_somebody_says_so(desk: Desk) -> None:
    """F41."""
    load(desk, ANN)
    report = load(desk, BORIS, people={"|42": "new"})
    assert rules(report) == []
    assert names(desk) == [("42", "", "Ann", "1950-02-01"), ("42", "", "Boris", "1981-12-31")]
    assert rules(desk.run({"vitals.csv": VITALS})) == ["ambiguous-patient"]


def test_who_was_said_to_be_new_is_found_again(desk: Desk) -> None:
    """F36, F41: the same file and the same answer once more change nothing."""
    load(desk, ANN)
    for _ in range(2):
        report = load(desk, BORIS, people={"|42": "new"})
    assert report.counts["patient"].unchanged == 1
    assert load(desk, BORIS).counts["patient"].unchanged == 1
    assert load(desk, ANN).counts["patient"].unchanged == 1
    assert len(names(desk)) == 2


def test_somebody_may_say_that_it_is_the_known_patient(desk: Desk) -> None:
    """F41."""
    load(desk, ANN)
    [(row_id,)] = desk.rows("patient", "id")
    report = load(desk, BORIS, people={"|42": str(row_id)})
    assert report.counts["patient"].updated == 1
    assert names(desk) == [("42", "", "Boris", "1981-12-31")]
    assert desk.run({"vitals.csv": VITALS}).counts["observation"].inserted == 1


def test_an_answer_that_names_nobody_is_refused(desk: Desk) -> None:
    load(desk, ANN)
    with pytest.raises(BadInput, match="not in the store"):
        load(desk, BORIS, people={"|42": "4711"})


def test_the_same_number_of_two_systems_is_two_people(desk: Desk) -> None:
    """F41."""
    load(desk, ANN)
    report = load(desk, BORIS, system="St. Mary")
    assert rules(report) == []
    assert [row[:2] for row in names(desk)] == [("42", ""), ("42", "St. Mary")]
    assert numbers(desk) == [("", "42", 1), ("St. Mary", "42", 2)]


def test_measurements_alone_go_to_the_one_patient_who_has_the_number(desk: Desk) -> None:
    """F41: nobody said whose numbers they are, and one system has this one."""
    load(desk, ANN, system="St. Mary")
    report = desk.run({"vitals.csv": VITALS})
    assert report.counts["observation"].inserted == 1


def test_measurements_alone_ask_where_two_systems_have_the_number(desk: Desk) -> None:
    """F41."""
    load(desk, ANN, system="St. Anne")
    load(desk, BORIS, system="St. Mary")
    assert rules(desk.run({"vitals.csv": VITALS})) == ["ambiguous-patient"]
    said = desk.run({"vitals.csv": VITALS}, system="St. Mary")
    assert said.counts["observation"].inserted == 1
    assert desk.rows("observation", "patient_id") == [(2,)]
    [ann, _] = desk.rows("patient", "id")
    answered = desk.run({"vitals.csv": VITALS}, people={"|42": str(ann[0])})
    assert answered.counts["observation"].inserted == 1


def test_measurements_of_another_system_never_go_by_the_number_alone(desk: Desk) -> None:
    """F41."""
    load(desk, ANN)
    assert rules(desk.run({"vitals.csv": VITALS}, system="St. Mary")) == ["unknown-patient"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("42,Married,Ann,Female,1950-02-01\n", "a marriage"),
        (f"42,{CANARY},Ann,Female,1950-01-02\n", "day and month"),
        (f"42,{CANARY},Ann,Female,1953-07-11\n", "a corrected birth date"),
        (f"42,{CANARY},Ann,Male,1950-02-01\n", "a corrected sex"),
        (f"42,{CANARY},Anne,Female,1950-02-01\n", "a slip"),
        (f"42,{CANARY},A.,Female,1950-02-01\n", "an initial"),
        (f"42,Ann,{CANARY},Female,1950-02-01\n", "swapped parts"),
        ("42,,,,\n", "nothing else"),
    ],
    ids=lambda value: "" if "," in value else value,
)
def test_a_correction_is_no_contradiction(desk: Desk, row: str, what: str) -> None:
    load(desk, ANN)
    assert rules(load(desk, row)) == [], what
    assert len(names(desk)) == 1


@pytest.mark.parametrize(
    "row",
    [
        f"42,{CANARY},Boris,Female,1950-02-01\n",  # a twin
        "42,,,Male,\n",
        "42,,,,1981-12-31\n",
        f"42,{CANARY},Ann,Male,1981-12-31\n",
        "42,Other,Ann,Female,1981-12-31\n",
    ],
)
def test_a_contradiction_is_held(desk: Desk, row: str) -> None:
    """F41."""
    load(desk, ANN)
    assert rules(load(desk, row)) == ["held-person"]


def test_visits_that_carry_their_patient_are_held_too(desk: Desk) -> None:
    """F41: the visit, its patient and its measurements stay together."""
    load(desk, ANN)
    visits = (
        "encounter_id,patient_id,encounter_date,gender,birth_date,heart_rate\n"
        "V1,42,2026-03-01,M,1981-12-31,71\n"
    )
    report = desk.run({"encounters.csv": visits})
    assert set(rules(report)) == {"held-person", "ambiguous-patient"}
    assert desk.rows("encounter") == desk.rows("observation") == []


def test_a_dry_run_holds_the_same_and_keeps_nothing(desk: Desk) -> None:
    """F34."""
    load(desk, ANN)
    before = desk.everything(), numbers(desk)
    paths = [desk.write("patients.csv", HEADER + BORIS)]
    assert rules(desk.imports.run(paths, dry_run=True)) == ["held-person"]
    assert (desk.everything(), numbers(desk)) == before


def test_every_count_adds_up(desk: Desk) -> None:
    """F35."""
    load(desk, ANN)
    rows: Mapping[str, str] = {"patients.csv": HEADER + BORIS + f"43,{CANARY},Cy,Male,1990-01-01\n"}
    counts = desk.run(rows).counts["patient"]
    assert (counts.read, counts.inserted, counts.rejected) == (2, 1, 1)


def people(desk: Desk, files: Mapping[str, str], **plan: Any) -> People:
    paths = [desk.write(name, content) for name, content in files.items()]
    return desk.imports.people(paths, Plan(**plan))


def test_who_is_in_the_files_is_told_before_anything_is_stored(desk: Desk) -> None:
    """F41: three bins, the evidence, and nothing kept."""
    load(desk, ANN)
    before = desk.everything(), numbers(desk)
    found = people(desk, {"patients.csv": HEADER + BORIS + f"43,{CANARY},Cy,Male,1990-01-01\n"})
    assert found.counts == {Bin.MATCH: 0, Bin.REVIEW: 1, Bin.NEW: 1}
    [asked] = found.asked
    assert (asked.key, asked.file, asked.row) == ("|42", "patients.csv", 1)
    assert "another given name" in asked.why
    born = next(e for e in asked.candidates[0].evidence if e.trait is Trait.BIRTH_DATE)
    assert (born.incoming, born.known) == ("1981-12-31", "1950-02-01")
    assert (desk.everything(), numbers(desk)) == before


def test_an_answer_is_shown_with_whom_it_is_about(desk: Desk) -> None:
    load(desk, ANN)
    found = people(desk, {"patients.csv": HEADER + BORIS}, people={"|42": "new"})
    assert found.asked == []
    assert [person.decided for person in found.of(Bin.REVIEW)] == ["new"]


def test_a_number_of_two_patients_is_asked_about_once(desk: Desk) -> None:
    """F41: measurements alone; a file of thousands of rows makes one question."""
    load(desk, ANN, system="St. Anne")
    load(desk, BORIS, system="St. Mary")
    [asked] = people(desk, {"vitals.csv": VITALS + VITALS.splitlines()[1] + "\n"}).asked
    assert asked.measurements_only
    assert {candidate.number.system for candidate in asked.candidates} == {"St. Anne", "St. Mary"}
    said = people(desk, {"vitals.csv": VITALS}, people={"|42": str(asked.candidates[0].patient_id)})
    assert said.asked == []


def test_people_of_one_file_are_known_to_the_next(desk: Desk) -> None:
    """An archive of patients and measurements asks nothing."""
    found = people(desk, {"patients.csv": HEADER + ANN, "vitals.csv": VITALS})
    assert found.counts == {Bin.MATCH: 0, Bin.REVIEW: 0, Bin.NEW: 1}


VISIT = "visit_id,patient_id,visit_date,heart_rate\nV1,{},2026-03-01T10:00:00Z,71\n"


def two_patients(desk: Desk) -> None:
    load(desk, f"41,{CANARY},Cy,Male,1990-01-01\n" + ANN)
    desk.run({"visits.csv": VISIT.format(41)})


def test_a_visit_never_moves_to_another_patient(desk: Desk) -> None:
    """F41: visits too are counted from 1 by every hospital."""
    two_patients(desk)
    before = desk.rows("encounter"), desk.rows("observation")
    report = desk.run({"visits.csv": VISIT.format(42)})
    assert rules(report) == ["other-patients-record"]
    assert (desk.rows("encounter"), desk.rows("observation")) == before


def test_a_prescription_is_not_tied_to_another_patients_visit(desk: Desk) -> None:
    """F41."""
    two_patients(desk)
    drugs = (
        "prescription_id,patient_id,visit_id,drug_name,prescription_date\nR1,42,V1,X,2026-03-01\n"
    )
    report = desk.run({"prescriptions.csv": drugs})
    assert rules(report) == ["other-patients-record"]


def test_the_same_visit_number_of_two_systems_is_two_visits(desk: Desk) -> None:
    """F41."""
    two_patients(desk)
    load(desk, BORIS, system="St. Mary")
    report = desk.run({"visits.csv": VISIT.format(42)}, system="St. Mary")
    assert report.counts["encounter"].inserted == 1
    assert desk.rows("encounter", "number, patient_id") == [("V1", 1), ("V1", 3)]


def test_a_prescription_never_moves_to_another_patient(desk: Desk) -> None:
    """F41: nor do numbers of prescriptions mean anything without their patient."""
    two_patients(desk)
    drugs = "prescription_id,patient_id,drug_name,prescription_date\nR1,{},X,2026-03-01\n"
    desk.run({"prescriptions.csv": drugs.format(41)})
    assert rules(desk.run({"prescriptions.csv": drugs.format(42)})) == ["other-patients-record"]
    assert desk.rows("medication", "patient_id") == [(1,)]


SAID = "visit_id,patient_id,visit_date,date_of_birth,sex\nV1,42,2026-03-01,{},{}\n"


@pytest.mark.parametrize(
    ("born", "sex", "found"),
    [
        ("1950-02-01", "F", []),
        ("1950-01-02", "", []),  # a slip
        ("", "", []),
        ("1981-12-31", "F", ["other-birth-date"]),
        ("1950-02-01", "male", ["other-sex"]),
    ],
)
def test_what_a_visit_says_beside_its_number_must_fit(
    desk: Desk, born: str, sex: str, found: list[str]
) -> None:
    """F41: columns that are not loaded still tell that the row is somebody else's."""
    load(desk, ANN)
    assert rules(desk.run({"visits.csv": SAID.format(born, sex)})) == found


def test_the_same_person_from_another_system_keeps_both_numbers(desk: Desk) -> None:
    """F41: number, name and birth date agree; the record stays one and is found by either."""
    load(desk, ANN)
    report = load(desk, ANN, system="St. Mary")
    assert report.counts["patient"].unchanged == 1
    assert numbers(desk) == [("", "42", 1), ("St. Mary", "42", 1)]
    assert load(desk, ANN, system="St. Mary").counts["patient"].unchanged == 1
    assert len(numbers(desk)) == 2


def test_a_number_that_nobody_gave_a_system_is_not_taken_for_another_systems(desk: Desk) -> None:
    """F41: the second file may be of St. Mary or of anybody: held until somebody says."""
    load(desk, ANN, system="St. Mary")
    assert rules(load(desk, BORIS)) == ["held-person"]
    assert rules(load(desk, BORIS, people={"|42": "new"})) == []
    assert [row[:2] for row in names(desk)] == [("42", "St. Mary"), ("42", "")]


def test_to_hold_somebody_is_an_answer_too(desk: Desk) -> None:
    """F41: a person may want to ask elsewhere first."""
    load(desk, ANN)
    report = load(desk, f"43,{CANARY},Cy,Male,1990-01-01\n", people={"|43": "hold"})
    assert rules(report) == ["held-person"]


def test_an_answer_ends_the_waiting(desk: Desk) -> None:
    """F41: once it is known who the second person is, their number waits no more."""
    load(desk, ANN)
    load(desk, BORIS)
    assert numbers(desk) == [("", "42", 1), ("", "42", None)]
    load(desk, BORIS, people={"|42": "1"})
    assert numbers(desk) == [("", "42", 1)]
    assert desk.run({"vitals.csv": VITALS}).counts["observation"].inserted == 1
