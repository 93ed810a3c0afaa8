"""Undo an import: remove what it brought, restore what it changed, keep what others touched.

What nobody touched since is deleted; the file it came from stays in the store. What has a history
is marked as entered in error, since the history must have a row to speak of. Within one
transaction, which whoever calls may roll back to see what would become of it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import dropwhile
from typing import TypeAlias

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.undone import KeptRow, UndoReport, Why
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.storage import acting, patients
from clinicdesk.storage.database import driver_connection
from clinicdesk.storage.imports import TARGETS
from clinicdesk.storage.row_past import Past, pasts, undo_reason
from clinicdesk.storage.tables import ImportRunRow

_LEAVES = ("observation", "condition", "medication", "allergy")
_ORDER = (*_LEAVES, "encounter", "patient")
_BATCH = 500  # rows a look
Child: TypeAlias = tuple[str, str, str]
"""A table, its column with the owner's row id, and a condition on its rows or ""."""
MOST_LISTED = 1000
_OURS = "file_id IN (SELECT id FROM import_file WHERE import_id = ?1)"
_UNTOUCHED = f"version = 1 AND NOT entered_in_error AND {_OURS}"


class Undo:
    """Undoing one import. between: called now and then; what it raises stops it."""

    def __init__(
        self, session: Session, import_id: int, between: Callable[[], None] = lambda: None
    ) -> None:
        self._session, self._import_id, self._between = session, import_id, between
        self._driver = driver_connection(session.connection())
        self._import_of = dict(self._driver.execute("SELECT id, import_id FROM import_file"))
        undone = self._driver.execute("SELECT id FROM import_run WHERE undone_at IS NOT NULL")
        self._undone = {import_id, *(id for (id,) in undone)}
        self._removed: Counter[str] = Counter()
        self._restored: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._rows: list[KeptRow] = []
        self._named: Callable[[PatientId], str | None] = lambda _: None

    def run(self, user_id: int, at: datetime) -> UndoReport:
        """Do it in this person's name."""
        row = _undoable(self._session, self._import_id)
        self._named = patients.names_for(self._session, user_id)
        reason = undo_reason(row.id)
        acting.begin(self._session, user_id, reason, at, import_id=row.id, undoes=True)
        with self._visits_found():
            for table in _ORDER:
                self._between()
                self._remove_untouched(table)
                self._undo_touched(table)
        self._driver.execute(_STILL_ALLERGIC)
        acting.end(self._session)
        self._session.expire_all()
        return self._report()

    def _report(self) -> UndoReport:
        removed, restored, kept = (+self._removed, +self._restored, +self._kept)
        return UndoReport(self._import_id, removed, restored, kept, tuple(self._rows))

    @contextmanager
    def _visits_found(self) -> Iterator[None]:
        """Indexes by visit while visits are deleted: no import pays for them."""
        for table in _LEAVES:
            self._driver.execute(
                f'CREATE INDEX undo_{table} ON "{table}" (encounter_id)'
                " WHERE encounter_id IS NOT NULL"
            )
        yield
        for table in _LEAVES:
            self._driver.execute(f"DROP INDEX undo_{table}")

    def _remove_untouched(self, table: str) -> None:
        if table in _LEAVES:
            where = _UNTOUCHED
        elif table == "encounter":
            children = [(leaf, "encounter_id", "") for leaf in _LEAVES]
            where = f"{_UNTOUCHED} AND NOT ({_any_of('encounter', children)})"
        else:
            where = self._patients_nobody_saw()
        self._removed[table] += self._changed(f'DELETE FROM "{table}" WHERE {where}')
        self._driver.execute("DROP TABLE IF EXISTS temp.undo_unseen")

    def _patients_nobody_saw(self) -> str:
        """The patients to delete, as a condition; their numbers go first, they belong to them."""
        owned = _any_of("patient", self._owned())
        unseen = (
            f"SELECT id FROM patient WHERE {_UNTOUCHED} AND NOT ({owned})"
            " AND NOT EXISTS (SELECT 1 FROM audit_event WHERE object_type = 'patient'"
            " AND object_id = CAST(patient.id AS TEXT))"
        )
        self._driver.execute(f"CREATE TEMP TABLE undo_unseen AS {unseen}", (self._import_id,))
        gone = "SELECT id FROM undo_unseen"
        self._changed(
            f"DELETE FROM patient_identifier WHERE patient_id IN ({gone}) OR ({_OURS} AND NOT"
            " EXISTS (SELECT 1 FROM patient WHERE patient.id = patient_id AND mrn = value"
            " AND mrn_system = system))"
        )
        return f"id IN ({gone}) AND ?1"

    def _changed(self, statement: str) -> int:
        return int(self._driver.execute(statement, (self._import_id,)).rowcount)

    def _undo_touched(self, table: str) -> None:
        ids = [id for (id,) in self._driver.execute(_touched(table), (self._import_id,))]
        for first in range(0, len(ids), _BATCH):
            self._between()
            some = ids[first : first + _BATCH]
            for past in pasts(self._driver, table, some, self._import_of):
                self._undo_row(table, past)

    def _undo_row(self, table: str, past: Past) -> None:
        if past.now["version"] == 1:
            self._keep_used(table, past)
        elif not past.stands_without(self._undone):
            self._mark(table, past)
        else:
            self._restore(table, past)

    def _keep_used(self, table: str, past: Past) -> None:
        """What has no history is here because something refers to it, or because it was seen."""
        if table == "patient" and not self._is_used(past.now["id"]):
            self._mark(table, past)
        elif not past.now["entered_in_error"]:
            self._keep(table, past, Why.USED)

    def _is_used(self, patient_id: int) -> bool:
        used = f"SELECT {_any_of('patient', self._owned(standing=True))} FROM patient WHERE id = ?"
        return bool(self._driver.execute(used, (patient_id,)).fetchone()[0])

    def _owned(self, *, standing: bool = False) -> list[Child]:
        """The tables whose rows belong to patients. standing: without what is in no record.

        The numbers of a patient are part of the patient; changes are about what was there.
        """
        left_out = {"patient_identifier", *(["change"] if standing else [])}
        found = [each for each in self._driver.execute(_CHILDREN) if each[0] not in left_out]
        rest = " AND NOT entered_in_error" if standing else ""
        return [(name, column, rest if marked else "") for name, column, marked in found]

    def _mark(self, table: str, past: Past) -> None:
        if table == "patient" and self._is_used(past.now["id"]):
            self._keep(table, past, Why.USED)
        elif not past.now["entered_in_error"]:
            self._put(table, past.now["id"], {"entered_in_error": 1})
            self._removed[table] += 1

    def _restore(self, table: str, past: Past) -> None:
        values = past.without(self._undone, TARGETS[table].whole)
        try:
            if values:
                self._put(table, past.now["id"], values)
                self._restored[table] += 1
        except sqlcipher.IntegrityError:
            self._keep(table, past, Why.TAKEN)
            return
        if past.maker == self._import_id:
            self._keep(table, past, Why.EDITED if past.edited() else Why.LATER)

    def _put(self, table: str, row_id: int, values: dict[str, object]) -> None:
        assigned = ", ".join(f'"{name}" = ?' for name in values)
        self._driver.execute(
            f'UPDATE "{table}" SET {assigned} WHERE id = ?', (*values.values(), row_id)
        )

    def _keep(self, table: str, past: Past, why: Why) -> None:
        self._kept[table] += 1
        if len(self._rows) < MOST_LISTED:
            owner = past.now["id" if table == "patient" else "patient_id"]
            row_id, kind = past.now["id"], Recorded(table)
            name = self._named(PatientId(owner)) or ""
            self._rows.append(KeptRow(kind, row_id, PatientId(owner), why, name))


