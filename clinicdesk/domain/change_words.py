"""How a change reads: what it is about, and each thing that was one way and is another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.display import NOT_RECORDED, date_text, instant_text, number_text
from clinicdesk.domain.patient import AllergyStatus
from clinicdesk.domain.units import printed_unit

IN_ERROR = "Entered in error"
RESULT = "Result"
_RESULT = ("value", "unit", "text", "original_value", "original_unit")
_PERSON = {
    "mrn": "Record number",
    "mrn_system": "Record number given by",
    "family_name": "Family name",
    "given_name": "Given name",
    "prefix": "Title",
    "birth_date": "Date of birth",
    "age_years": "Age in years",
    "age_true_on": "Age was true on",
    "gender": "Gender",
    "deceased_on": "Date of death",
    "deceased": "Deceased",
    "address": "Address",
    "phone": "Telephone",
    "email": "E-mail",
    "insurance": "Insurance",
    "registered_on": "Registered",
    "allergy_status": "Allergies",
    "allergy_status_on": "Allergies asked on",
}
_LABELS: Mapping[Recorded, Mapping[str, str]] = {
    Recorded.PATIENT: _PERSON,
    Recorded.ENCOUNTER: {
        "class": "Kind",
        "started_at": "Started",
        "ended_at": "Ended",
        "type_text": "Type",
        "reason_text": "Reason",
        "reason_code": "Reason code",
        "severity": "Severity",
        "length_of_stay": "Length of stay (days)",
        "readmitted": "Readmitted",
    },
    Recorded.CONDITION: {
        "display": "Condition",
        "code": "Code",
        "onset": "From",
        "abatement": "Until",
    },
    Recorded.OBSERVATION: {"effective_at": "Taken", "code": "Test code"},
    Recorded.MEDICATION: {
        "display": "Medication",
        "code": "Code",
        "dosage": "Dosage",
        "quantity": "Quantity",
        "days_supply": "Days' supply",
        "refills": "Refills",
        "authored_on": "From",
        "ended_on": "Until",
        "reason": "Reason",
    },
    Recorded.ALLERGY: {
        "display": "Allergy",
        "code": "Code",
        "category": "Category",
        "reaction": "Reaction",
        "severity": "Severity",
        "recorded_on": "Recorded",
        "ended_on": "Until",
    },
    Recorded.DOCUMENT: {"title": "Title", "file_name": "File name"},
}
_WORDED = {"gender", "allergy_status"}
_WORDS: Mapping[Any, str] = {
    AllergyStatus.KNOWN: "Known",
    AllergyStatus.NONE_KNOWN: "None known",
    AllergyStatus.NOT_RECORDED: NOT_RECORDED,
}
_NAMED = {Recorded.CONDITION, Recorded.MEDICATION, Recorded.ALLERGY}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was one way and is another."""

    label: str
    before: str = field(repr=False)
    after: str = field(repr=False)


def subject_text(change: Change, zone: tzinfo) -> str:
    """What the change is about, by the name it had: Creatinine, 05-Apr-2008 14:47."""
    row = change.before
    if change.kind is Recorded.PATIENT:
        return "Patient details"
    if change.kind is Recorded.OBSERVATION:
        return f"{_test(row)}, {instant_text(row['effective_at'], zone)}"
    if change.kind is Recorded.ENCOUNTER:
        return f"Visit, {instant_text(row['started_at'], zone)}"
    return str(row["display"] if change.kind in _NAMED else row["title"])


def differences(change: Change, zone: tzinfo) -> list[Difference]:
    """What a reader should see of it, the most telling first; where a row came from is not told."""
    found = [Difference(IN_ERROR, *_both(change, "entered_in_error", zone))]
    found += [Difference(RESULT, result_of(change.before), result_of(change.after))]
    found += [
        Difference(label, *_both(change, column, zone))
        for column, label in _LABELS[change.kind].items()
    ]
    return [each for each in found if each.before != each.after]


def label_of(kind: Recorded, column: str) -> str:
    """What people call a column; "" for one that they are not shown."""
    if kind is Recorded.OBSERVATION and column == "value":
        return RESULT
    return _LABELS[kind].get(column, "")


def result_of(row: Mapping[str, Any]) -> str:
    """The result of an observation as it was written: 7.4 mmol/L, and 133 mg/dL beside it."""
    if not all(name in row for name in _RESULT):
        return ""
    if row["value"] is None:
        return str(row["text"])
    canonical = f"{number_text(row['value'])} {printed_unit(row['unit'])}".strip()
    written = f"{row['original_value']} {printed_unit(row['original_unit'])}".strip()
    same = row["original_unit"] in {"", row["unit"]}
    if same:
        return f"{row['original_value']} {printed_unit(row['unit'])}".strip()
    return f"{written} ({canonical})"


def _both(change: Change, column: str, zone: tzinfo) -> tuple[str, str]:
    before, after = change.before.get(column), change.after.get(column)
    if column in _WORDED:
        before, after = (_WORDS.get(each, str(each).capitalize()) for each in (before, after))
    return _text(before, zone), _text(after, zone)


def _text(value: Any, zone: tzinfo) -> str:
    if value is None or value == "":
        return NOT_RECORDED
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return instant_text(value, zone)
    if isinstance(value, date):
        return date_text(value)
    return number_text(value) if isinstance(value, float) else str(value)


def _test(row: Mapping[str, Any]) -> str:
    concept = catalog().by_code(row["code"])
    return str(concept.display if concept else row["display"] or row["code"])
