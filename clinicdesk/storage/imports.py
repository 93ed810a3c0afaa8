"""Load many rows at once: one upsert a table on the driver connection, below the ORM.

A row whose natural key is new is inserted; one that is known is updated where it says something
else, and left alone, provenance and all, where it does not. A blank never erases a stored value,
and a file never brings back what a person has corrected.
Rows are tried as plain inserts first, within a savepoint, as most files bring news: that is a third
faster. The first known key takes the rest of its file to the upsert.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from clinicdesk.domain.identity import OWN, Number
from clinicdesk.domain.imported import ImportRun
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import acting
from clinicdesk.storage.base import Base
from clinicdesk.storage.database import driver_connection
from clinicdesk.storage.identity import Holder, Numbers
from clinicdesk.storage.row_past import UNDO_REASON
from clinicdesk.storage.tables import (
    ImportFileRow,
    ImportRunRow,
    RejectedRow,
    UserRow,
)

_PROVENANCE = ("file_id", "row")
NO_BIRTH_DAY = -1_000_000  # days from 1970
NO_DEATH_DAY = 10_000_000
UNSURE = -2  # the row id of a number that may be of more than one patient
Referred: TypeAlias = tuple[int, int, int, str]
"""A patient whom a file names: row id, birth day, day of death, gender."""
_MEANT = (UNSURE, NO_BIRTH_DAY, NO_DEATH_DAY, "")


@dataclass(frozen=True, slots=True)
class Target:
    """How a table takes imported rows.

    key: columns of the natural key; () for "whatever unique key the row meets".
    whole: columns that change together, blanks included (a value and its unit).
    lasting: columns that keep what they have once they have something.
    fixed: columns that stay as they were inserted, blank or not.
    silent: columns whose change alone is none.  unknown: what counts as blank beside NULL and "".
    """

    table: str
    key: Sequence[str]
    whole: Sequence[str] = ()
    lasting: Sequence[str] = ()
    fixed: Sequence[str] = ()
    silent: Sequence[str] = ()
    unknown: Mapping[str, str] | None = None


_RESULT = ("value", "unit", "text", "original_code", "original_value", "original_unit")
TARGETS = {
    target.table: target
    for target in (
        Target(
            "patient",
            ("id",),
            lasting=("source", "allergy_status", "allergy_status_on"),
            fixed=("mrn", "mrn_system"),
            silent=("updated_at",),
            unknown={"gender": "unknown", "allergy_status": "not-recorded", "deceased": "0"},
        ),
        Target("encounter", ("number", "source"), unknown={"class": "UNK"}),
        Target(
            "condition",
            ("patient_id", "code", "display", "onset", "source", "ordinal"),
            lasting=("encounter_id",),
        ),
        Target(
            "observation",
            ("patient_id", "code", "effective_at", "source", "ordinal"),
            whole=_RESULT,
        ),
        Target("medication", ()),
        Target("allergy", ("patient_id", "code", "display", "recorded_on", "source", "ordinal")),
    )
}


class Loader:
    """One import, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = driver_connection(session.connection())
        self._before: dict[str, int] = {}
        self._changed: dict[str, int] = {}
        self._met: set[str] = set()  # tables in which this file has met a known key

    def start(self, at: datetime, user_id: int, timezone: str, plan: str = "{}") -> int:
        """Open an import and return its number; until it is closed every change is the import's.

        plan: JSON, so that its files can be read again in the same way.
        """
        row = ImportRunRow(started_at=at, user_id=user_id, timezone=timezone, plan=plan)
        row.counts = "{}"
        self._session.add(row)
        self._session.flush()
        acting.begin(self._session, user_id, f"Import {row.id}", at, import_id=row.id)
        return row.id

    def add_file(self, import_id: int, name: str, sha256: str, preset: str) -> int:
        """Add a file to the import and return its row id."""
        row = ImportFileRow(import_id=import_id, name=name, sha256=sha256, preset=preset, rows=0)
        self._session.add(row)
        self._session.flush()
        self._met.clear()
        return row.id

    def load(
        self,
        table: str,
        columns: Mapping[str, Sequence[Any]],
        erasing: Collection[str] = (),
        *,
        said_at: int | None = None,
    ) -> None:
        """Insert or update rows, given as columns of equal length, file_id and row among them.

        erasing: the columns in which a blank erases what is known.  said_at: when the files were
        imported, where that was before: what a person changed since stays.  Milliseconds.
        """
        if table not in self._before:
            self._before[table] = self._count(table)
        changed = None if table in self._met else self._all_new(table, columns)
        if changed is None:
            self._met.add(table)
            upsert = _upsert(TARGETS[table], list(columns), erasing, said_at)
            with self._visits_followed(table, columns):
                changed = self._execute(upsert, columns)
        self._changed[table] = self._changed.get(table, 0) + changed

    def _all_new(self, table: str, columns: Mapping[str, Sequence[Any]]) -> int | None:
        """Insert the rows; None, and nothing inserted, when one of them is known."""
        self._connection.execute("SAVEPOINT all_new")
        try:
            return self._execute(_insert(table, list(columns)), columns)
        except sqlcipher.IntegrityError:
            self._connection.execute("ROLLBACK TO all_new")
            return None
        finally:
            self._connection.execute("RELEASE all_new")

    def _execute(self, statement: str, columns: Mapping[str, Sequence[Any]]) -> int:
        """Run the statement for every row and return how many rows it changed."""
        rows = zip(*columns.values(), strict=True)
        return int(self._connection.executemany(statement, rows).rowcount)

    @contextmanager
    def _visits_followed(self, table: str, columns: Mapping[str, Sequence[Any]]) -> Iterator[None]:
        """Where a visit gets another time, what was measured at it goes along."""
        if table != "encounter":
            yield
            return
        numbers = (json.dumps(columns["number"]), columns["source"][0])
        before = dict(self._connection.execute(_STARTS, numbers))
        yield
        after = dict(self._connection.execute(_STARTS, numbers))
        moved = [(after[id], id, start) for id, start in before.items() if after[id] != start]
        self._connection.executemany(_FOLLOW, moved)

    def changes(self, table: str) -> tuple[int, int]:
        """How many rows of the table were inserted and how many updated so far."""
        if table not in self._before:
            return 0, 0
        inserted = self._count(table) - self._before[table]
        return inserted, self._changed[table] - inserted

    def reject(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep what could not be loaded."""
        if rows:
            self._session.execute(insert(RejectedRow), list(rows))

    def finish_file(self, file_id: int, rows: int) -> None:
        where = update(ImportFileRow).where(ImportFileRow.id == file_id)
        self._session.execute(where.values(rows=rows))

    def finish(self, import_id: int, at: datetime, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Close the import; patients who got an allergy are known to have one."""
        close_allergies(self._session, import_id)
        acting.end(self._session)
        where = update(ImportRunRow).where(ImportRunRow.id == import_id)
        self._session.execute(where.values(finished_at=at, counts=json.dumps(counts)))

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


class StoredReferences:
    """Identifiers of the store, looked up as many at a time as a chunk of a file has.

    said: key of a number -> row id of the patient who is meant, where somebody said so.
    """

    def __init__(self, session: Session, said: Mapping[str, str] | None = None) -> None:
        self._session, self._said = session, said or {}
        self._numbers = Numbers(session)
        self._connection = driver_connection(session.connection())

    def patients(self, numbers: Sequence[Number]) -> dict[Number, Referred]:
        """Row id, day of birth, day of death and gender of those that exist.

        The row id is `UNSURE` where more than one patient may be meant. Days are counted from
        1970: `NO_BIRTH_DAY` and `NO_DEATH_DAY` where none is known.
        """
        holders = {number: self._holder(found) for number, found in self._holders(numbers).items()}
        holders |= {
            n: int(said) for n in numbers if (said := self._said.get(n.key, "")).isdecimal()
        }
        ids = json.dumps(sorted({id for id in holders.values() if id != UNSURE}))
        known = {found[0]: found for found in self._connection.execute(_PATIENTS, (ids,))}
        return {number: known.get(id, _MEANT) for number, id in holders.items()}

    def _holders(self, numbers: Sequence[Number]) -> dict[Number, list[Holder]]:
        """Who has the numbers; of a number that nobody gave a system, who has it in any."""
        found: dict[Number, list[Holder]] = {}
        for system in {number.system for number in numbers}:
            values = [number.value for number in numbers if number.system == system]
            own = self._numbers.holders(system, values)
            if system == OWN:
                rest = [value for value in values if value not in own]
                own |= self._numbers.holders_elsewhere(system, rest)
            found |= {Number(system, value): holders for value, holders in own.items()}
        return found

    def _holder(self, holders: Sequence[Holder]) -> int:
        """The one patient who has a number; `UNSURE` where another one may have it too."""
        [holder, *others] = holders
        return UNSURE if others or holder is None else holder

    def encounters(self, numbers: Sequence[str], source: str) -> dict[str, tuple[int, int]]:
        """Row ids of those that exist in the feed, and of whom they are."""
        found = self._connection.execute(_ENCOUNTERS, (json.dumps(numbers), source))
        return {number: (row_id, patient_id) for number, row_id, patient_id in found}

    def prescriptions(self, numbers: Sequence[str], source: str) -> dict[str, int]:
        """Of whom those are that exist in the feed."""
        return dict(self._connection.execute(_PRESCRIPTIONS, (json.dumps(numbers), source)))

    def first_imported(self, sha256: str) -> datetime | None:
        """When a file of these bytes was imported first."""
        where = select(func.min(ImportRunRow.started_at)).join(ImportFileRow)
        runs = where.where(ImportFileRow.sha256 == sha256, ImportRunRow.finished_at.is_not(None))
        return self._session.scalar(runs)


_PATIENTS = f"""
SELECT patient.id,
coalesce(CAST(julianday(birth_date) - 2440587.5 AS INTEGER), {NO_BIRTH_DAY}),
coalesce(CAST(julianday(deceased_on) - 2440587.5 AS INTEGER), {NO_DEATH_DAY}), gender
FROM json_each(?) JOIN patient ON patient.id = json_each.value
"""
_ENCOUNTERS = """
SELECT number, encounter.id, patient_id FROM json_each(?1)
JOIN encounter ON number = json_each.value AND source = ?2
"""
_PRESCRIPTIONS = """
SELECT medication.number, patient_id FROM json_each(?1)
JOIN medication ON medication.number = json_each.value AND medication.number <> '' AND source = ?2
"""
_STARTS = """
SELECT encounter.id, started_at FROM json_each(?1)
JOIN encounter ON number = json_each.value AND source = ?2
"""
_FOLLOW = """
UPDATE observation SET effective_at = ?1
WHERE patient_id = (SELECT patient_id FROM encounter WHERE id = ?2)
AND encounter_id = ?2 AND ordinal = ?2 AND effective_at = ?3
"""
_KNOWN_ALLERGIES = """
UPDATE patient SET allergy_status = 'known'
WHERE allergy_status <> 'known' AND id IN (
  SELECT patient_id FROM allergy JOIN import_file ON import_file.id = file_id WHERE import_id = ?
)
"""


def close_allergies(session: Session, import_id: int) -> None:
    """Patients who got an allergy by the import are known to have one."""
    driver_connection(session.connection()).execute(_KNOWN_ALLERGIES, (import_id,))


@dataclass(frozen=True, slots=True)
class PastFile:
    """A table of a past import."""

    name: str
    sha256: str
    preset: str
    rows: int


@dataclass(frozen=True, slots=True)
class PastReject:
    """A record that a past import did not load. text: the line as it stands."""

    file: str
    row: int
    table: str
    column: str
    rule: str
    message: str = field(repr=False)
    text: str = field(repr=False)


def files_of(session: Session, import_id: int) -> list[PastFile]:
    """The tables of an import, in the order in which they were loaded."""
    query = select(ImportFileRow).where(ImportFileRow.import_id == import_id)
    rows = session.scalars(query.order_by(ImportFileRow.id))
    return [PastFile(row.name, row.sha256, row.preset, row.rows) for row in rows]


def rejects_of(session: Session, import_id: int) -> list[PastReject]:
    """What an import did not load, in the order of its files."""
    query = select(RejectedRow, ImportFileRow.name).join(
        ImportFileRow, ImportFileRow.id == RejectedRow.file_id
    )
    rows = session.execute(
        query.where(ImportFileRow.import_id == import_id).order_by(RejectedRow.id)
    )
    return [
        PastReject(name, row.row, row.table_name, row.column_name, row.rule, row.message, row.text)
        for row, name in rows
    ]


def plan_of(session: Session, import_id: int) -> str:
    """The plan of an import, JSON; raise `RecordNotFound` where there is no such import."""
    row = session.get(ImportRunRow, import_id)
    if row is None or row.finished_at is None:
        raise RecordNotFound(f"There is no import {import_id}. Look at the history of imports.")
    return row.plan


def history(session: Session) -> list[ImportRun]:
    """Every import, newest first."""
    names: dict[int, list[str]] = {}
    for import_id, name in session.execute(
        select(ImportFileRow.import_id, ImportFileRow.name).order_by(ImportFileRow.id)
    ):
        names.setdefault(import_id, []).append(name)
    query = select(ImportRunRow, UserRow.login).outerjoin(
        UserRow, UserRow.id == ImportRunRow.user_id
    )
    rows = session.execute(query.order_by(ImportRunRow.id.desc()))
    return [
        ImportRun(
            row.id,
            row.started_at,
            row.finished_at,
            row.timezone,
            json.loads(row.counts),
            tuple(names.get(row.id, ())),
            login or "",
            row.undone_at,
            json.loads(row.undone) if row.undone else None,
        )
        for row, login in rows
    ]


def _upsert(
    target: Target, columns: Sequence[str], erasing: Collection[str], said_at: int | None
) -> str:
    """INSERT ... ON CONFLICT DO UPDATE where something that counts is different."""
    kept = {*target.key, *target.fixed, *target.silent, *_PROVENANCE}
    own = [c for c in columns if c not in kept]
    news = {c: _news(target, c, erases=c in erasing, said_at=said_at) for c in own}
    assigned = {**news, **{c: f'excluded."{c}"' for c in (*target.silent, *_PROVENANCE)}}
    assigned["entered_in_error"] = _standing_again(target, news)
    conflict = ", ".join(f'"{column}"' for column in target.key)
    table = f'"{target.table}"'
    different = " OR ".join(f'{new} IS NOT {table}."{column}"' for column, new in news.items())
    changes = ", ".join(f'"{column}" = {new}' for column, new in assigned.items())
    return (
        f"{_insert(target.table, columns)} "
        f"ON CONFLICT {f'({conflict})' if conflict else ''} DO UPDATE SET {changes} "
        f"WHERE {different or 'false'} OR {_undone_away(target.table)}"
    )


def _insert(table: str, columns: Sequence[str]) -> str:
    defaults = _defaults(table, columns)
    names = ", ".join(f'"{column}"' for column in (*columns, *defaults))
    marks = ", ".join([*"?" * len(columns), *defaults.values()])
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})'