def finish(session: Session, report: UndoReport, user_id: int, at: datetime) -> None:
    """Note at the import that it is undone, by whom, and what became of it."""
    where = update(ImportRunRow).where(ImportRunRow.id == report.import_id)
    told = json.dumps(report.as_json())
    session.execute(where.values(undone_at=at, undone_by=user_id, undone=told))


def said_again(session: Session) -> bool:
    """Whether standing imports may have said what imports said that are undone, and left no trace.

    Only what was imported after one that is undone may have: it met rows that were there already.
    """
    runs = session.scalars(select(ImportRunRow).order_by(ImportRunRow.id)).all()
    after_one = dropwhile(lambda run: run.undone_at is None, runs)
    return any(_met_some(run.counts) for run in after_one if run.undone_at is None)


def _met_some(counts: str) -> bool:
    return any(each["unchanged"] or each["updated"] for each in json.loads(counts).values())


def _undoable(session: Session, import_id: int) -> ImportRunRow:
    row = session.get(ImportRunRow, import_id)
    if row is None or row.finished_at is None:
        raise RecordNotFound(f"There is no import {import_id}. Look at the history of imports.")
    if row.undone_at is not None:
        raise BadInput(f"Import {import_id} was undone already.")
    return row


def _touched(table: str) -> str:
    """Rows of the import that are still there, and rows that it changed."""
    return (
        f'SELECT id FROM "{table}" WHERE {_OURS} UNION SELECT row_id FROM change'
        f" WHERE table_name = '{table}' AND (import_id = ?1 OR json_extract(before, '$.file_id')"
        " IN (SELECT id FROM import_file WHERE import_id = ?1)) ORDER BY 1"
    )


def _any_of(table: str, children: Sequence[Child]) -> str:
    """Whether any row of these tables belongs to the row of this one, as SQL."""
    return " OR ".join(
        f'EXISTS (SELECT 1 FROM "{name}" WHERE "{column}" = "{table}".id{rest})'
        for name, column, rest in children
    )


_CHILDREN = """
SELECT m.name, f."from", EXISTS (
  SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'entered_in_error'
) FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f ON f."table" = 'patient'
WHERE m.type = 'table' ORDER BY m.name
"""
_STILL_ALLERGIC = """
UPDATE patient SET allergy_status = 'known' WHERE allergy_status <> 'known'
AND id IN (SELECT patient_id FROM allergy WHERE NOT entered_in_error)
AND id IN (SELECT row_id FROM change WHERE table_name = 'patient' AND import_id =
  (SELECT undoes FROM acting))
"""
