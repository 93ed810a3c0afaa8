"""Compare birth dates, sexes, phones and addresses of two records."""

import re
from datetime import date

from rapidfuzz.distance import DamerauLevenshtein

from clinicdesk.domain.identity import Agreement, Details
from clinicdesk.etl.linkage.names import words_of

_AGE_SLACK = 5  # years: ages are rounded, and copied from old visits
_SEXES = frozenset({"male", "female"})
_DIGITS = re.compile(r"\D+")
_PHONE = 6  # digits at the end: prefixes of countries and areas are written or not


def compare_births(one: Details, other: Details) -> tuple[Agreement, str]:
    """Compare birth dates; where one is unknown, an age may still tell that they differ."""
    if one.birth_date and other.birth_date:
        return compare_days(one.birth_date, other.birth_date)
    years = _birth_year(one), _birth_year(other)
    if years[0] is None or years[1] is None:
        return Agreement.UNKNOWN, ""
    if abs(years[0] - years[1]) > _AGE_SLACK:
        return Agreement.OTHER, "The ages do not fit."
    return Agreement.UNKNOWN, ""


def _birth_year(details: Details) -> float | None:
    if details.birth_date:
        return details.birth_date.year + details.birth_date.month / 12
    if details.age:
        return details.age.true_on.year + details.age.true_on.month / 12 - details.age.years
    return None


def compare_days(one: date, other: date) -> tuple[Agreement, str]:
    """Compare two birth dates as people mistype them."""
    if one == other:
        return Agreement.SAME, ""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Agreement.CLOSE, "Day and month have changed places."
    if DamerauLevenshtein.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1:
        return Agreement.CLOSE, "The birth dates differ by one digit, or two have changed places."
    return Agreement.OTHER, ""


def compare_genders(one: str, other: str) -> Agreement:
    """Compare the sexes where both are male or female."""
    if not {one, other} <= _SEXES:
        return Agreement.UNKNOWN
    return Agreement.SAME if one == other else Agreement.OTHER


def phone_key(phone: str) -> str:
    """The last digits of a phone number, "" where there are too few to mean somebody."""
    digits = _DIGITS.sub("", phone)
    return digits[-8:] if len(digits) >= _PHONE else ""


def compare_texts(one: str, other: str) -> Agreement:
    """Compare what either is the same or says nothing."""
    if not one or not other:
        return Agreement.UNKNOWN
    return Agreement.SAME if one == other else Agreement.OTHER


def address_key(address: str) -> str:
    """An address without its punctuation and the order of its parts."""
    return " ".join(sorted(words_of(address)))
