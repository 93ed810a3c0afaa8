"""Vitals and results, long and wide: units from the file, the preset or nowhere (F30, F40)."""

import pytest

from tests.etl.factories import PATIENTS, Desk, rules_of

LONG = "patient_id,timestamp,code,value,unit\n"


def long(desk: Desk, *rows: str, header: str = LONG) -> list[tuple[str, int, str, str]]:
    """Import rows of patient P1 and return what was refused."""
    lines = "".join(f"P1,{row}\n" for row in rows)
    return rules_of(desk.run({"patients.csv": PATIENTS, "vitals.csv": header + lines}))


@pytest.mark.parametrize(
    ("code", "value", "unit", "expected"),
    [
        ("8867-4", "72", "/min", ("8867-4", 72, "/min")),
        ("HR", "72", "bpm", ("8867-4", 72, "/min")),
        ("heart rate", "72", "", ("8867-4", 72, "/min")),  # the preset's convention
        ("Systolic", "16", "kPa", ("8480-6", 120.00992, "mm[Hg]")),
        ("temp", "98.6", "degF", ("8310-5", 37, "Cel")),
        ("temp", "98.6", "", ("8310-5", 37, "Cel")),  # only [degF] can be meant
        ("temp", "36.6", "", ("8310-5", 36.6, "Cel")),
        ("creatinine", "88.4", "µmol/L", ("2160-0", 0.99977, "mg/dL")),
        ("14682-9", "88.4", "umol/L", ("2160-0", 0.99977, "mg/dL")),
        ("2339-0", "5.5", "mmol/L", ("2345-7", 99.0858, "mg/dL")),
        ("4548-4", "53", "mmol/mol", ("4548-4", 7.00044, "%")),
        ("33914-3", "60", "mL/min/1.73m2", ("33914-3", 60, "mL/min/{1.73_m2}")),
        ("GCS", "15", "", ("9269-2", 15, "{score}")),
        ("pH", "7.31", "units", ("2744-1", 7.31, "[pH]")),
        ("50821", "88", "MM HG", ("2703-7", 88, "mm[Hg]")),  # MIMIC's item ids
        ("XYZ-1", "3.5", "furlong", ("XYZ-1", 3.5, "furlong")),  # outside the catalogue: as given
        ("88040-1", "2", "", ("88040-1", 2, "")),
    ],
)
def test_a_value_is_converted_and_kept_as_written(
    desk: Desk, code: str, value: str, unit: str, expected: tuple[str, float, str]
) -> None:
    assert long(desk, f"2026-03-01T10:00,{code},{value},{unit}") == []
    [found] = desk.observations()
    assert (found[0], found[2]) == (expected[0], expected[2])
    assert found[1] == pytest.approx(expected[1], abs=1e-4)
    assert found[4:] == (value, unit)
    assert desk.rows("observation", "original_code") == [(code,)]


@pytest.mark.parametrize(
    ("code", "value", "unit", "rule"),
    [
        ("2345-7", "98", "", "missing-unit"),
        ("creatinine", "1.1", "", "missing-unit"),
        ("temp", "60", "", "missing-unit"),  # neither Cel nor [degF]
        ("2345-7", "98", "mmHg", "unknown-unit"),
        ("8867-4", "0", "/min", "sentinel-value"),
        ("8867-4", "8388607", "/min", "sentinel-value"),
        ("8867-4", "-100", "/min", "sentinel-value"),
        ("8480-6", "11647", "mm[Hg]", "implausible-value"),
        ("2823-3", "39", "mmol/L", "implausible-value"),
        ("8867-4", "fast", "/min", "not-a-number"),
        ("8867-4", "", "/min", "no-value"),
        ("", "72", "/min", "no-code"),
    ],
)
def test_a_value_that_cannot_stand_is_refused(
    desk: Desk, code: str, value: str, unit: str, rule: str
) -> None:
    [(table, row, _, found)] = long(desk, f"2026-03-01T10:00,{code},{value},{unit}")
    assert (table, row, found) == ("observation", 1, rule)
    assert desk.observations() == []


def test_a_limit_is_text_not_a_number(desk: Desk) -> None:
    assert (
        long(desk, "2026-03-01,33914-3,>60,mL/min/1.73m2", "2026-03-01,poc glucose,HI,mg/dL") == []
    )
    assert desk.observations() == [
        ("33914-3", None, "mL/min/1.73m2", ">60", ">60", "mL/min/1.73m2"),
        ("41653-7", None, "mg/dL", "HI", "HI", "mg/dL"),
    ]


