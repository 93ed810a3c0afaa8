"""The clinic CSV, end to end: what arrives, what is refused, what a second file changes."""

import pytest

from clinicdesk.errors import StoreError
from clinicdesk.services import imports as imports_module
from tests.etl.factories import PATIENTS, Desk, rules_of

VISITS = (
    "visit_id,patient_id,visit_date,diagnosis_code,diagnosis_description,severity_score,"
    "blood_pressure,glucose_level,heart_rate,length_of_stay,readmitted_within_30_days\n"
)


def test_a_patient_arrives_whole(desk: Desk) -> None:
    desk.run(
        {
            "patients.csv": "Patient ID,Name,Birth Date,Gender,Location,bmi,smoker_status,"
            "chronic_conditions,registration_date,insurance_type,allergies\n"
            '007,"Müller, Ann",1950-02-01,F,Bergen,27.4,Former,I10; Migraine | Asthma,2020-05-06,'
            "Public,Penicillin;none\n"
        }
    )
    columns = "mrn, family_name, given_name, birth_date, gender, original_gender, address"
    [patient] = desk.rows("patient", f"{columns}, registered_on, insurance, allergy_status")
    assert patient == (
        "007",
        "Müller",
        "Ann",
        "1950-02-01",
        "female",
        "F",
        "Bergen",
        "2020-05-06",
        "Public",
        "known",
    )
    assert desk.observations() == [
        ("39156-5", 27.4, "kg/m2", "", "27.4", ""),
        ("72166-2", None, "", "Former", "Former", ""),
    ]
    icd10 = "http://hl7.org/fhir/sid/icd-10"
    assert desk.rows("condition", "code_system, code, display, onset") == [
        (icd10, "I10", "I10", ""),
        ("", "", "Migraine", ""),
        ("", "", "Asthma", ""),
    ]
    assert desk.rows("allergy", "display") == [("Penicillin",)]


def test_an_age_is_kept_with_the_day_it_was_true_and_no_birthday_is_made(desk: Desk) -> None:
    report = desk.run(
        {
            "patients.csv": "patient_id,age,registration_date,gender\nA,61,2020-05-06,1\n"
            "B,44,,2\nC,300,2020-05-06,M\nD,4.5,2020-05-06,M\n"
        }
    )
    columns = "mrn, birth_date, age_years, age_true_on, gender, original_gender"
    assert desk.rows("patient", columns) == [
        ("A", None, 61, "2020-05-06", "male", "1"),
        ("B", None, None, None, "female", "2"),
    ]
    assert [(w.row, w.rule) for w in report.warnings] == [
        (2, "age-without-date"),
        (1, "numbered-gender"),
    ]
    assert rules_of(report) == [
        ("patient", 3, "age", "implausible-value"),
        ("patient", 4, "age", "implausible-value"),
    ]


def test_an_unknown_gender_stays_unknown_with_its_text(desk: Desk) -> None:
    report = desk.run({"patients.csv": "patient_id,gender\nA,Other\nB,qqq\nC,\n"})
    assert desk.rows("patient", "gender, original_gender") == [
        ("other", "Other"),
        ("unknown", "qqq"),
        ("unknown", ""),
    ]
    assert [(w.column, w.row, w.rule) for w in report.warnings] == [("gender", 2, "unknown-word")]


def test_no_known_allergies_is_an_answer_and_silence_is_none(desk: Desk) -> None:
    """F03."""
    header = "patient_id,allergies,registration_date\n"
    files = {"p.csv": f"{header}A,None known,2020-05-06\nB,,2020-05-06\nC,none,\nD,Latex,\n"}
    columns = "mrn, allergy_status, allergy_status_on"
    found = [
        ("A", "none-known", "2020-05-06"),
        ("B", "not-recorded", None),
        ("C", "not-recorded", None),
        ("D", "known", None),
    ]
    desk.run(files)
    assert desk.rows("patient", columns) == found
    later = desk.run({"a.csv": "patient_id,allergen\nA,Penicillin\n"})
    assert later.counts["allergy"].inserted == 1
    again = desk.run(files)  # the old export does not take the allergy back
    assert again.counts["patient"].updated == 0
    assert desk.rows("patient", columns)[0] == ("A", "known", "2020-05-06")


