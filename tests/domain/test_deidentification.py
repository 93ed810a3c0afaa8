"""What may leave a record, and in what disguise (F04, F05)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.deidentification import (
    SMALLEST_CELL,
    age_band,
    may_leave,
    pseudonym,
    shift,
    suppressed,
)
from clinicdesk.domain.patient import AgeStatement

SECRET = b"a secret of the clinic's own, 32"
TODAY = date(2026, 11, 20)
ICD_10, SNOMED = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct"


def test_a_pseudonym_is_stable_and_needs_the_secret() -> None:
    assert pseudonym(SECRET, 7) == pseudonym(SECRET, 7)
    assert pseudonym(SECRET, 7) != pseudonym(SECRET, 8)
    guesses = {pseudonym(b"guessed", number) for number in range(1000)}
    assert pseudonym(SECRET, 7) not in guesses


@given(st.integers(1, 10**9))
def test_every_date_of_a_patient_moves_by_the_same_span_and_never_by_none(patient: int) -> None:
    span = shift(SECRET, patient)
    assert timedelta(1) <= abs(span) <= timedelta(365)
    assert span == shift(SECRET, patient)


def test_dates_move_both_ways() -> None:
    spans = [shift(SECRET, patient).days for patient in range(1000)]
    assert 400 < sum(span > 0 for span in spans) < 600
    assert len(set(spans)) > 500


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2026, 11, 19), "0-17"),
        (date(2008, 11, 21), "0-17"),
        (date(2008, 11, 20), "18-34"),
        (date(1936, 11, 21), "65-89"),
        (date(1936, 11, 20), "90+"),
        (date(1915, 1, 1), "90+"),
        (None, "unknown"),
    ],
)
def test_ages_are_bands_and_the_very_old_are_one(born: date | None, band: str) -> None:
    assert age_band(born, None, TODAY) == band


def test_a_written_age_grows_with_the_years() -> None:
    assert age_band(None, AgeStatement(88, date(2024, 11, 20)), TODAY) == "90+"
    assert age_band(None, AgeStatement(88, date(2024, 11, 21)), TODAY) == "65-89"


@pytest.mark.parametrize(
    ("system", "code", "leaves"),
    [
        (ICD_10, "E11.9", True),
        (ICD_10, "I10", True),
        (ICD_10, "Zzyzx", False),
        (ICD_10, "E11.9 Zzyzx", False),
        (SNOMED, "44054006", True),
        (SNOMED, "Zzyzx", False),
        ("http://loinc.org", "2160-0", True),
        ("http://loinc.org", "2160-1", False),
        ("", "E11.9", False),
        ("urn:local", "44054006", False),
    ],
)
def test_only_what_has_the_form_of_a_public_code_leaves(
    system: str, code: str, leaves: bool
) -> None:
    assert may_leave(system, code) is leaves


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 40)))
def test_no_small_count_is_shown_or_follows_from_the_total(counts: dict[str, int]) -> None:
    shown = suppressed(counts)
    hidden = [counts[label] for label, count in shown.items() if count is None]
    assert all(not 0 < count < SMALLEST_CELL for count in shown.values() if count is not None)
    assert all(shown[label] == count for label, count in counts.items() if shown[label] is not None)
    if hidden and any(count for count in shown.values()):
        assert len(hidden) >= 2, "one hidden count is the total less the others"
        assert sum(hidden) >= SMALLEST_CELL


def test_nothing_is_hidden_without_need() -> None:
    assert suppressed({"a": 0, "b": 11, "c": 400}) == {"a": 0, "b": 11, "c": 400}
