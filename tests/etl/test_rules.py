"""The plausibility rules are data; each is tried with what it keeps and tells (F31, F40)."""

import re
from pathlib import Path

import pytest

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl import rules
from clinicdesk.etl.formula import formula, names_of
from clinicdesk.etl.frames import columns_of, frame_of
from clinicdesk.etl.rules import Limits, Severity, Together, rulebook
from clinicdesk.services.import_report import ImportReport
from tests.etl.factories import PATIENTS, Desk
from tests.etl.rule_table import DOCUMENT, table

BOOK = rulebook()
ETL = Path(rules.__file__).parent
LONG = "patient_id,timestamp,code,value,unit\n"
FITTING = {  # values in the catalogue's units that fit together, of one adult
    "8462-4": 75, "8480-6": 120, "8478-0": 90, "39156-5": 24.2, "29463-7": 70, "8302-2": 170,
    "9269-2": 15, "9267-6": 4, "9270-0": 5, "9268-4": 6, "8280-0": 80, "13457-7": 110,
    "2093-3": 190, "2085-9": 55, "43396-1": 135, "1968-7": 0.2, "1975-2": 0.8, "1751-7": 4.2,
    "2885-2": 7.1, "751-8": 4, "731-0": 2, "6690-2": 7, "4544-3": 42, "718-7": 14, "787-2": 90,
    "789-8": 4.67, "1863-0": 12, "2951-2": 140, "2075-0": 104, "1963-8": 24, "1994-3": 1.2,
    "17861-6": 9.4, "98979-8": 90, "2160-0": 0.9, "22664-7": 5, "3094-0": 14, "2744-1": 7.4,
    "2019-8": 40, "2703-7": 95, "3150-0": 21,
}  # fmt: skip
BROKEN = {  # rule -> the value that no longer fits
    "diastolic-not-below-systolic": ("8462-4", 120),
    "mean-pressure-outside": ("8478-0", 130),
    "pulse-pressure-narrow": ("8462-4", 115),
    "bmi-differs": ("39156-5", 34),
    "gcs-sum": ("9269-2", 12),
    "waist-above-height": ("8280-0", 175),
    "ldl-above-total": ("13457-7", 240),
    "hdl-above-total": ("2085-9", 195),
    "lipids-above-total": ("13457-7", 170),
    "non-hdl-differs": ("43396-1", 90),
    "direct-above-total": ("1968-7", 1.4),
    "albumin-above-protein": ("2885-2", 4),
    "neutrophils-above-leukocytes": ("751-8", 9),
    "lymphocytes-above-leukocytes": ("731-0", 9),
    "cells-above-leukocytes": ("731-0", 5),
    "haematocrit-haemoglobin": ("4544-3", 20),
    "mcv-differs": ("787-2", 60),
    "anion-gap-differs": ("1863-0", 40),
    "ionised-above-total": ("1994-3", 2.9),
    "gfr-creatinine": ("2160-0", 8),
    "urea-urea-nitrogen": ("22664-7", 14),
    "acid-base": ("2744-1", 7.0),
    "oxygen-above-inspired": ("2703-7", 300),
}


def unit_of(code: str) -> str:
    concept = catalog().by_code(code)
    return concept.unit if concept else ""


def measured(desk: Desk, values: dict[str, float]) -> ImportReport:
    """Values of one patient at one time."""
    rows = "".join(f"P1,2026-03-01T10:00,{c},{v},{unit_of(c)}\n" for c, v in values.items())
    return desk.run({"patients.csv": PATIENTS, "vitals.csv": LONG + rows})


def told(report: ImportReport) -> set[str]:
    return {w.rule for w in report.warnings} | {r.rule for r in report.rejects}


def test_there_are_more_than_sixty_and_each_says_why_and_who_says_so() -> None:
    assert len(BOOK.rules) >= 60
    for rule in BOOK.rules.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
        assert rule.category in ("conformance", "completeness", "plausibility")
        assert rule.message.endswith((".", "?"))
        assert rule.source


def test_every_rule_is_asked_somewhere() -> None:
    """A rule that nobody asks would be a promise."""
    names = {name for name, rule in vars(rules).items() if isinstance(rule, rules.Rule)}
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in ETL.rglob("*.py") if path.name != "rules.py"
    )
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code)] == []
    by_data = [*BOOK.together, *BOOK.usual.values(), *BOOK.slips, *BOOK.other_sex]
    named = {getattr(rules, name).id for name in names} | {each.rule.id for each in by_data}
    assert named == set(BOOK.rules)


def test_the_document_lists_them_all() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table()


def test_values_that_fit_are_told_nothing(desk: Desk) -> None:
    report = measured(desk, FITTING)
    assert told(report) == set()
    assert report.counts["observation"].inserted == len(FITTING)


def test_each_rule_of_values_together_has_a_case() -> None:
    assert set(BROKEN) == {each.rule.id for each in BOOK.together}


@pytest.mark.parametrize("each", BOOK.together, ids=lambda each: each.rule.id)
def test_values_that_cannot_be_of_one_time_are_told(desk: Desk, each: Together) -> None:
    code, value = BROKEN[each.rule.id]
    values = {c: FITTING[c] for c in each.values.values()}
    assert told(measured(desk, values)) == set()
    report = measured(desk, {**values, code: value})
    assert each.rule.id in told(report)
    refused = [reject.rule for reject in report.rejects]
    assert (each.rule.id in refused) == (each.rule.severity is Severity.ERROR)


