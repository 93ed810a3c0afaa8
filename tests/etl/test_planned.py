"""One unknown file fills several tables, by columns that a plan names (F28)."""

from pathlib import Path

import pytest

from clinicdesk.errors import BadInput
from clinicdesk.etl.suggest import by_target
from tests.etl.factories import Desk, rules_of

STAYS = """\
Patientennummer;Nachname;Vorname;Geburtsdatum;Geschlecht;Fallnummer;Aufnahmedatum;Entlassungsdatum\
;RR syst.;Puls;Temp (°C);Kreatinin (mg/dl);Hauptdiagnose;Medikament
001;Müller;Anna;14.07.1945;w;F1;01.03.2026;04.03.2026;140;72;36,8;1,1;Asthma;Ibuprofen
001;Müller;Anna;14.07.1945;w;F2;01.05.2026;02.05.2026;150;70;37,8;1,2;Asthma;
002;Schmidt;Jörg;01.02.1950;m;F3;20.03.2026;;120;66;36,5;0,9;COPD;Salbutamol
"""


def suggested(desk: Desk, name: str, content: str) -> dict[str, str]:
    """What the preview proposes for every column."""
    [file] = desk.preview({name: content}).files
    return by_target(file.suggestions)


def test_a_file_of_stays_fills_four_tables_as_suggested(desk: Desk) -> None:
    assert desk.preview({"s.csv": STAYS}).files[0].why.startswith("No preset knows this header")
    columns = suggested(desk, "s.csv", STAYS)
    report = desk.run({"s.csv": STAYS}, columns={"s.csv": columns})
    assert not report.rejects
    assert {table: counts.inserted for table, counts in report.counts.items()} == {
        "patient": 2,
        "encounter": 3,
        "observation": 12,
        "medication": 2,
    }
    assert desk.rows("patient", "mrn, family_name, given_name, birth_date, gender") == [
        ("001", "Müller", "Anna", "1945-07-14", "female"),
        ("002", "Schmidt", "Jörg", "1950-02-01", "male"),
    ]
    assert desk.rows("encounter", "number, reason_text, patient_id") == [
        ("F1", "Asthma", 1),
        ("F2", "Asthma", 1),
        ("F3", "COPD", 2),
    ]
    assert desk.rows("medication", "display, patient_id, encounter_id") == [
        ("Ibuprofen", 1, 1),
        ("Salbutamol", 2, 3),
    ]
    temperatures = [row for row in desk.observations() if row[0] == "8310-5"]
    assert temperatures[0] == ("8310-5", 36.8, "Cel", "", "36,8", "°C")


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    columns = {"s.csv": suggested(desk, "s.csv", STAYS)}
    desk.run({"s.csv": STAYS}, columns=columns)
    held = {table: rows for table, rows in desk.everything().items() if table != "import_run"}
    again = desk.run({"s.csv": STAYS}, columns=columns)
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}
    now = desk.everything()
    assert {table: now[table] for table in held} == held


def test_vitals_with_their_own_time_refer_to_the_visit(desk: Desk) -> None:
    text = "pat,stay,admitted,kind,at,pulse\nP1,V1,2026-01-01,inpatient,2026-01-01T10:00,70\n"
    text += "P1,V1,2026-01-01,inpatient,2026-01-01T11:00,75\n"
    columns = {
        "pat": "patient.mrn",
        "stay": "encounter.number",
        "admitted": "encounter.started_at",
        "kind": "encounter.class",
        "at": "observation.effective_at",
        "pulse": "observation:8867-4",
    }
    desk.run({"p.csv": "patient_id,gender\nP1,F\n"})
    report = desk.run({"v.csv": text}, columns={"v.csv": columns})
    assert desk.rows("encounter", "number, class") == [("V1", "IMP")]
    assert desk.rows("observation", "value, encounter_id") == [(70.0, 1), (75.0, 1)]
    assert [w.rule for w in report.warnings if w.column == "stay"] == ["repeated-row"]


def test_a_visit_without_a_number_is_its_patients_day(desk: Desk) -> None:
    text = "pid,sex,seen,complaint,bp\nP1,F,2026-01-01,cough,120/80\nP1,F,2026-01-09,fever,130/85\n"
    columns = {
        "pid": "patient.mrn",
        "sex": "patient.gender",
        "seen": "encounter.started_at",
        "complaint": "encounter.reason_text",
        "bp": "observation:8480-6+8462-4",
    }
    [file] = desk.preview({"v.csv": text}, columns={"v.csv": columns}).files
    assert "what a patient has on one day is one visit" in file.notes[0]
    report = desk.run({"v.csv": text}, columns={"v.csv": columns})
    assert not report.rejects
    assert desk.rows("encounter", "number") == [("P1 2026-01-01",), ("P1 2026-01-09",)]
    assert report.counts["observation"].inserted == 4
    otherwise = text.replace("2026-01-01", "01.01.2026").replace("2026-01-09", "09.01.2026")
    again = desk.run({"w.csv": otherwise}, columns={"w.csv": columns})
    assert again.counts["encounter"].unchanged == 2  # the same visits, their days written anew