def _defaults(table: str, columns: Sequence[str]) -> dict[str, str]:
    """What a new row has in the columns that the file does not fill, as SQL literals."""
    rest = [c for c in Base.metadata.tables[table].columns if c.name not in columns]
    return {
        c.name: f"{c.default.arg!r}"
        for c in rest
        if isinstance(c.default, ScalarElementColumnDefault)
    }


def _news(target: Target, column: str, *, erases: bool, said_at: int | None) -> str:
    """What the column becomes: the new value unless that is blank, or to erase."""
    old, new = f'"{target.table}"."{column}"', f'excluded."{column}"'
    if column in target.whole or erases:
        news = new
    elif column in target.lasting:
        news = f"coalesce({filled(target, column, old)}, {new})"
    else:
        news = f"coalesce({filled(target, column, new)}, {old})"
    return f"CASE WHEN {_corrected_away(target, column, said_at)} THEN {old} ELSE {news} END"


def _corrected_away(target: Target, column: str, said_at: int | None) -> str:
    """Whether the file says what a person has corrected: a file does not bring that back.

    What was said before a person changed it is not brought back either.
    """
    table = target.table
    together = target.whole if column in target.whole else (column,)
    held = ", ".join(f"json_type(before, '$.{c}')" for c in together)
    same = " AND ".join(
        f"(json_type(before, '$.{c}') IS NULL OR json_extract(before, '$.{c}') IS excluded.\"{c}\")"
        for c in together
    )
    since = "" if said_at is None else f" OR change.at >= {said_at}"
    return (
        f'"{table}".version > 1 AND EXISTS (SELECT 1 FROM change WHERE import_id IS NULL'
        f" AND table_name = '{table}' AND row_id = \"{table}\".id"
        f" AND coalesce({held}, NULL) IS NOT NULL AND ({same}{since}))"
    )


def _standing_again(target: Target, news: Mapping[str, str]) -> str:
    """What was entered in error stands again where a file says something new, which none judged.

    So does what went with an import that was undone, and is brought again.
    """
    table = f'"{target.table}"'
    other = [f'{news[c]} IS NOT {table}."{c}"' for c in target.whole if c in news]
    again = " OR ".join([_undone_away(target.table), *other])
    return f"CASE WHEN {again} THEN 0 ELSE {table}.entered_in_error END"


def _undone_away(table: str) -> str:
    """Whether the row is in error because its import was undone, and for no other reason."""
    return (
        f'"{table}".entered_in_error AND EXISTS (SELECT 1 FROM change'
        f" WHERE table_name = '{table}' AND row_id = \"{table}\".id"
        f' AND change.version = "{table}".version - 1 AND import_id IS NOT NULL'
        f" AND reason = {UNDO_REASON})"
    )


def filled(target: Target, column: str, value: str) -> str:
    """The value, NULL where it is blank."""
    if Base.metadata.tables[target.table].c[column].nullable:
        return value
    blank = (target.unknown or {}).get(column, "")
    shown = blank if blank == "0" else f"'{blank}'"  # a number is no text to SQLite
    return f"nullif({value}, {shown})"