def test_a_full_disk_is_met_before_the_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """D06."""
    monkeypatch.setattr(imports_module, "GROWTH", 1 << 50)
    with pytest.raises(StoreError, match="The disk is too full: the import needs"):
        desk.run({"patients.csv": PATIENTS})


def test_a_visit_arrives_with_its_measurements(desk: Desk) -> None:
    desk.run(
        {
            "visits.csv": VISITS + "V1,P1,2026-03-01,I10,Hypertension,7,128/84,,71,0.5,Yes\n",
            "patients.csv": PATIENTS,  # given second, loaded first
        }
    )
    columns = "number, class, started_at, reason_code, reason_text, severity, length_of_stay"
    [visit] = desk.rows("encounter", f"{columns}, readmitted, original_readmitted")
    noon_before = 1772319600000  # 2026-03-01T00:00 in Berlin
    assert visit == ("V1", "UNK", noon_before, "I10", "Hypertension", 7, 0.5, 1, "Yes")
    assert desk.observations() == [
        ("8462-4", 84.0, "mm[Hg]", "", "84", ""),
        ("8480-6", 128.0, "mm[Hg]", "", "128", ""),
        ("8867-4", 71.0, "/min", "", "71", ""),
    ]
    assert desk.rows("observation", "DISTINCT encounter_id, row", "row") == [(1, 1)]


def test_glucose_without_a_unit_is_refused_and_the_rest_of_its_row_loads(desk: Desk) -> None:
    row = "V1,P1,2026-03-01,,,3,,98,71,,\n"
    report = desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + row})
    assert rules_of(report) == [("observation", 1, "glucose_level", "missing-unit")]
    assert "--unit" in report.rejects[0].message
    assert [code for code, *_ in desk.observations()] == ["8867-4"]
    assert report.counts["encounter"].inserted == 1


def test_a_glucose_unit_comes_from_the_user_or_the_header(desk: Desk) -> None:
    row = "V1,P1,2026-03-01,,,3,,5.5,,,\n"
    desk.run({"patients.csv": PATIENTS})
    desk.run({"visits.csv": VISITS + row}, units={"Glucose Level": "mmol/L"})
    [(_, value, unit, _, original, _)] = desk.observations()
    assert (round(value, 3), unit, original) == (99.086, "mg/dL", "5.5")
    header = VISITS.replace("glucose_level", "glucose_level_mg_dl")
    report = desk.run({"visits.csv": header + row.replace("5.5", "101")})
    assert desk.observations() == [("2345-7", 101.0, "mg/dL", "", "101", "mg/dl")]
    assert report.counts["observation"].updated == 1


def test_the_dirty_rows_of_a_clinic_each_get_their_rule(desk: Desk) -> None:
    rows = [
        ",P1,2026-03-01,,,3,,,,,",
        "V2,,2026-03-01,,,3,,,,,",
        "V3,P9,2026-03-01,,,3,,,,,",
        "V4,P1,yesterday,,,3,,,,,",
        "V5,P1,2027-03-01,,,3,,,,,",
        "V6,P1,1949-03-01,,,3,,,,,",
        "V7,P1,2026-03-01,,,eleven,,,,,",
        "V8,P1,2026-03-01,,,11,,,,,",
        "V9,P1,2026-03-01,,,3,84/128,,,,",
        "V10,P1,2026-03-02,,,3,11647/80,,,,",
        "V11,P1,2026-03-03,,,3,high,,-100,,",
        "V11,P1,2026-03-04,,,3,,,,,",
        "1.23E+12,P1,2026-03-04,,,3,,,,,",
        "V12,P1,04/03/2026,,,3,,,,,",
    ]
    report = desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + "\n".join(rows) + "\n"})
    assert sorted(rules_of(report), key=lambda reject: (reject[1], reject[2])) == [
        ("encounter", 1, "visit_id", "missing-id"),
        ("encounter", 2, "patient_id", "missing-id"),
        ("encounter", 3, "patient_id", "unknown-patient"),
        ("encounter", 4, "visit_date", "bad-date"),
        ("encounter", 5, "visit_date", "future-date"),
        ("encounter", 6, "visit_date", "before-birth"),
        ("encounter", 7, "severity_score", "not-a-number"),
        ("encounter", 8, "severity_score", "implausible-value"),
        ("observation", 9, "blood_pressure", "diastolic-not-below-systolic"),
        ("observation", 9, "blood_pressure", "diastolic-not-below-systolic"),
        ("observation", 10, "blood_pressure", "implausible-value"),
        ("observation", 11, "blood_pressure", "not-a-pressure"),
        ("observation", 11, "heart_rate", "sentinel-value"),
        ("encounter", 12, "visit_id", "duplicate-id"),
        ("encounter", 13, "visit_id", "damaged-id"),
        ("encounter", 14, "visit_date", "ambiguous-date"),
    ]
    assert report.rejects[0].text == rows[0]
    implausible = next(r for r in report.rejects if r.row == 10)
    assert "11647 mm[Hg] is not within 20 to 375" in implausible.message
    assert desk.rows("rejected_row", "count(*)") == [(16,)]


