"""Presets: what a known file looks like, as data in `resources/presets`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from clinicdesk.resources import resource

ORDER = (
    "patient",
    "visit",
    "several",
    "encounter",
    "condition",
    "observation",
    "wide",
    "medication",
    "allergy",
)
STORED = {"visit": "encounter", "wide": "observation"}  # target -> the table, where they differ


_FLAGS = ("signature", "missing", "error_mark", "decimal", "anonymous", "undated", "shifted")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column that holds one measurement a row. second_code: `128/84` holds two.

    missing: what the file writes where nothing was measured, as Pima writes 0.
    absent: what it writes of what was not there at all, as `No` of a drug that was not given.
    """

    headers: Sequence[str]
    code: str
    unit: str = ""
    second_code: str = ""
    display: str = ""
    words: bool = False  # the result is a word
    missing: Sequence[str] = ()
    absent: Sequence[str] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)  # casefolded word -> our text


@dataclass(frozen=True, slots=True)
class WordList:
    """A column with several words between semicolons or bars: conditions, allergies."""

    headers: Sequence[str]
    target: str


@dataclass(frozen=True, slots=True)
class TablePreset:
    """One kind of file. target: the table it fills, "" when the store has none for it.

    fields: our name -> headers it goes by.  required: fields that must be there.
    foreign: headers that say it is another kind of file.  signature: headers that must be there.
    missing: what stands where nothing is known, in any column.  error_mark: what the column `error`
    says of a value that its hospital took back.
    anonymous: the rows are people without an identifier; they get this one, the file and the row.
    decimal: the sign before decimals, where the format itself says it.
    issuer: the system whose numbers its patients have, "" for the clinic's own or an unknown one.
    undated: nothing in the file says when.  shifted: dates were moved, mostly into the future.
    visit_a_day: nobody numbers the visits; what a patient has on one day is one.
    """

    name: str
    preset: str
    source: str
    target: str
    required: Sequence[str]
    fields: Mapping[str, Sequence[str]]
    one_of: Sequence[str] = ()
    foreign: Sequence[str] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    measures: Sequence[Measure] = ()
    lists: Sequence[WordList] = ()
    conventions: Mapping[str, str] = field(default_factory=dict)  # code -> unit
    spellings: Mapping[str, str] = field(default_factory=dict)  # how it writes a unit -> UCUM
    signature: Sequence[str] = ()
    missing: Sequence[str] = ()
    error_mark: str = ""
    decimal: str = ""
    anonymous: str = ""
    issuer: str = ""
    undated: bool = False
    shifted: bool = False
    visit_a_day: bool = False


@dataclass(frozen=True, slots=True)
class Preset:
    """A family of files that come together."""

    name: str
    title: str
    tables: Sequence[TablePreset]


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset that ships with the program."""
    return tuple(
        _preset(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(resource("presets").glob("*.toml"))
    )


def _preset(name: str, document: Mapping[str, Any]) -> Preset:
    tables = [
        TablePreset(
            name=table["name"],
            preset=name,
            source=document["source"],
            issuer=document.get("issuer", document["source"]),
            target=table.get("target", ""),
            required=table["required"],
            fields=table["fields"],
            one_of=table.get("one_of", ()),
            foreign=table.get("foreign", ()),
            constants=table.get("constants", {}),
            values=table.get("values", {}),
            measures=[Measure(**entry) for entry in table.get("measure", ())],
            lists=[WordList(**entry) for entry in table.get("list", ())],
            conventions=document.get("conventions", {}),
            spellings=document.get("spellings", {}),
            **{name: table[name] for name in _FLAGS if name in table},
        )
        for table in document["table"]
    ]
    return Preset(name, document["title"], tables)
