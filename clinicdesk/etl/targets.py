"""What a column can be: a field of a table of the store, one measurement a row, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl.plan import IGNORE
from clinicdesk.etl.presets import Measure, presets

RESULT = "observation:"
UNIT = "unit:"  # unit:2160-0 is the column with the unit of observation:2160-0
LIST = ".list"
TABLES = ("patient", "encounter", "observation", "condition", "medication", "allergy")


class Shape(StrEnum):
    """What the cells of a target look like."""

    ID = "id"
    DATE = "date"
    NUMBER = "number"
    WORD = "word"  # one of a few that must be understood: sex, kind of visit
    CODE = "code"
    UNIT = "unit"
    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"
    VALUE = "value"  # numbers and words in one column


_SHAPES: Mapping[str, Mapping[str, Shape]] = {
    "patient": {
        "mrn": Shape.ID,
        "name": Shape.TEXT,
        "family_name": Shape.TEXT,
        "given_name": Shape.TEXT,
        "middle_name": Shape.TEXT,
        "prefix": Shape.TEXT,
        "birth_date": Shape.DATE,
        "age": Shape.NUMBER,
        "gender": Shape.WORD,
        "deceased_on": Shape.DATE,
        "address": Shape.TEXT,
        "city": Shape.TEXT,
        "state": Shape.TEXT,
        "postal_code": Shape.ID,
        "phone": Shape.PHONE,
        "email": Shape.EMAIL,
        "insurance": Shape.TEXT,
        "registered_on": Shape.DATE,
    },
    "encounter": {
        "number": Shape.ID,
        "started_at": Shape.DATE,
        "ended_at": Shape.DATE,
        "class": Shape.WORD,
        "type_code": Shape.CODE,
        "type_text": Shape.TEXT,
        "reason_code": Shape.CODE,
        "reason_text": Shape.TEXT,
        "severity": Shape.NUMBER,
        "length_of_stay": Shape.NUMBER,
        "readmitted": Shape.WORD,
    },
    "observation": {
        "effective_at": Shape.DATE,
        "code": Shape.CODE,
        "display": Shape.TEXT,
        "value": Shape.VALUE,
        "unit": Shape.UNIT,
    },
    "condition": {
        "code": Shape.CODE,
        "display": Shape.TEXT,
        "onset": Shape.DATE,
        "abatement": Shape.DATE,
        "list": Shape.TEXT,
    },
    "medication": {
        "number": Shape.ID,
        "display": Shape.TEXT,
        "code": Shape.CODE,
        "category": Shape.TEXT,
        "dosage": Shape.TEXT,
        "quantity": Shape.NUMBER,
        "days_supply": Shape.NUMBER,
        "authored_on": Shape.DATE,
        "ended_on": Shape.DATE,
        "refills": Shape.NUMBER,
        "reason": Shape.TEXT,
    },
    "allergy": {
        "display": Shape.TEXT,
        "reaction": Shape.TEXT,
        "severity": Shape.TEXT,
        "category": Shape.TEXT,
        "recorded_on": Shape.DATE,
        "list": Shape.TEXT,
    },
}
_TITLES = {
    "mrn": "number of the patient",
    "name": "whole name",
    "deceased_on": "date of death",
    "registered_on": "date of registration",
    "number": "number",
    "started_at": "begin",
    "ended_at": "end",
    "class": "kind of visit",
    "type_code": "code of the type",
    "type_text": "type",
    "reason_code": "code of the reason or diagnosis",
    "reason_text": "reason or diagnosis",
    "length_of_stay": "length of stay, days",
    "readmitted": "readmitted within 30 days",
    "effective_at": "time",
    "display": "name",
    "list": "several in one cell",
    "authored_on": "prescribed on",
    "ended_on": "ended on",
    "recorded_on": "recorded on",
    "code": "code",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Something a column can be. name: as in a plan.  title: for people."""

    name: str
    title: str
    shape: Shape

    @property
    def table(self) -> str:
        return table_of(self.name)


def table_of(target: str) -> str:
    """The table of the store a target belongs to, "" for none."""
    table = target.partition(".")[0].partition(":")[0]
    return table if table in TABLES else ""


def is_result(target: str) -> bool:
    """Whether the column holds one measurement a row."""
    return target.startswith(RESULT)


@cache
def targets() -> Mapping[str, Target]:
    """All that a column can be, by name, in the order a person looks for them."""
    fields = [
        Target(f"{table}.{field}", _title(table, field), shape)
        for table, shapes in _SHAPES.items()
        for field, shape in shapes.items()
    ]
    return {target.name: target for target in [*fields, *_results(), *_units()]}


def is_target(name: str) -> bool:
    """Whether a column can be that: `patient.birth_date`, `observation:8480-6`, `ignore`."""
    return name == IGNORE or name in targets()


def measure_of(target: str, header: str) -> Measure:
    """The measurement of a target. Conventions and constants of known files come with it."""
    code, _, second = target.removeprefix(RESULT).partition("+")
    known = _measures().get((code, second))
    concept = catalog().by_code(code)
    words = known.words if known else concept is not None and concept.coded
    display = known.display if known else ""
    return Measure((header,), code, second_code=second, display=display, words=words)


def _results() -> Sequence[Target]:
    concepts = [
        Target(f"{RESULT}{c.code}", c.name, Shape.WORD if c.coded else Shape.NUMBER)
        for c in catalog().concepts
    ]
    others = [
        Target(_target(m), _measure_title(m), Shape.WORD if m.words else Shape.VALUE)
        for m in _measures().values()
        if m.second_code or catalog().by_code(m.code) is None
    ]
    return [*concepts, *others]


def _units() -> Sequence[Target]:
    concepts = [concept for concept in catalog().concepts if not concept.coded]
    return [Target(f"{UNIT}{c.code}", f"Unit of {c.name}", Shape.UNIT) for c in concepts]


@cache
def _measures() -> Mapping[tuple[str, str], Measure]:
    """What known files measure, beside the catalogue."""
    tables = [table for preset in presets() for table in preset.tables]
    found = [measure for table in tables for measure in table.measures]
    return {(measure.code, measure.second_code): measure for measure in found}


def _target(measure: Measure) -> str:
    return f"{RESULT}{measure.code}" + (f"+{measure.second_code}" if measure.second_code else "")


def _measure_title(measure: Measure) -> str:
    if measure.display:
        return measure.display
    codes = filter(None, (measure.code, measure.second_code))
    concepts = [catalog().by_code(code) for code in codes]
    return " and ".join(concept.name for concept in concepts if concept)


def _title(table: str, field: str) -> str:
    return f"{table.capitalize()}: {_TITLES.get(field, field.replace('_', ' '))}"