def test_results_one_a_row_name_their_test(desk: Desk) -> None:
    text = "Hasta No,Cinsiyet,Tetkik,Sonuç,Birim,Numune Tarihi\nP1,K,2160-0,1.1,mg/dL,2026-01-01\n"
    text += "P2,E,718-7,13.5,g/dL,2026-01-02\n"
    columns = suggested(desk, "l.csv", text)
    report = desk.run({"l.csv": text}, columns={"l.csv": columns})
    assert not report.rejects
    assert desk.rows("observation", "code, value, unit, patient_id") == [
        ("2160-0", 1.1, "mg/dL", 1),
        ("718-7", 13.5, "g/dL", 2),
    ]
    assert desk.rows("patient", "gender") == [("female",), ("male",)]


def test_a_plan_corrects_one_column_of_a_known_file(desk: Desk) -> None:
    text = "patient_id,gender,bmi,mass\nP1,F,24,70\n"
    columns = {"mass": "observation:29463-7", "bmi": "ignore"}
    desk.run({"p.csv": text}, columns={"p.csv": columns}, units={"mass": "kg"})
    assert desk.rows("observation", "code, value, unit") == [("29463-7", 70.0, "kg")]
    assert desk.rows("patient", "gender") == [("female",)]


def test_people_without_their_own_table_keep_a_rejected_row_apart(desk: Desk) -> None:
    header = "pid,sex,visit number,visit date,visit type"
    text = f"{header}\nP1,F,V1,2026-01-01,inpatient\n,F,V2,2026-01-01,inpatient\n"
    columns = suggested(desk, "v.csv", text)
    report = desk.run({"v.csv": text}, columns={"v.csv": columns})
    assert rules_of(report) == [("encounter", 2, "pid", "missing-id")]
    assert desk.rows("encounter", "number") == [("V1",)]


TEXT = "pid,a,b\nP1,2026-01-01,x\n"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"a": "patient.birth_date"}, "No column says whose the rows are"),
        ({"pid": "patient.mrn", "c": "ignore"}, "has no column c"),
        ({"pid": "patient.mrn", "a": "patient.shoe_size"}, "cannot be patient.shoe_size"),
        (
            {"pid": "patient.mrn", "a": "patient.birth_date", "b": "patient.birth_date"},
            "a and b are both to be patient.birth_date",
        ),
        ({"pid": "patient.mrn", "b": "encounter.class"}, "encounter.started_at"),
        ({"pid": "patient.mrn"}, "nothing else to import"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_in_words(
    desk: Desk, columns: dict[str, str], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        desk.run({"f.csv": TEXT}, columns={"f.csv": columns})


def test_a_header_that_somebody_described_is_found_below_titles(tmp_path: Path, desk: Desk) -> None:
    text = "Klinik\nStand,2026\n\npid,foo,bar\nP1,F,2026-01-01\n"
    columns = {"pid": "patient.mrn", "foo": "patient.gender", "bar": "patient.registered_on"}
    report = desk.run({"f.csv": text}, columns={"f.csv": columns})
    assert report.counts["patient"].inserted == 1


def test_a_column_may_hold_the_units_of_another(desk: Desk) -> None:
    text = "Patient ID,Date,Sex,Creatinine,Creatinine Unit\nP1,2026-01-01,F,1.1,mg/dL\n"
    text += "P2,2026-01-01,M,97,umol/L\nP3,2026-01-01,M,1.0,furlong\n"
    [file] = desk.preview({"l.csv": text}).files
    columns = by_target(file.suggestions)
    assert columns["Creatinine Unit"] == "unit:2160-0"
    report = desk.run({"l.csv": text}, columns={"l.csv": columns})
    assert [(o[1], o[4], o[5]) for o in desk.observations()] == [
        (1.1, "1.1", "mg/dL"),
        (pytest.approx(1.097, abs=0.001), "97", "umol/L"),
    ]
    assert rules_of(report) == [("observation", 3, "Creatinine", "unknown-unit")]


def test_two_units_of_a_column_are_converted_as_a_person_agreed(desk: Desk) -> None:
    text = "patient_id,timestamp,glucose\n"
    numbers = ("5.5", "99", "30", "")
    text += "".join(f"P1,2026-01-0{at},{n}\n" for at, n in enumerate(numbers, 1))
    desk.run({"p.csv": "patient_id,gender\nP1,F\n"})
    report = desk.run({"v.csv": text}, units={"glucose": "mmol/L < 25 ... 40 < mg/dL"})
    assert [(round(o[1]), o[4], o[5]) for o in desk.observations()] == [
        (99, "5.5", "mmol/L"),
        (99, "99", "mg/dL"),
    ]
    assert rules_of(report) == [("observation", 3, "glucose", "unknown-unit")]
    assert "(mmol/L or mg/dL of 2345-7)" in report.rejects[0].message
    assert ("split-unit", 3) in [(w.rule, w.count) for w in report.warnings]