def test_everything_wrong_with_a_row_is_said_at_once(desk: Desk) -> None:
    report = desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + "V1,P9,then,,,x,,,,,\n"})
    [reject] = report.rejects
    assert reject.rule == "unknown-patient"
    assert "Also visit_date: This is not a date." in reject.message
    assert "Also severity_score: This is not a number." in reject.message


def test_the_same_files_twice_change_nothing(desk: Desk) -> None:
    files = {
        "patients.csv": PATIENTS + "P1,Female,1950-02-01\n",
        "visits.csv": VISITS
        + "V1,P1,2026-03-01,I10,x,7,128/84,,71,0.5,Yes\nV2,P1,2026-03-01,I10,x,7,120/80,,71,,No\n"
        + "V1,P1,2026-03-01,I10,x,7,128/84,,71,0.5,Yes\n",
        "prescriptions.csv": "prescription_id,patient_id,drug_name,visit_id\nR1,P1,Aspirin,V1\n",
    }
    first = desk.run(files)
    assert first.counts["encounter"].unchanged == 1  # the repeated line
    before = {table: desk.rows(table) for table in first.counts}
    second = desk.run(files)
    assert {(c.inserted, c.updated) for c in second.counts.values()} == {(0, 0)}
    assert {table: desk.rows(table) for table in first.counts} == before


def test_one_changed_cell_updates_one_row_and_keeps_the_others_provenance(desk: Desk) -> None:
    rows = "V1,P1,2026-03-01,,,7,128/84,,71,,\nV2,P2,2026-03-01,,,7,120/80,,66,,\n"
    desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + rows})
    changed = rows.replace("128/84", "129/84")
    report = desk.run({"visits.csv": VISITS + changed})
    assert report.counts["encounter"].updated == 0
    assert (report.counts["observation"].updated, report.counts["observation"].unchanged) == (1, 5)
    assert desk.rows("observation", "value, file_id", "id")[0] == (129.0, 3)
    assert {file_id for (file_id,) in desk.rows("observation", "file_id")[1:]} == {2}


def test_two_visits_of_a_day_keep_their_values_over_several_exports(desk: Desk) -> None:
    """An export of this week's visits must not take what it does not have for a repetition."""
    one, two = "V1,P1,2026-03-01,,,,120/80,,71,,\n", "V2,P1,2026-03-01,,,,130/80,,88,,\n"
    desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + one})
    report = desk.run({"visits.csv": VISITS + two})
    assert report.counts["observation"].inserted == 3
    assert [row[1] for row in desk.observations()] == [80.0, 80.0, 120.0, 130.0, 71.0, 88.0]
    again = desk.run({"visits.csv": VISITS + two + one})
    assert again.counts["observation"].unchanged == 6


