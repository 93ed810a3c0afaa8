"""The catalogue: codes that check, units that convert and come back, what must stay apart."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.catalog import Catalog, Concept, catalog, check_digit_holds
from clinicdesk.domain.units import Conversion, normal_unit
from clinicdesk.resources import resource

CONCEPTS = catalog().concepts
VECTORS = Path(__file__).parents[1] / "vectors"


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.code)
def test_every_code_passes_its_check_digit(concept: Concept) -> None:
    for code in (concept.code, *concept.alternative_codes):
        assert check_digit_holds(code), code


@pytest.mark.parametrize("code", ["3150-6", "30934-9", "8867-5", "x", "", "8867", "8867-"])
def test_a_wrong_digit_is_caught(code: str) -> None:
    assert not check_digit_holds(code)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.code)
def test_every_unit_converts_there_and_back(concept: Concept) -> None:
    """F30: less than 1e-9 is lost."""
    for unit, conversion in concept.conversions.items():
        for value in (0.37, 36.6, 1234.5):
            assert conversion.back(conversion(value)) == pytest.approx(value, rel=1e-9), unit
    assert concept.conversions[normal_unit(concept.unit)].identity


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.code)
def test_reference_ranges_lie_within_the_plausible_one(concept: Concept) -> None:
    for reference in (concept.reference, *concept.reference_by_gender.values()):
        for bound in (reference.low, reference.high):
            assert bound is None or bound in concept.plausible


def test_names_and_codes_lead_to_one_concept() -> None:
    for name in ("creatinine", "Serum Creatinine", "SCR", "50912"):
        assert catalog().by_name(name) is catalog().by_code("2160-0"), name
    assert catalog().by_code("14682-9") is catalog()["2160-0"]
    assert catalog().by_name("shoe size") is None


def test_a_primary_code_is_never_another_concepts_alternative() -> None:
    primary = {concept.code for concept in CONCEPTS}
    assert len(primary) == len(CONCEPTS)
    alternatives = [code for concept in CONCEPTS for code in concept.alternative_codes]
    assert len(set(alternatives)) == len(alternatives)
    assert not primary & set(alternatives)


def test_what_only_looks_alike_is_kept_apart() -> None:
    with resource("catalog", "kept_apart.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        found = catalog().by_code(row["loinc"])
        assert check_digit_holds(row["loinc"])
        if row["relation"] == "variant":
            assert found is not None
            assert (found.code, found.name) == (row["loinc"], row["name"])
        else:
            assert found is None
    egfr = catalog()["98979-8"]
    assert egfr.alternative_codes == ()
    assert catalog().by_name("egfr") is egfr
    assert catalog()["33914-3"].plausible == egfr.plausible


def test_a_score_needs_no_unit_and_a_letter_is_no_number() -> None:
    assert catalog()["9269-2"].unitless
    assert catalog()["2744-1"].unitless
    assert catalog()["67775-7"].coded
    assert not catalog()["8867-4"].unitless


@given(st.floats(1e-6, 1e6), st.floats(1e-3, 1e3), st.floats(-300, 300))
def test_a_conversion_is_linear(value: float, factor: float, offset: float) -> None:
    conversion = Conversion(factor, offset)
    assert conversion.back(conversion(value)) == pytest.approx(value, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("mmHg", "mm[Hg]"),
        ("MM HG", "mm[Hg]"),
        ("sec", "s"),
        ("uIU/mL", "u[IU]/mL"),
        ("bpm", "/min"),
        ("°C", "Cel"),
        ("degF", "[degF]"),
        ("µmol/L", "umol/L"),
        ("10^9/L", "10*9/L"),
        ("kg/m²", "kg/m2"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
    ],
)
def test_what_hospitals_write_is_ucum(written: str, unit: str) -> None:
    assert normal_unit(written) == normal_unit(unit)


def test_an_empty_catalogue_knows_nothing() -> None:
    assert Catalog(()).by_code("8867-4") is None


def conversions() -> list[dict[str, str]]:
    with (VECTORS / "unit_conversions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", conversions(), ids=lambda row: row["vector_id"])
def test_the_vectors_of_the_standards_sheet(row: dict[str, str]) -> None:
    name = {"triglyceride": "triglycerides"}.get(row["in_analyte"], row["in_analyte"])
    concept = catalog().by_name(name)
    assert concept is not None
    assert concept.unit == row["expected_unit"]
    conversion = concept.conversion(row["in_unit"])
    assert conversion is not None
    assert conversion(float(row["in_value"])) == pytest.approx(
        float(row["expected_value"]), rel=0.005
    )
