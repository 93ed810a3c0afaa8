"""Values of a chunk, from whatever column they come, before anybody judges them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from clinicdesk.etl.arrays import Ints, Mask, Texts, texts

_PRESSURE = re.compile(
    r"(\d{1,5}(?:\.\d+)?)\s*/\s*(\d{1,5}(?:\.\d+)?)(?:\s*mm\s*hg)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Readings:
    """Values of a chunk on their way to be observations, aligned.

    at: position of the row in the chunk.  group: what was measured together shares it.
    ordinal: tells values of one code and time apart; NO_ID to number them in file order.
    column, unit_column: the headers to name when something is wrong.
    refused: somebody said that rows with this word are to be kept out.
    value: as it is read; original: as the file writes it.
    unit: as the file or the preset says it.  original_unit: as the file says it.
    """

    at: Ints
    group: Ints
    patient: Ints
    gender: Texts
    encounter: Ints
    instant: Ints
    ordinal: Ints
    code: Texts
    original_code: Texts
    display: Texts
    value: Texts
    original: Texts
    unit: Texts
    original_unit: Texts
    is_text: Mask
    not_a_pressure: Mask
    refused: Mask
    column: Texts
    unit_column: Texts


def split_pressures(column: Texts) -> tuple[Texts, Texts, Mask]:
    """`128/84` in two columns; the mask says where it is no such thing."""
    codes, uniques = pd.factorize(column)
    found = [_PRESSURE.fullmatch(text) for text in uniques]
    upper = texts([match.group(1) if match else "" for match in found])
    lower = texts([match.group(2) if match else "" for match in found])
    return upper[codes], lower[codes], np.array([m is None for m in found], dtype=bool)[codes]


def together(parts: Sequence[Readings]) -> Readings:
    """Several columns' readings as one."""
    if len(parts) == 1:
        return parts[0]
    names = [field.name for field in fields(Readings)]
    return Readings(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})
