"""Keep gold: columns of numbers and words, in blocks of patients, as numpy writes them.

A column of 100,000 patients is read in a few milliseconds, where a row each takes seconds
(docs/adr/0014).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from clinicdesk.storage.database import driver_connection
from clinicdesk.storage.gold_tables import GoldColumnRow, GoldStateRow
from clinicdesk.storage.silver import Marks

BLOCK = 4096  # row ids of patients in a block
_TYPES = {"int": "<i8", "number": "<f8", "word": "<i4"}
_OWNER = "patient_id"


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: which of `known` each row has."""

    codes: NDArray[np.int32]
    known: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def texts(self) -> NDArray[np.object_]:
        """The word of every row."""
        known = np.empty(len(self.known), dtype=object)
        known[:] = self.known
        return known[self.codes]


Column: TypeAlias = NDArray[Any] | Words
Table: TypeAlias = Mapping[str, Column]
"""Columns by name, aligned; `patient_id` among them, in order of blocks."""


def numbers(table: Table, name: str) -> NDArray[Any]:
    """A column that holds no words."""
    column = table[name]
    if isinstance(column, Words):
        raise TypeError(f"{name} is a column of words")
    return column


def some(column: Column, at: NDArray[np.int64]) -> Column:
    """The column at these places."""
    return Words(column.codes[at], column.known) if isinstance(column, Words) else column[at]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows that some blocks of a table have. part: of what, "" where it has no parts."""

    name: str
    part: str
    table: Table
    blocks: Sequence[int]


@dataclass(frozen=True, slots=True)
class GoldState:
    """Of which state of the record gold was computed. built_at: None before the first time."""

    built_at: datetime | None
    due_at: datetime | None
    marks: Marks | None


def state(session: Session) -> GoldState:
    """How far gold has come."""
    row = session.get_one(GoldStateRow, 1)
    marks = json.loads(row.marks) if row.marks else None
    deleted = marks.pop("deleted") if marks else 0
    return GoldState(row.built_at, row.due_at, Marks(marks, deleted) if marks else None)


def set_state(session: Session, built_at: datetime, due_at: datetime | None, marks: Marks) -> None:
    """Say of which state of the record gold is now."""
    row = session.get_one(GoldStateRow, 1)
    row.built_at, row.due_at, row.marks = built_at, due_at, marks.as_json()


def replace(session: Session, rows: Rows) -> None:
    """Put the rows in the place of what these blocks of the table had."""
    session.execute(delete(GoldColumnRow).where(*_place(rows)))
    if made := list(_packed_rows(rows)):
        session.execute(insert(GoldColumnRow), made)


def _place(rows: Rows) -> list[ColumnElement[bool]]:
    return [
        GoldColumnRow.table_name == rows.name,
        GoldColumnRow.part == rows.part,
        GoldColumnRow.block.in_(rows.blocks),
    ]


def _packed_rows(rows: Rows) -> Iterator[dict[str, Any]]:
    of = numbers(rows.table, _OWNER) // BLOCK
    for block in rows.blocks:
        at = np.flatnonzero(of == block)
        if len(at):
            yield from _packed_block(rows, block, at)


def _packed_block(rows: Rows, block: int, at: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    for column, values in rows.table.items():
        kind, content, words = _packed(values, at)
        yield {
            "table_name": rows.name,
            "part": rows.part,
            "column_name": column,
            "block": block,
            "kind": kind,
            "content": content,
            "words": words,
        }


def _packed(values: Column, at: NDArray[np.int64]) -> tuple[str, bytes, str]:
    if isinstance(values, Words):
        words, codes = _in_order(values, at)
        return "word", codes.astype(_TYPES["word"]).tobytes(), json.dumps(words)
    kind = "int" if values.dtype.kind == "i" else "number"
    return kind, values[at].astype(_TYPES[kind]).tobytes(), ""


def _in_order(values: Words, at: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """The words that are used, by the alphabet: the same rows always make the same bytes."""
    used, codes = np.unique(values.codes[at], return_inverse=True)
    words = [values.known[code] for code in used]
    order = sorted(range(len(words)), key=words.__getitem__)
    return [words[place] for place in order], np.argsort(order)[codes]


def read(
    session: Session,
    name: str,
    columns: Sequence[str] = (),
    *,
    part: str = "",
    blocks: Sequence[int] | None = None,
) -> dict[str, Column]:
    """Some columns of a table, or all, of every patient or of some blocks; {} without a row."""
    query, wanted = _READ, [name, part]
    for column, among in (("column_name", columns or None), ("block", blocks)):
        if among is not None:
            query += f" AND {column} IN (SELECT value FROM json_each(?))"
            wanted.append(json.dumps(list(among)))
    driver = driver_connection(session.connection())
    found: dict[str, list[tuple[str, bytes, str]]] = {}
    for column, *held in driver.execute(f"{query} ORDER BY column_name, block", wanted):
        found.setdefault(column, []).append(tuple(held))
    return {column: _unpacked(held) for column, held in found.items()}


_READ = (
    "SELECT column_name, kind, content, words FROM gold_column WHERE table_name = ? AND part = ?"
)


def _unpacked(blocks: Sequence[tuple[str, bytes, str]]) -> Column:
    kind = blocks[0][0]
    arrays = [np.frombuffer(content, dtype=_TYPES[kind]) for _, content, _ in blocks]
    if kind != "word":
        return np.concatenate(arrays)
    known: dict[str, int] = {}
    codes = []
    for array, (_, _, words) in zip(arrays, blocks, strict=True):
        places = [known.setdefault(word, len(known)) for word in json.loads(words)]
        codes.append(np.array(places, dtype=np.int32)[array])
    return Words(np.concatenate(codes), list(known))


def parts(session: Session, name: str) -> list[str]:
    """What the table is divided into."""
    query = select(GoldColumnRow.part).where(GoldColumnRow.table_name == name).distinct()
    return sorted(session.scalars(query))


def trim(session: Session, last_block: int) -> None:
    """Forget blocks beyond the last patient."""
    session.execute(delete(GoldColumnRow).where(GoldColumnRow.block > last_block))


def count(session: Session, name: str) -> int:
    """How many rows a table has."""
    mine = (GoldColumnRow.table_name == name) & (GoldColumnRow.column_name == _OWNER)
    size = func.coalesce(func.sum(func.length(GoldColumnRow.content)), 0)
    return int(session.scalar(select(size).where(mine)) or 0) // np.dtype(_TYPES["int"]).itemsize


def same(session: Session, rows: Rows) -> bool:
    """Whether these blocks hold exactly these rows."""
    query = select(GoldColumnRow).where(*_place(rows))
    kept = [{name: getattr(row, name) for name in _SAID} for row in session.scalars(query)]
    made = list(_packed_rows(rows))
    return sorted(kept, key=_by_place) == sorted(made, key=_by_place)


_SAID = ("table_name", "part", "column_name", "block", "kind", "content", "words")


def _by_place(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["column_name"], row["block"]
