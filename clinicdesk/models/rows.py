"""Plain feature rows: the text of a file's columns, read as a model's inputs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from clinicdesk.domain.catalog import plain
from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import BadInput
from clinicdesk.models.card import CardInput
from clinicdesk.models.choices import UNSAID, choice_of

_NOTHING = UNSAID | {"none"}
_RANGE = re.compile(r"\[(\d+)-(\d+)\)")  # "[50-60)": an age as some registers give it away

Features = Mapping[str, float | None]


def columns_of(inputs: Sequence[CardInput], header: Iterable[str]) -> dict[str, str]:
    """Input name -> the column that holds it, whatever case, spaces and underscores."""
    found = {plain(column): column for column in header}
    return {each.name: found[_plain(each)] for each in inputs if _plain(each) in found}


def features(
    inputs: Sequence[CardInput], columns: Mapping[str, str], row: Mapping[str, str]
) -> dict[str, float | None]:
    """Read one row. An empty field, or a zero where zero means missing, is None.

    Raise `BadInput` for text that is no number and for a value that cannot be.
    """
    texts = {each.name: row.get(columns.get(each.name, ""), "") for each in inputs}
    return {each.name: _value(each, texts[each.name] or "") for each in inputs}


def check_plausible(inputs: Sequence[CardInput], values: Features) -> None:
    """Raise `BadInput` for a value that cannot be; the message names the input and its limits."""
    for each in inputs:
        value = values.get(each.name)
        if value is not None and not each.low <= value <= each.high:
            limits = f"{each.low:,g} to {each.high:,g} {printed_unit(each.unit)}".rstrip()
            raise BadInput(f"{each.label} cannot be what was given: it runs from {limits}.")


def _plain(wanted: CardInput) -> str:
    return plain(wanted.column or wanted.name)


def _value(wanted: CardInput, text: str) -> float | None:
    """A choice by its words or codes; else a number. "None" may be an answer, so it comes first."""
    choice = choice_of(wanted.choices, text)
    if choice is not None:
        return choice.value
    return _number(wanted, text)


def _number(wanted: CardInput, text: str) -> float | None:
    if text.strip().casefold() in _NOTHING:
        return None
    value = _parsed(wanted, text)
    if value == 0 and wanted.zero_is_missing:
        return None
    check_plausible([wanted], {wanted.name: value})
    return value


def _parsed(wanted: CardInput, text: str) -> float:
    if between := _RANGE.fullmatch(text.strip()):
        return (float(between[1]) + float(between[2])) / 2
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or (wanted.choices and not wanted.label_of(value)):
        answers = ", ".join(each.label for each in wanted.choices)
        raise BadInput(
            f"{wanted.label} is not one of: {answers}."
            if wanted.choices
            else f"{wanted.label} is not a number."
        )
    return value
