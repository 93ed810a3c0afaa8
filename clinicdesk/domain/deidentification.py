"""What may leave a record for research, and in what disguise (security.md 6).

A pseudonym and a shift of dates come from a secret that never leaves the clinical store, so nobody
makes them again from a record number. Shifting dates by a stable span keeps intervals; under HIPAA
it is expert determination, not Safe Harbor.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256

from clinicdesk.domain.catalog import check_digit_holds
from clinicdesk.domain.display import years_between
from clinicdesk.domain.patient import AgeStatement

SMALLEST_CELL = 11  # CMS: counts of 1-10 are not shown, nor derivable; 0 is
_FURTHEST = 365  # days
_BANDS = ((18, "0-17"), (35, "18-34"), (50, "35-49"), (65, "50-64"), (90, "65-89"))

# A code leaves only when it has the form of its system: a free text that strayed into a code
# column has not. LOINC's check digit is tested besides.
_FORMS = {
    "icd10": re.compile(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?"),
    "snomed": re.compile(r"\d{6,18}"),
    "rxnorm": re.compile(r"\d{1,8}"),
    "atc": re.compile(r"[A-V]\d{2}[A-Z]{2}\d{2}"),
    "loinc": re.compile(r"\d{1,7}-\d"),
}
_SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10",
    "http://snomed.info/sct": "snomed",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "http://loinc.org": "loinc",
}


def pseudonym(secret: bytes, patient: int) -> str:
    """The same patient's name in every copy: 16 hex digits, of no use without the secret."""
    return _keyed(secret, "pseudonym", patient)[:8].hex()


def shift(secret: bytes, patient: int) -> timedelta:
    """How far this patient's dates are moved: 1-365 days, back or forth, always the same."""
    number = int.from_bytes(_keyed(secret, "shift", patient)[:8])
    days = 1 + number % _FURTHEST
    return timedelta(days=days if number >> 63 else -days)


def age_band(born: date | None, statement: AgeStatement | None, today: date) -> str:
    """0-17, 18-34, 35-49, 50-64, 65-89, 90+ in one, or `unknown`."""
    if born is not None:
        years = years_between(born, today)
    elif statement is not None:
        years = statement.years + years_between(statement.true_on, today)
    else:
        return "unknown"
    return next((name for limit, name in _BANDS if years < limit), "90+")


def may_leave(system: str, code: str) -> bool:
    """Whether this is a code of a public system, by its form."""
    name = _SYSTEMS.get(system, "")
    form = _FORMS.get(name)
    if form is None or not form.fullmatch(code):
        return False
    return name != "loinc" or check_digit_holds(code)


def suppressed(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts with small ones hidden (None), and with what would give a hidden one away.

    One hidden cell follows from the total and the rest, so a second is hidden with it: the
    smallest of the others, until the hidden ones together reach 11 as well.
    """
    hidden = {label for label, count in counts.items() if is_small(count)}
    others = sorted((count, label) for label, count in counts.items() if count >= SMALLEST_CELL)
    while hidden and others and _gives_away(counts, hidden):
        hidden.add(others.pop(0)[1])
    return {label: None if label in hidden else count for label, count in counts.items()}


def suppressed_each(counts: Mapping[str, int], total: int) -> dict[str, int | None]:
    """The counts of labels that one subject may have several of, small ones hidden (None).

    Hidden is also what leaves few without the label: that few follows from the total.
    """
    return {
        label: None if is_small(count) or is_small(total - count) else count
        for label, count in counts.items()
    }


def is_small(count: int) -> bool:
    """Whether a count says too much of too few; nobody at all is not few."""
    return 0 < count < SMALLEST_CELL


def _gives_away(counts: Mapping[str, int], hidden: set[str]) -> bool:
    return len(hidden) == 1 or sum(counts[label] for label in hidden) < SMALLEST_CELL


def _keyed(secret: bytes, purpose: str, patient: int) -> bytes:
    return hmac.digest(secret, f"cd/v1/research/{purpose}|{patient}".encode(), sha256)
