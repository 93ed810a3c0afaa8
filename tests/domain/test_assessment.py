"""Normal is said only where a range says so (F05-F07)."""

import dataclasses

import pytest

from clinicdesk.domain.assessment import Level, assess, range_text, reference_text
from clinicdesk.domain.catalog import Catalog, Range, catalog
from clinicdesk.domain.patient import AdministrativeGender

WOMAN, MAN = AdministrativeGender.FEMALE, AdministrativeGender.MALE


@pytest.mark.parametrize(
    ("code", "value", "level"),
    [
        ("8867-4", 72, Level.NORMAL),
        ("8867-4", 59, Level.LOW),
        ("8867-4", 101, Level.HIGH),
        ("8867-4", 40, Level.CRITICAL_LOW),
        ("8867-4", 40.4, Level.LOW),  # not at or below 40: a limit is not rounded to
        ("8867-4", 130.6, Level.HIGH),
        ("8867-4", 131, Level.CRITICAL_HIGH),
        ("8867-4", 9, Level.IMPLAUSIBLE),
        ("9279-1", 8, Level.CRITICAL_LOW),
        ("9279-1", 24, Level.HIGH),
        ("9279-1", 25, Level.CRITICAL_HIGH),
        ("59408-5", 91, Level.CRITICAL_LOW),
        ("59408-5", 91.4, Level.LOW),
        ("59408-5", 92, Level.LOW),
        ("59408-5", 101, Level.IMPLAUSIBLE),
        ("8480-6", 90, Level.CRITICAL_LOW),
        ("8480-6", 220, Level.CRITICAL_HIGH),
        ("8480-6", 11647, Level.IMPLAUSIBLE),
        ("8310-5", 35.0, Level.CRITICAL_LOW),
        ("8310-5", 35.04, Level.CRITICAL_LOW),  # the RCP's bands of temperature are in tenths
        ("8310-5", 35.05, Level.LOW),
        ("8310-5", 35.1, Level.LOW),
        ("8310-5", 39.5, Level.HIGH),  # NEWS2 gives it 2
        ("29463-7", 82, Level.NOT_ASSESSED),  # weight has no range
    ],
)
def test_levels_of_an_adult(code: str, value: float, level: Level) -> None:
    assert assess(catalog()[code], value, MAN, 50) is level


def test_the_range_is_that_of_the_gender() -> None:
    haemoglobin = catalog()["718-7"]
    assert assess(haemoglobin, 12.8, WOMAN, 50) is Level.NORMAL
    assert assess(haemoglobin, 12.8, MAN, 50) is Level.LOW


@pytest.mark.parametrize("age", [None, 0, 17])
def test_a_child_or_an_unknown_age_is_not_assessed(age: int | None) -> None:
    assert assess(catalog()["8867-4"], 140, WOMAN, age) is Level.NOT_ASSESSED
    assert assess(catalog()["8867-4"], 400, WOMAN, age) is Level.IMPLAUSIBLE
    assert reference_text(catalog()["8867-4"], WOMAN, age) == ""


def test_without_a_range_nothing_is_normal() -> None:
    """The mutation of F06: take every range away, and no value is normal any more."""
    open_ended = Range(None, None)
    bare = [
        dataclasses.replace(concept, reference=open_ended, reference_by_gender={})
        for concept in catalog().concepts
    ]
    for concept in Catalog(bare).concepts:
        low = concept.plausible.low if concept.plausible.low is not None else 1.0
        assert assess(concept, low, WOMAN, 50) is Level.NOT_ASSESSED


def test_an_unknown_test_is_not_assessed() -> None:
    assert assess(None, 5, WOMAN, 50) is Level.NOT_ASSESSED
    assert assess(catalog()["8867-4"], None, WOMAN, 50) is Level.NOT_ASSESSED


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Range(60, 100), "60–100"),
        (Range(None, 30), "up to 30"),
        (Range(60, None), "from 60"),
        (Range(15, 15), "15"),
        (Range(150, 4000), "150–4,000"),
        (Range(None, None), ""),
    ],
)
def test_a_range_in_words(limits: Range, text: str) -> None:
    assert range_text(limits) == text
