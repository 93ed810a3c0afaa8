"""The plan of an import: all that a person or a template said about the files.

It is kept with the import, so that the same files can be read again in the same way.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date as date_type
from typing import Any, TypeAlias

from clinicdesk.errors import BadInput
from clinicdesk.etl.formats import COMMA, DMY, MDY, POINT, Formats, Kind

KEEP, ERASE, ERASE_NULL = "keep", "erase", "null"
IGNORE = "ignore"
REJECT = "reject"
NEW, HOLD = "new", "hold"

Said: TypeAlias = Mapping[str, str]
"""Column -> what the user says of it; "" is every column that is not named."""


def _nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was said about the files; what was not said is left to the files themselves.

    preset: the name of one, "" to recognise it.  system: who gave the patients' numbers, "" for
    the clinic itself or what the files say.  date: ISO, of files that have none.
    date_order: column -> dmy or mdy.  decimal: column -> the sign before decimals, `.` or `,`.
    units: header -> UCUM.  columns: file name -> header -> target, as `patient.birth_date`,
    `observation:8480-6` or `ignore`.  words: target field -> word in the file -> our word, or
    `reject`.  people: key of an incoming person -> row id of the patient, `new` or `hold`.
    fixes: SHA-256 of a file -> row (1 is the first data row) -> header -> the text that counts.
    blanks: header -> `keep`, as a blank cell does by default, `erase`, or `null`: `\\N` erases.
    Raises `BadInput` for an answer that is none.
    """

    preset: str = ""
    encoding: str = ""
    system: str = ""
    date: str = ""
    date_order: Said = field(default_factory=_nothing)
    decimal: Said = field(default_factory=_nothing)
    units: Said = field(default_factory=_nothing)
    columns: Mapping[str, Said] = field(default_factory=_nothing)
    words: Mapping[str, Said] = field(default_factory=_nothing, repr=False)
    people: Said = field(default_factory=_nothing, repr=False)
    fixes: Mapping[str, Mapping[int, Said]] = field(default_factory=_nothing, repr=False)
    blanks: Said = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        _require_one_of(self.date_order, {DMY, MDY}, "A date order is dmy or mdy.")
        _require_one_of(self.decimal, {POINT, COMMA}, "A decimal sign is a point or a comma.")
        _require_one_of(self.blanks, {KEEP, ERASE, ERASE_NULL}, "A blank is keep, erase or null.")
        _require_day(self.date)

    def formats(self, decimal: str = "") -> Formats:
        """What is known before a file is read. decimal: what the file's format prescribes."""
        decimals = {"": decimal, **self.decimal} if decimal else self.decimal
        said = {Kind.DATE_ORDER: self.date_order, Kind.DECIMAL: decimals}
        return Formats({k: {c.casefold(): a for c, a in s.items()} for k, s in said.items()})

    def as_json(self) -> str:
        """The plan as text that does not depend on the order in which things were said."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """The plan that `as_json` wrote; raise `BadInput` for anything else."""
        try:
            said = json.loads(text)
            fixes = said.pop("fixes", {})
            rows = {sha: {int(row): fix for row, fix in of.items()} for sha, of in fixes.items()}
            return cls(**said, fixes=rows)
        except (AttributeError, TypeError, ValueError):
            raise BadInput("This is no plan of an import.") from None


def _require_one_of(said: Said, answers: set[str], words: str) -> None:
    if not set(said.values()) <= answers:
        raise BadInput(words)


def _require_day(day: str) -> None:
    try:
        date_type.fromisoformat(day or "2026-11-20")
    except ValueError:
        raise BadInput("Write the date of the file as 2026-11-20.") from None