@pytest.mark.parametrize("usual", BOOK.usual.values(), ids=lambda usual: usual.rule.id)
def test_what_is_rare_is_told_and_kept(desk: Desk, usual: Limits) -> None:
    plausible = catalog()[usual.code].plausible
    assert plausible.low is None or plausible.low <= usual.low
    assert plausible.high is None or usual.high <= plausible.high
    inside = measured(desk, {usual.code: usual.low})
    assert usual.rule.id not in told(inside)
    if plausible.high is None or usual.high < plausible.high:
        rare = measured(desk, {usual.code: (usual.high + (plausible.high or usual.high * 2)) / 2})
    else:
        rare = measured(desk, {usual.code: (usual.low + (plausible.low or 0)) / 2})
    assert told(rare) == {usual.rule.id}
    assert not rare.rejects


@pytest.mark.parametrize("slip", BOOK.slips, ids=lambda slip: slip.rule.id)
def test_an_impossible_value_that_another_unit_explains_is_told_so(
    desk: Desk, slip: Limits
) -> None:
    plausible = catalog()[slip.code].plausible
    assert slip.low >= (plausible.high or 0) or slip.high < (plausible.low or 0)
    report = measured(desk, {slip.code: (slip.low + slip.high) / 2})
    assert [reject.rule for reject in report.rejects] == [slip.rule.id]


def test_codes_that_seldom_belong_to_a_gender_are_told_and_kept(desk: Desk) -> None:
    visits = "visit_id,patient_id,visit_date,diagnosis_code\n"
    rows = ("V1,P2,O80", "V2,P1,O80", "V3,P1,C61", "V4,P2,c61", "V5,P1,D29.1", "V6,P2,C53.9")
    lines = "".join(f"{r.rpartition(',')[0]},2026-03-01,{r.rpartition(',')[2]}\n" for r in rows)
    wide = "patient_id,timestamp,pregnancies\nP2,2026-03-01,2\nP1,2026-03-01,2\n"
    report = desk.run({"patients.csv": PATIENTS, "visits.csv": visits + lines, "v.csv": wide})
    assert not report.rejects
    found = {(w.rule, w.row) for w in report.warnings}
    assert found == {
        ("pregnancy-male", 1),
        ("prostate-female", 3),
        ("male-organs-female", 5),
        ("female-cancer-male", 6),
        ("pregnancies-male", 1),
    } | {("prostate-female", 3)}


def test_a_life_has_an_order(desk: Desk) -> None:
    people = (
        "patient_id,gender,birth_date,deceased_date\nP1,F,1900-01-01,2026-02-01\nP2,M,1980-12-31,\n"
    )
    visits = (
        "visit_id,patient_id,visit_date,discharge_date,length_of_stay\n"
        "V1,P1,2026-01-30,2026-02-20,21\nV2,P1,2026-02-10,,\nV3,P2,2024-01-01,2025-06-01,517\n"
        "V4,P2,2026-03-01,2026-03-05,1\nV5,P2,1970-01-01,,\nV6,P2,2026-03-05,2026-03-01,\n"
    )
    vitals = "patient_id,timestamp,heart_rate\nP1,2026-02-10,70\nP1,2026-02-02T01:00,70\n"
    report = desk.run({"patients.csv": people, "visits.csv": visits, "vitals.csv": vitals})
    warned = {(w.file, w.rule, w.row) for w in report.warnings}
    assert warned == {
        ("patients.csv", "sentinel-date", 1),
        ("visits.csv", "discharge-after-death", 1),
        ("visits.csv", "visit-after-death", 2),
        ("visits.csv", "age-above-120", 1),
        ("visits.csv", "long-stay", 3),
        ("visits.csv", "stay-differs", 4),
        ("visits.csv", "sentinel-date", 5),
        ("vitals.csv", "after-death", 1),
        ("vitals.csv", "age-above-120", 1),
    }
    refused = {(r.row, r.rule) for r in report.rejects}
    assert refused == {(5, "before-birth"), (6, "end-before-start")}


def test_repetitions_and_damaged_identifiers_are_told(desk: Desk) -> None:
    people = "patient_id,gender\nP1,F\nP1,F\nP1,M\n5-Mar,F\n1.23E+12,F\n"
    vitals = "patient_id,timestamp,code,value\nP1,2026-03-01,HR,70\nP1,2026-03-01,HR,72\n"
    report = desk.run({"patients.csv": people, "vitals.csv": vitals})
    assert {(w.rule, w.row) for w in report.warnings if w.rule != "usual-unit"} == {
        ("repeated-row", 2),
        ("mangled-id", 4),
        ("same-time-twice", 2),
    }
    assert [(r.rule, r.row) for r in report.rejects] == [("duplicate-id", 3), ("damaged-id", 5)]


def test_a_formula_says_arithmetic_and_nothing_else() -> None:
    values = frame_of({"a": [1.0, 4.0], "b": [2.0, 2.0]})

    def worked_out(text: str) -> list[bool]:
        return list(columns_of(values.select(holds=formula(text)))["holds"])

    assert worked_out("abs(a - b) <= 1 or a / b == 2") == [True, True]
    assert worked_out("1 < a <= b") == [False, False]
    assert names_of("log10(a) + b") == {"a", "b"}
    for wrong in ("a.real", "open('x')", "a if b else a", "[a]", "lambda: 1", "'a'", "a @ b"):
        with pytest.raises(ValueError, match="may not say"):
            formula(wrong)
