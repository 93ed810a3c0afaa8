"""Names, dates, ages and numbers as clinicians read them (F01, ux.md)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.display import (
    age_text,
    banner_name,
    birth_text,
    capitals,
    date_text,
    elapsed_text,
    instant_text,
    number_text,
)
from clinicdesk.domain.patient import (
    AdministrativeGender,
    AgeStatement,
    Patient,
    PatientId,
    PatientSummary,
)
from clinicdesk.domain.units import printed_unit

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def person(
    family: str = "Smith",
    born: date | None = date(1945, 7, 14),
    statement: AgeStatement | None = None,
    died: date | None = None,
) -> PatientSummary:
    return PatientSummary(
        id=PatientId(1),
        mrn="M1",
        family_name=family,
        given_name="John",
        birth_date=born,
        gender=AdministrativeGender.MALE,
        age_statement=statement,
        deceased_on=died,
    )


def test_a_date_reads_the_same_whatever_the_computer_speaks() -> None:
    assert date_text(date(2008, 4, 5)) == "05-Apr-2008"
    assert date_text(None) == "Not recorded"


def test_an_instant_is_told_in_the_clinics_zone() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert instant_text(summer, ZoneInfo("Europe/Berlin")) == "02-Jul-2026 00:30"


@pytest.mark.parametrize(
    ("born", "text"),
    [
        (date(2026, 11, 20), "0d"),
        (date(2026, 10, 24), "27d"),
        (date(2026, 10, 23), "4w"),
        (date(2026, 10, 21), "4w 2d"),
        (date(2025, 11, 20), "12m"),
        (date(2025, 11, 12), "12m 8d"),
        (date(2022, 10, 20), "4y 1m"),
        (date(2008, 11, 21), "17y 11m"),
        (date(2008, 11, 20), "18y"),
        (date(1945, 7, 14), "81y"),
    ],
)
def test_an_age_is_as_fine_as_the_person_is_young(born: date, text: str) -> None:
    """CUI tables 7 and 8."""
    assert age_text(born, TODAY) == text


def test_the_age_of_the_dead_stands_still() -> None:
    assert birth_text(person(died=date(2020, 1, 1)), TODAY) == "14-Jul-1945 (74y)"


def test_a_written_age_is_not_made_a_birthday() -> None:
    statement = AgeStatement(63, date(2024, 5, 1))
    assert birth_text(person(born=None, statement=statement), TODAY) == "63y on 01-May-2024"
    assert birth_text(person(born=None), TODAY) == "Not Known"


def test_the_banner_names_the_family_first_and_the_title_last() -> None:
    assert banner_name(Patient(person(), prefix="Mr.")) == "SMITH, John (Mr)"
    assert banner_name(Patient(person(family=""))) == "John"


def test_greek_capitals_have_no_accents_and_others_keep_theirs() -> None:
    assert capitals("Παπαδοπούλου") == "ΠΑΠΑΔΟΠΟΥΛΟΥ"
    assert capitals("Ólafsdóttir") == "ÓLAFSDÓTTIR"


@given(st.integers(0, 400 * 60), st.integers(0, 400 * 60))
def test_an_older_value_never_reads_as_younger(minutes: int, more: int) -> None:
    """F04: no gap and no step back, over 400 hours."""
    size = {"min": 1, "hrs": 60, "d": 60 * 24, "w": 60 * 24 * 7}

    def read(ago: int) -> int:
        text = elapsed_text(NOW - timedelta(minutes=ago), NOW)
        unit = text.lstrip("0123456789")
        return int(text.removesuffix(unit)) * size[unit]

    assert read(minutes) <= minutes
    assert read(minutes) <= read(minutes + more)


def test_the_future_is_said_to_be() -> None:
    assert elapsed_text(NOW + timedelta(minutes=5), NOW) == "in the future"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (27.468, "27.5"),
        (82.0277, "82"),
        (1.6967, "1.7"),
        (0.627, "0.627"),
        (1712.0, "1,712"),
        (0.0, "0"),
        (-1.25, "-1.25"),
    ],
)
def test_a_number_has_the_decimals_its_size_carries(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("ucum", "text"),
    [("{#}", ""), ("{score}", ""), ("{INR}", ""), ("mm[Hg]", "mmHg"), ("U/L", "U/L")],
)
def test_a_count_has_no_unit_to_show(ucum: str, text: str) -> None:
    assert printed_unit(ucum) == text