def test_what_was_measured_at_a_visit_moves_with_it(desk: Desk) -> None:
    row = "V1,P1,2026-03-01,,,,120/80,,71,,\nV2,P1,2026-03-02,,,,,,66,,\n"
    desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + row})
    report = desk.run({"visits.csv": VISITS + row.replace("03-01", "03-02")})
    assert report.counts["encounter"].updated == 1
    assert report.counts["observation"].inserted == 0
    [(start,)] = desk.rows("encounter", "DISTINCT started_at", "1")
    assert desk.rows("observation", "DISTINCT effective_at", "1") == [(start,)]


def test_a_blank_never_erases_what_is_stored(desk: Desk) -> None:
    header = "patient_id,gender,birth_date,phone,insurance_type\n"
    desk.run({"patients.csv": header + "P1,Female,1950-02-01,123,Public\n"})
    report = desk.run({"patients.csv": header + "P1,,,,Private\n"})
    assert report.counts["patient"].updated == 1
    columns = "gender, birth_date, phone, insurance"
    assert desk.rows("patient", columns) == [("female", "1950-02-01", "123", "Private")]


def test_a_prescription_is_its_number(desk: Desk) -> None:
    header = "prescription_id,patient_id,drug_name,dosage,quantity,prescribed_date\n"
    desk.run(
        {
            "patients.csv": PATIENTS,
            "prescriptions.csv": header + "R1,P1,Aspirin,75 mg,28,2026-01-02\n",
        }
    )
    report = desk.run({"prescriptions.csv": header + "R1,P1,Aspirin EC,75 mg,56,2026-01-02\n"})
    assert report.counts["medication"].updated == 1
    columns = "number, display, quantity, original_quantity, authored_on"
    assert desk.rows("medication", columns) == [("R1", "Aspirin EC", 56.0, "56", "2026-01-02")]


def test_a_prescription_whose_visit_is_unknown_is_kept_and_said(desk: Desk) -> None:
    csv = "prescription_id,patient_id,drug_name,visit_id\nR1,P1,Aspirin,V404\nR2,P1,,\n"
    report = desk.run({"patients.csv": PATIENTS, "prescriptions.csv": csv})
    assert [(w.rule, w.row) for w in report.warnings] == [("unknown-encounter", 1)]
    assert rules_of(report) == [("medication", 2, "drug_name", "no-name")]
    assert desk.rows("medication", "encounter_id") == [(None,)]


def test_a_dry_run_reports_the_same_and_keeps_nothing(desk: Desk) -> None:
    files = {"patients.csv": PATIENTS, "visits.csv": VISITS + "V1,P9,2026-03-01,,,7,,,,,\n"}
    before = desk.everything()
    dry = desk.run(files, dry_run=True)
    assert desk.everything() == before
    real = desk.run(files)
    assert dry.import_id is None
    assert (dry.counts, dry.rejects, dry.files) == (real.counts, real.rejects, real.files)


def test_semicolons_and_decimal_commas(desk: Desk) -> None:
    desk.run(
        {
            "patients.csv": "patient_id;gender;bmi;registration_date\nP1;F;27,4;06.05.2020\n",
            "visits.csv": "visit_id;patient_id;visit_date;length_of_stay\nV1;P1;13/04/2026;1,5\n",
        }
    )
    assert [row[1] for row in desk.observations()] == [27.4]
    assert desk.rows("encounter", "length_of_stay") == [(1.5,)]


def test_slash_dates_are_read_in_the_order_somebody_says(desk: Desk) -> None:
    row = "V1,P1,04/03/2026,,,3,,,,,\n"
    desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + row}, date_order="mdy")
    assert desk.rows("encounter", "started_at") == [(1775167200000,)]  # 3 April in Berlin


def test_the_run_is_in_the_history_and_in_the_audit(desk: Desk) -> None:
    report = desk.run({"patients.csv": PATIENTS})
    [run] = desk.imports.history()
    assert (run.id, run.timezone, run.files) == (
        report.import_id,
        "Europe/Berlin",
        ("patients.csv",),
    )
    assert run.counts["patient"]["inserted"] == 2
    [(action, kind, number)] = desk.rows("audit_event", "action, object_type, object_id", "seq")
    assert (action, kind, number) == ("import.run", "import_run", str(report.import_id))
