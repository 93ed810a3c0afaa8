"""A column with two units is found, split and proved; a column with one is left alone (F30).

The 300 columns are made here: medians, spreads and rounding are written down below, not taken from
the detective's own model.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl.arrays import Floats, Mask
from clinicdesk.etl.unit_detective import detect
from clinicdesk.etl.unit_split import Split, split_of


@dataclass(frozen=True)
class Kind:
    """What clinics have of a test: median, spread between and within people, in logarithms."""

    code: str
    median: float
    between: float
    within: float
    units: tuple[str, str]
    decimals: tuple[int, int]


KINDS = (
    Kind("2160-0", 0.95, 0.45, 0.12, ("mg/dL", "umol/L"), (2, 0)),
    Kind("2345-7", 110, 0.30, 0.15, ("mg/dL", "mmol/L"), (0, 1)),
    Kind("4548-4", 6.2, 0.18, 0.06, ("%", "mmol/mol"), (1, 0)),
    Kind("718-7", 13.2, 0.17, 0.06, ("g/dL", "g/L"), (1, 0)),
    Kind("2093-3", 190, 0.25, 0.10, ("mg/dL", "mmol/L"), (0, 1)),
    Kind("2085-9", 50, 0.28, 0.10, ("mg/dL", "mmol/L"), (0, 2)),
    Kind("13457-7", 115, 0.33, 0.10, ("mg/dL", "mmol/L"), (0, 1)),
    Kind("2571-8", 120, 0.45, 0.20, ("mg/dL", "mmol/L"), (0, 2)),
    Kind("17861-6", 9.3, 0.06, 0.04, ("mg/dL", "mmol/L"), (1, 2)),
    Kind("8310-5", 36.9, 0.015, 0.01, ("Cel", "[degF]"), (1, 1)),
    Kind("8302-2", 169, 0.06, 0.003, ("cm", "m"), (0, 2)),
    Kind("1751-7", 4.0, 0.13, 0.06, ("g/dL", "g/L"), (1, 0)),
    Kind("1975-2", 0.7, 0.45, 0.15, ("mg/dL", "umol/L"), (1, 0)),
    Kind("3084-1", 5.6, 0.25, 0.10, ("mg/dL", "umol/L"), (1, 0)),
    Kind("2777-1", 3.5, 0.15, 0.10, ("mg/dL", "mmol/L"), (1, 2)),
    Kind("19123-9", 2.0, 0.10, 0.06, ("mg/dL", "mmol/L"), (1, 2)),
)


OVERLAPPING = (  # people differ as much as the units do: much stays open
    Kind("22664-7", 5.5, 0.40, 0.15, ("mmol/L", "mg/dL"), (1, 0)),
    Kind("29463-7", 75, 0.22, 0.02, ("kg", "[lb_av]"), (0, 0)),
    Kind("62292-8", 26, 0.45, 0.15, ("ng/mL", "nmol/L"), (0, 0)),
)


def within_reason(rng: np.random.Generator, size: int) -> Floats:
    """Normal deviates without the last two of a hundred."""
    return np.clip(rng.normal(size=size), -2.3, 2.3)


def column(kind: Kind, seed: int, second: float) -> tuple[Floats, list[str], Mask]:
    """Numbers as a file would have them, whose each is, and which are in the second unit."""
    rng = np.random.default_rng(seed)
    size, people = int(rng.integers(60, 600)), int(rng.integers(15, 150))
    who = rng.integers(0, people, size)
    own = np.log(kind.median) + kind.between * within_reason(rng, people)
    canonical = np.exp(own[who] + kind.within * within_reason(rng, size))
    other = rng.random(size) < second
    concept = catalog()[kind.code]
    written = [
        np.round((canonical - step.offset) / step.factor, decimals)
        for unit, decimals in zip(kind.units, kind.decimals, strict=True)
        if (step := concept.conversion(unit))
    ]
    return np.where(other, written[1], written[0]), [f"P{each}" for each in who], other


def test_three_hundred_mixed_columns_are_split_right() -> None:
    right = numbers = wrong = open_ = 0
    for at in range(300):
        kind = KINDS[at % len(KINDS)]
        share = 0.05 + 0.45 * (at / 300)
        values, people, second = column(kind, at, share)
        found = detect(values, catalog()[kind.code], people)
        if found.split is None or {found.split.lower, found.split.upper} != set(kind.units):
            continue
        units = found.split.units(values)
        undecided = np.array([" or " in unit for unit in units])
        mistaken = (units != np.where(second, kind.units[1], kind.units[0])) & ~undecided
        right += not mistaken.any()
        numbers, wrong, open_ = (
            numbers + len(values),
            wrong + mistaken.sum(),
            open_ + undecided.sum(),
        )
    assert right >= 0.99 * 300
    assert wrong <= 0.0002 * numbers
    assert open_ <= 0.01 * numbers


def test_where_people_differ_as_much_as_units_little_is_proposed_and_that_is_right() -> None:
    numbers = wrong = 0
    for at in range(60):
        kind = OVERLAPPING[at % len(OVERLAPPING)]
        values, people, second = column(kind, at, 0.3)
        found = detect(values, catalog()[kind.code], people)
        units = found.split.units(values) if found.split else np.full(len(values), " or ")
        mistaken = (units != np.where(second, kind.units[1], kind.units[0])) & [
            " or " not in unit for unit in units
        ]
        numbers, wrong = numbers + len(values), wrong + mistaken.sum()
    assert wrong <= 0.001 * numbers


def test_a_column_of_one_unit_is_never_split() -> None:
    for at in range(300):
        kind = KINDS[at % len(KINDS)]
        wider = Kind(kind.code, kind.median, kind.between * (1 + at % 2), *_rest(kind))
        values, people, _ = column(wider, 1000 + at, at // 2 % 2)
        found = detect(values, catalog()[kind.code], people)
        assert found.split is None, kind.code
        assert found.likely in ("", kind.units[at // 2 % 2])


def _rest(kind: Kind) -> tuple[float, tuple[str, str], tuple[int, int]]:
    return kind.within, kind.units, kind.decimals


def test_a_column_whose_header_says_one_unit_may_hold_two() -> None:
    values, people, _ = column(KINDS[1], 3, 0.3)
    found = detect(values, catalog()["2345-7"], people, said="mg/dL")
    assert found.split is not None
    assert (found.split.lower, found.split.upper) == ("mmol/L", "mg/dL")


def test_five_patients_prove_a_split_those_with_both_units_first() -> None:
    values, people, _ = column(KINDS[1], 7, 0.4)
    proof = detect(values, catalog()["2345-7"], people).proof
    assert len(proof) == 5
    both = [{unit for _, unit, _ in each.results} for each in proof]
    assert both == [{"mmol/L", "mg/dL"}] * 5
    for each in proof:
        canonical = [converted for _, _, converted in each.results]
        assert max(canonical) < 3 * min(canonical)  # one person's sugar, whichever the unit


def test_the_patients_own_results_tell_an_open_number() -> None:
    """30 may be a grave hypoglycaemia or a grave hyperglycaemia; his others are near 29 mmol/L."""
    usual = [*np.linspace(4, 8, 60), *np.linspace(75, 140, 60)]
    values = np.array([*usual, 28.0, 29.0, 29.0, 30.0])
    people = [*(f"P{at}" for at in range(120)), *["Q"] * 4]
    concept = catalog()["2345-7"]
    alone = detect(values, concept).split
    told = detect(values, concept, people).split
    assert alone is not None
    assert told is not None
    assert told.below >= alone.below


@pytest.mark.parametrize("values", [[], [5.0], [5.0] * 11, [float("nan")] * 50, [999.0] * 50])
def test_few_or_impossible_numbers_tell_nothing(values: list[float]) -> None:
    found = detect(np.array(values, dtype=np.float64), catalog()["8310-5"])
    assert found.split is None
    assert found.likely == "" or len(values) <= 11


@pytest.mark.parametrize(
    ("code", "values", "unit"),
    [
        ("8310-5", np.linspace(36, 38.5, 30), "Cel"),
        ("8310-5", np.linspace(97, 101, 30), "[degF]"),
        ("2160-0", np.linspace(60, 130, 30), "umol/L"),
        ("2345-7", np.linspace(4, 9, 30), "mmol/L"),
    ],
)
def test_the_numbers_propose_one_unit(code: str, values: Floats, unit: str) -> None:
    assert detect(values, catalog()[code]).likely == unit


def test_numbers_that_several_units_fit_propose_none() -> None:
    assert detect(np.linspace(60, 90, 40), catalog()["29463-7"]).likely == ""  # kg or lb


def test_a_split_is_said_and_read_again() -> None:
    split = Split("mmol/L", 25, 40, "mg/dL")
    assert str(split) == "mmol/L < 25 ... 40 < mg/dL"
    assert split_of(str(split)) == split
    assert split_of("mg/dL") is None
    assert split.units(np.array([5.5, 30, 99, np.nan])).tolist() == [
        "mmol/L",
        "mmol/L or mg/dL",
        "mg/dL",
        "",
    ]