def test_letters_of_consciousness_are_words(desk: Desk) -> None:
    assert long(desk, "2026-03-01,ACVPU,V,") == []
    assert desk.observations() == [("67775-7", None, "", "V", "V", "")]


def test_a_diastolic_pressure_above_its_systolic_takes_both_out(desk: Desk) -> None:
    found = long(
        desk,
        "2026-03-01T10:00,8462-4,128,mmHg",
        "2026-03-01T10:00,8480-6,84,mmHg",
        "2026-03-01T11:00,8480-6,128,mmHg",
        "2026-03-01T11:00,8462-4,84,mmHg",
    )
    assert [(row, rule) for _, row, _, rule in found] == [
        (1, "diastolic-not-below-systolic"),
        (2, "diastolic-not-below-systolic"),
    ]


def test_repeats_of_a_time_are_all_kept_in_file_order(desk: Desk) -> None:
    rows = ("2026-03-01,HR,70,/min", "2026-03-01,HR,71,/min", "2026-03-01,HR,70,/min")
    assert long(desk, *rows) == []
    assert desk.rows("observation", "ordinal, value", "ordinal") == [
        (0, 70.0),
        (1, 71.0),
        (2, 70.0),
    ]
    again = desk.run({"vitals.csv": LONG + "".join(f"P1,{row}\n" for row in rows)})
    assert (again.counts["observation"].unchanged, len(desk.observations())) == (3, 3)


def test_wide_columns_become_observations(desk: Desk) -> None:
    header = (
        "patient_id,timestamp,heart_rate,SpO2,systolic,diastolic,temp_f,Glucose (mmol/L),note\n"
    )
    report = desk.run(
        {
            "patients.csv": PATIENTS,
            "v.csv": header + "P1,1751368800,72,97,128,84,98.6,5.5,x\nP9,1751368800,72,,,,,,\n"
            "P1,1751369800,,,84,128,,,\n",
        }
    )
    assert rules_of(report) == [
        ("observation", 2, "patient_id", "unknown-patient"),
        ("observation", 3, "systolic", "diastolic-not-below-systolic"),
        ("observation", 3, "diastolic", "diastolic-not-below-systolic"),
    ]
    assert [(code, round(value, 2), unit) for code, value, unit, *_ in desk.observations()] == [
        ("2345-7", 99.09, "mg/dL"),
        ("59408-5", 97.0, "%"),
        ("8310-5", 37.0, "Cel"),
        ("8462-4", 84.0, "mm[Hg]"),
        ("8480-6", 128.0, "mm[Hg]"),
        ("8867-4", 72.0, "/min"),
    ]
    assert desk.rows("observation", "DISTINCT effective_at", "1") == [(1751368800000,)]


def test_a_wide_column_without_a_unit_is_refused_value_by_value(desk: Desk) -> None:
    header = "patient_id,timestamp,heart_rate,creatinine\n"
    files = {"patients.csv": PATIENTS, "v.csv": header + "P1,2026-03-01,70,1.1\n"}
    report = desk.run(files)
    assert rules_of(report) == [("observation", 1, "creatinine", "missing-unit")]
    again = desk.run(files, units={"creatinine": "mg/dL"})
    assert (again.counts["observation"].inserted, again.counts["observation"].unchanged) == (1, 1)


def test_a_text_result_of_a_number_stays_as_it_is_told_by_type(desk: Desk) -> None:
    header = "patient_id,timestamp,code,value,unit,type,display\n"
    assert long(desk, "2026-03-01,72166-2,Never smoker,,text,Smoking", header=header) == []
    assert desk.rows("observation", "text, display, value") == [("Never smoker", "Smoking", None)]


def test_a_unit_that_the_preset_supplied_is_said(desk: Desk) -> None:
    rows = LONG + "P1,2026-03-01,HR,72,\nP1,2026-03-01,RR,14,\nP1,2026-03-01,SpO2,97,%\n"
    report = desk.run({"patients.csv": PATIENTS, "v.csv": rows})
    [warned] = report.warnings
    assert (warned.rule, warned.column, warned.count) == ("usual-unit", "unit", 2)


def test_a_warning_is_counted_once_a_column(desk: Desk) -> None:
    rows = [f"2026-03-01T{hour:02}:00,temp,36.6," for hour in range(10)]
    lines = "".join(f"P1,{row}\n" for row in rows)
    report = desk.run({"patients.csv": PATIENTS, "v.csv": LONG + lines})
    [warned] = report.warnings
    assert (warned.rule, warned.row, warned.count) == ("inferred-unit", 1, 10)
