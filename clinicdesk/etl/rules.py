"""What a record must satisfy to be loaded: the rules of `resources/rules`, each with its id.

An error keeps the record out and puts it on the reject list; a warning lets it in and says so.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from clinicdesk.etl.formula import Formula, formula, names_of
from clinicdesk.resources import resource


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """id: stable, for scripts.  message: for people; what is wrong and what to do.

    category: conformance, completeness or plausibility (Kahn et al. 2016).  source: who says so.
    """

    id: str
    message: str
    severity: Severity
    category: str
    source: str


@dataclass(frozen=True, slots=True)
class Together:
    """Values of one time that must fit. values: name in the formula -> code; the first is told.

    holds: over columns that are named by code.
    """

    rule: Rule
    values: Mapping[str, str]
    holds: Formula = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """A span of one code's values, in the catalogue's unit."""

    rule: Rule
    code: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OtherSex:
    """Codes that seldom belong to patients of a gender. icd10: their beginnings."""

    rule: Rule
    gender: str
    icd10: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every rule that ships. usual: warns outside.  slips: another unit would explain.

    sentinels: numbers that stand for no value.
    """

    rules: Mapping[str, Rule]
    together: Sequence[Together]
    usual: Mapping[str, Limits]
    slips: Sequence[Limits]
    other_sex: Sequence[OtherSex]
    sentinels: Sequence[float]


@cache
def rulebook() -> Rulebook:
    """Read the rules."""
    entries = _entries()
    every = [entry for group in entries.values() for entry in group]
    rules = {entry["id"]: _rule(entry) for entry in every}
    if len(rules) != len(every):
        raise ValueError("two rules have one id")
    limits = {kind: [_limits(e, rules) for e in entries[kind]] for kind in ("usual", "slip")}
    return Rulebook(
        rules,
        [_together(entry, rules) for entry in entries["together"]],
        {each.code: each for each in limits["usual"]},
        limits["slip"],
        [_other_sex(entry, rules) for entry in entries["sex"]],
        [number for entry in every for number in entry.get("numbers", ())],
    )


def _entries() -> dict[str, list[dict[str, Any]]]:
    """The entries of all files by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(resource("rules").glob("*.toml")):
        for kind, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found.setdefault(kind, []).extend(entries)
    return found


def _rule(entry: Mapping[str, Any]) -> Rule:
    severity = Severity(entry["severity"])
    return Rule(entry["id"], entry["reason"], severity, entry["category"], entry["source"])


def _together(entry: Mapping[str, Any], rules: Mapping[str, Rule]) -> Together:
    if names_of(entry["holds"]) != set(entry["values"]):
        raise ValueError(f"{entry['id']}: the formula and its values differ")
    return Together(rules[entry["id"]], entry["values"], formula(entry["holds"], entry["values"]))


def _limits(entry: Mapping[str, Any], rules: Mapping[str, Rule]) -> Limits:
    return Limits(rules[entry["id"]], entry["code"], entry["low"], entry["high"])


def _other_sex(entry: Mapping[str, Any], rules: Mapping[str, Rule]) -> OtherSex:
    codes = tuple(entry["icd10"]), tuple(entry["results"])
    return OtherSex(rules[entry["id"]], entry["gender"], *codes)


_SHIPPED = rulebook().rules
MISSING_ID = _SHIPPED["missing-id"]
DAMAGED_ID = _SHIPPED["damaged-id"]
DUPLICATE_ID = _SHIPPED["duplicate-id"]
HELD_PERSON = _SHIPPED["held-person"]
OTHER_PATIENTS_RECORD = _SHIPPED["other-patients-record"]
OTHER_BIRTH_DATE = _SHIPPED["other-birth-date"]
OTHER_SEX = _SHIPPED["other-sex"]
OTHER_PERSON = _SHIPPED["other-person"]
AMBIGUOUS_PATIENT = _SHIPPED["ambiguous-patient"]
UNKNOWN_PATIENT = _SHIPPED["unknown-patient"]
UNKNOWN_ENCOUNTER = _SHIPPED["unknown-encounter"]
MISSING_DATE = _SHIPPED["missing-date"]
BAD_DATE = _SHIPPED["bad-date"]
AMBIGUOUS_DATE = _SHIPPED["ambiguous-date"]
FUTURE_DATE = _SHIPPED["future-date"]
OLD_DATE = _SHIPPED["old-date"]
END_BEFORE_START = _SHIPPED["end-before-start"]
BEFORE_BIRTH = _SHIPPED["before-birth"]
CLOCK_CHANGE = _SHIPPED["clock-change"]
NOT_A_NUMBER = _SHIPPED["not-a-number"]
AMBIGUOUS_NUMBER = _SHIPPED["ambiguous-number"]
NO_VALUE = _SHIPPED["no-value"]
NO_CODE = _SHIPPED["no-code"]
NO_NAME = _SHIPPED["no-name"]
MISSING_UNIT = _SHIPPED["missing-unit"]
UNKNOWN_UNIT = _SHIPPED["unknown-unit"]
INFERRED_UNIT = _SHIPPED["inferred-unit"]
USUAL_UNIT = _SHIPPED["usual-unit"]
IMPLAUSIBLE = _SHIPPED["implausible-value"]
SENTINEL = _SHIPPED["sentinel-value"]
COMPARATOR = _SHIPPED["comparator"]
NOT_A_PRESSURE = _SHIPPED["not-a-pressure"]
UNKNOWN_WORD = _SHIPPED["unknown-word"]
SPLIT_UNIT = _SHIPPED["split-unit"]
REFUSED_WORD = _SHIPPED["refused-word"]
NUMBERED_GENDER = _SHIPPED["numbered-gender"]
DEATH_WITHOUT_DATE = _SHIPPED["death-without-date"]
AGE_WITHOUT_DATE = _SHIPPED["age-without-date"]
RAGGED_ROW = _SHIPPED["ragged-row"]
UNDATED = _SHIPPED["undated-file"]
NOT_MEASURED = _SHIPPED["not-measured"]
FLAGGED_ERROR = _SHIPPED["flagged-error"]
HIDDEN_AGE = _SHIPPED["hidden-age"]
OTHER_PATIENT_DATA = _SHIPPED["patient-contradicted"]
BROKEN_QUOTES = _SHIPPED["broken-quotes"]
REPEATED_HEADER = _SHIPPED["repeated-header"]
NUL_CHARACTER = _SHIPPED["nul-character"]
TEST_MESSAGE = _SHIPPED["test-message"]
REPEATED_ROW = _SHIPPED["repeated-row"]
MANGLED_ID = _SHIPPED["mangled-id"]
INVALID_RECORD = _SHIPPED["invalid-record"]
ENTERED_IN_ERROR = _SHIPPED["entered-in-error"]
UNKNOWN_MODIFIER = _SHIPPED["unknown-modifier"]
SENTINEL_DATE = _SHIPPED["sentinel-date"]
VISIT_AFTER_DEATH = _SHIPPED["visit-after-death"]
AFTER_DEATH = _SHIPPED["after-death"]
DISCHARGE_AFTER_DEATH = _SHIPPED["discharge-after-death"]
AGE_ABOVE_120 = _SHIPPED["age-above-120"]
LONG_STAY = _SHIPPED["long-stay"]
STAY_DIFFERS = _SHIPPED["stay-differs"]
SAME_TIME_TWICE = _SHIPPED["same-time-twice"]

MESSAGES = {rule.id: rule.message for rule in _SHIPPED.values()}
