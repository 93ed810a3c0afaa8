"""Rows of a file that are hours of patients, as the models over time are told of them.

Each row is predicted from its patient's rows up to it; a gap longer than a model looks back over
begins anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from clinicdesk.errors import BadInput
from clinicdesk.models.card import AGE, CardInput
from clinicdesk.models.rows import Features, columns_of, features
from clinicdesk.models.vitals_features import HOURS, VITALS, Floats, names
from clinicdesk.models.vitals_features import features as of_hours

PATIENT, HOUR = "patient_id", "hour"

_VITALS = tuple(
    CardInput(each.column, each.label, each.unit, each.code, each.low, each.high) for each in VITALS
)
_AGE = CardInput("Age", "Age", "a", AGE, 0, 120)
_MOST_HOURS = 10_000_000


@dataclass(frozen=True, slots=True)
class _Row:
    """One row. values: of the vital signs.  error: why it is refused, "" when it is not."""

    patient: str
    hour: float
    values: tuple[float, ...]
    age: float | None
    error: str = ""


def hour_features(
    header: Sequence[str], rows: Iterable[Mapping[str, str]]
) -> list[Features | BadInput]:
    """The inputs of each row, or why it has none. Raise `BadInput` without any vital sign."""
    columns = columns_of((*_VITALS, _AGE), header)
    if not columns.keys() & {each.name for each in _VITALS}:
        known = ", ".join((PATIENT, HOUR, *(each.name for each in _VITALS), _AGE.name))
        raise BadInput(f"The file has no column of a vital sign. Its columns are: {known}.")
    read = _each_hour_once([_row(columns, row, number) for number, row in enumerate(rows)])
    made: list[Features | BadInput] = [BadInput(each.error) for each in read]
    for segment in _segments(read):
        for at, values in zip(segment, _told([read[at] for at in segment]), strict=True):
            made[at] = values
    return made


def _row(columns: Mapping[str, str], row: Mapping[str, str], number: int) -> _Row:
    patient = row.get(PATIENT, "").strip()
    try:
        values = features((*_VITALS, _AGE), columns, row)
        hour = _hour(row.get(HOUR, "").strip(), number)
    except BadInput as error:
        return _Row(patient, 0, (), None, str(error))
    signs = (values[each.name] for each in _VITALS)
    known = tuple(np.nan if value is None else value for value in signs)
    return _Row(patient, hour, known, values[_AGE.name])


def _hour(text: str, number: int) -> float:
    """The hour of the row; rows without one follow each other hour by hour."""
    if not text:
        return number
    try:
        hour = float(text)
    except ValueError:
        raise BadInput(f"{HOUR} is not a number.") from None
    if not 0 <= hour <= _MOST_HOURS:
        raise BadInput(f"{HOUR} must be from 0 to {_MOST_HOURS:,}.")
    return floor(hour)


def _each_hour_once(rows: Sequence[_Row]) -> list[_Row]:
    seen: set[tuple[str, float]] = set()
    once = []
    for row in rows:
        again = not row.error and (row.patient, row.hour) in seen
        seen.add((row.patient, row.hour))
        once.append(
            replace(row, error="This hour of the patient is there before.") if again else row
        )
    return once


def _segments(rows: Sequence[_Row]) -> Iterable[list[int]]:
    """The numbers of the rows of each patient, in order of time, without a long gap within."""
    patients: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if not row.error:
            patients.setdefault(row.patient, []).append(at)
    for numbers in patients.values():
        segment: list[int] = []
        for at in sorted(numbers, key=lambda at: rows[at].hour):
            if segment and rows[at].hour - rows[segment[-1]].hour > HOURS:
                yield segment
                segment = []
            segment.append(at)
        yield segment


def _told(rows: Sequence[_Row]) -> list[Features]:
    first = rows[0].hour
    places = [int(row.hour - first) for row in rows]
    hours: Floats = np.full((places[-1] + 1, len(VITALS)), np.nan)
    for place, row in zip(places, rows, strict=True):
        hours[place] = row.values
    told = of_hours(hours)[places]
    return [_features(values, row.age) for values, row in zip(told, rows, strict=True)]


def _features(values: Floats, age: float | None) -> Features:
    known = {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(names(), values, strict=True)
    }
    return {**known, "age": age}
