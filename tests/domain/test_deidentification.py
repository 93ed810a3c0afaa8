"""What may leave a record, and in what disguise (F04, F05)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import md5, sha1, sha256
from random import Random

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
    suppressed_each,
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
def test_no_dictionary_of_record_numbers_makes_it_again(patient: int) -> None:
    """F04: who knows every id, the label and the algorithm still lacks the secret."""
    name = pseudonym(SECRET, patient)
    keys = [b"", b"0", b"\0" * 32, str(patient).encode(), b"cd/v1/research/pseudonym"]
    unkeyed = {
        spelled(hash_)
        for text in (str(patient), f"M{patient}", f"cd/v1/research/pseudonym|{patient}")
        for hash_ in (md5(text.encode()), sha1(text.encode()), sha256(text.encode()))
        for spelled in (lambda h: h.hexdigest()[:16], lambda h: h.hexdigest()[-16:])
    }
    assert name not in unkeyed | {pseudonym(key, patient) for key in keys}


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


def test_what_overlaps_is_hidden_by_itself() -> None:
    """Of 100, 95 leave five without; nothing follows from the sum of the others."""
    counts = {"none": 0, "few": 10, "enough": 11, "most": 89, "nearly all": 95, "all": 100}
    shown = suppressed_each(counts, 100)
    assert [label for label, count in shown.items() if count is None] == ["few", "nearly all"]


def test_a_thousand_pairs_of_tables_give_nobody_away() -> None:
    """F05: whoever subtracts one published number from another never gets 1 to 10 of a label."""
    rng = Random(20261120)
    for _ in range(1000):
        total = rng.randint(1, 300)
        ages = Counter(rng.choices("abcdef", weights=(40, 20, 10, 5, 2, 1), k=total))
        genders = Counter(rng.choices(("female", "male", "other"), weights=(60, 60, 1), k=total))
        codes = {code: rng.randint(0, total) for code in ("E11.9", "I10", "J45", "Z99")}
        for counts in (ages, genders):
            assert not _follow_exactly(counts, suppressed(counts), total)
        for count in suppressed_each(codes, total).values():
            assert count is None or not {count, total - count} & set(range(1, SMALLEST_CELL))


def _follow_exactly(counts: Mapping[str, int], shown: Mapping[str, int | None], total: int) -> bool:
    """Whether the total less what is shown leaves one way to fill what is hidden.

    With everything hidden there is nothing to subtract.
    """
    hidden = [label for label, count in shown.items() if count is None]
    rest = total - sum(count for count in shown.values() if count is not None)
    assert rest == sum(counts[label] for label in hidden)
    if not hidden or len(hidden) == len(shown):
        return False
    return len(hidden) == 1 or rest < SMALLEST_CELL
