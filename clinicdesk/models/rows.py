"""Plain feature rows: the text of a file's columns, read as a model's inputs."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from clinicdesk.domain.catalog import plain
from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import BadInput
from clinicdesk.models.card import CardInput

_NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})

Features = Mapping[str, float | None]


def columns_of(inputs: Sequence[CardInput], header: Iterable[str]) -> dict[str, str]:
    """Input name -> the column that holds it, whatever case, spaces and underscores."""
    found = {plain(column): column for column in header}
    return {each.name: found[plain(each.name)] for each in inputs if plain(each.name) in found}


def features(
    inputs: Sequence[CardInput], columns: Mapping[str, str], row: Mapping[str, str]
) -> dict[str, float | None]:
    """Read one row. An empty field, or a zero where zero means missing, is None.

    Raise `BadInput` for text that is no number and for a value that cannot be.
    """
    texts = {each.name: row.get(columns.get(each.name, ""), "") for each in inputs}
    return {each.name: _number(each, texts[each.name] or "") for each in inputs}


def check_plausible(inputs: Sequence[CardInput], values: Features) -> None:
    """Raise `BadInput` for a value that cannot be; the message names the input and its limits."""
    for each in inputs:
        value = values.get(each.name)
        if value is not None and not each.low <= value <= each.high:
            limits = f"{each.low:,g} to {each.high:,g} {printed_unit(each.unit)}".rstrip()
            raise BadInput(f"{each.label} cannot be what was given: it runs from {limits}.")


def _number(wanted: CardInput, text: str) -> float | None:
    if text.strip().casefold() in _NOTHING:
        return None
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"{wanted.label} is not a number.") from None
    if not isfinite(value):
        raise BadInput(f"{wanted.label} is not a number.")
    if value == 0 and wanted.zero_is_missing:
        return None
    check_plausible([wanted], {wanted.name: value})
    return value
