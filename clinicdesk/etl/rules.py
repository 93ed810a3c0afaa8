"""What a record must satisfy to be loaded, each rule with its id and its words.

An error keeps the record out and puts it on the reject list; a warning lets it in and says so.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """id: stable, for scripts.  message: for people; what is wrong and what to do."""

    id: str
    message: str
    severity: Severity = Severity.ERROR


MISSING_ID = Rule("missing-id", "The identifier is empty; without one the row has no place.")
DAMAGED_ID = Rule(
    "damaged-id",
    "The identifier looks like 1.23E+12: a spreadsheet has rounded it. Export the column as text.",
)
DUPLICATE_ID = Rule(
    "duplicate-id",
    "The identifier came earlier in this file with other content. The first one is kept.",
)
UNKNOWN_PATIENT = Rule(
    "unknown-patient",
    "No patient has this identifier. Import the patients first, or together with this file.",
)
UNKNOWN_ENCOUNTER = Rule(
    "unknown-encounter",
    "No visit has this identifier; the value is kept without the link.",
    Severity.WARNING,
)
MISSING_DATE = Rule("missing-date", "The date is empty.")
BAD_DATE = Rule("bad-date", "This is not a date. Write 2026-11-20 or 2026-11-20T14:30.")
AMBIGUOUS_DATE = Rule(
    "ambiguous-date",
    "Day or month first? Nothing in the file tells. Say so with --date-order dmy or mdy.",
)
FUTURE_DATE = Rule("future-date", "The date is in the future.")
OLD_DATE = Rule("old-date", "The date is before 1850.")
END_BEFORE_START = Rule("end-before-start", "The end is before the start.")
BEFORE_BIRTH = Rule("before-birth", "This happened before the patient was born.")
CLOCK_CHANGE = Rule(
    "clock-change",
    "The clock showed this time twice, or not at all; the first, or the next, one was taken.",
    Severity.WARNING,
)
NOT_A_NUMBER = Rule("not-a-number", "This is not a number.")
AMBIGUOUS_NUMBER = Rule(
    "ambiguous-number",
    "1.240 may be 1.24 or 1240 here. Write the column with decimals, or without thousands.",
)
NO_VALUE = Rule("no-value", "There is no value.")
NO_CODE = Rule("no-code", "There is no code or name of what was measured.")
NO_NAME = Rule("no-name", "There is no name of what this is.")
MISSING_UNIT = Rule(
    "missing-unit",
    "The unit is missing: name it in the header (glucose_mg_dl) or say it with --unit.",
)
UNKNOWN_UNIT = Rule("unknown-unit", "This unit is not known for this test.")
INFERRED_UNIT = Rule(
    "inferred-unit", "No unit is written; the values themselves tell it.", Severity.WARNING
)
USUAL_UNIT = Rule(
    "usual-unit",
    "No unit is written; the one that practice has no rival to was taken.",
    Severity.WARNING,
)
IMPLAUSIBLE = Rule("implausible-value", "The value is outside what is possible.")
SENTINEL = Rule("sentinel-value", "This number is how devices say that there is no value.")
COMPARATOR = Rule(
    "comparator", "A limit such as >60 is kept as text: it is not a number.", Severity.WARNING
)
DIASTOLIC = Rule(
    "diastolic-not-below-systolic", "The diastolic pressure is not below the systolic one."
)
NOT_A_PRESSURE = Rule("not-a-pressure", "This is not a blood pressure. Write 128/84.")
UNKNOWN_WORD = Rule(
    "unknown-word", "This word is not known here; it is kept as written.", Severity.WARNING
)
NUMBERED_GENDER = Rule(
    "numbered-gender", "1 was read as male and 2 as female (ISO/IEC 5218).", Severity.WARNING
)
AGE_WITHOUT_DATE = Rule(
    "age-without-date",
    "Nobody wrote when the age was true, so it is not stored. Add registration_date.",
    Severity.WARNING,
)
RAGGED_ROW = Rule(
    "ragged-row", "The row has another number of columns than the header. Check its quotes."
)
UNDATED = Rule(
    "undated-file",
    "Nothing in the file says when this was true; this day was taken. Say another with --date.",
    Severity.WARNING,
)
NOT_MEASURED = Rule(
    "not-measured",
    "This is how the file writes that nothing was measured; no value is stored.",
    Severity.WARNING,
)
FLAGGED_ERROR = Rule(
    "flagged-error", "The hospital that wrote the file marked this value as an error."
)
HIDDEN_AGE = Rule(
    "hidden-age",
    "The birth date is three centuries early: so the file hides an age above 89. It is not stored.",
    Severity.WARNING,
)
OTHER_PATIENT_DATA = Rule(
    "patient-contradicted",
    "Another row of this file says something else of this patient. The first one is kept.",
    Severity.WARNING,
)
BROKEN_QUOTES = Rule(
    "broken-quotes",
    "A quote opens or closes in the middle of a field, so the columns cannot be told. Correct it.",
)
REPEATED_HEADER = Rule(
    "repeated-header", "The header again: several exports stand in one file. The row is no record."
)
NUL_CHARACTER = Rule("nul-character", "The row holds a NUL character: the file is damaged here.")

MESSAGES = {rule.id: rule.message for rule in list(globals().values()) if isinstance(rule, Rule)}
