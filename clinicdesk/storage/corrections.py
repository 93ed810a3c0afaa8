"""Change a row that somebody looked at: only if it still says what they saw."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from clinicdesk.domain.change import Change, ChangedMeanwhile, Recorded
from clinicdesk.domain.patient import AllergyStatus, PatientId
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.storage import history, patients
from clinicdesk.storage.acting import acting
from clinicdesk.storage.base import Base
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import AllergyRow, PatientRow

_BY_HAND: Mapping[str, Any] = {"file_id": None, "row": None}  # it is no file's word any more
Row = Mapping[str, Any]


@contextmanager
def editing(
    guard: RecordGuard, patient_id: PatientId, *, user_id: int, reason: str, at: datetime
) -> Iterator["Edit"]:
    """A unit of work that changes one record in one person's name."""
    with guard.writing(patient_id) as session, acting(session, user_id, reason, at):
        yield Edit(session, guard, patient_id, at)


class Edit:
    """What can be done to the record while the unit of work lasts; the audit notes each."""

    def __init__(
        self, session: Session, guard: RecordGuard, patient_id: PatientId, at: datetime
    ) -> None:
        self._session = session
        self._guard = guard
        self._patient_id = patient_id
        self._at = at

    def born(self) -> date | None:
        """The patient's date of birth."""
        return patients.get(self._session, self._patient_id).summary.birth_date

    def held(self, kind: Recorded, row_id: int, version: int) -> Row:
        """What the row says, by column; raise `ChangedMeanwhile` unless it has this version."""
        table = _table(kind)
        owner = table.c.id if kind is Recorded.PATIENT else table.c.patient_id
        query = select(table).where(table.c.id == row_id, owner == self._patient_id)
        row = self._session.execute(query).mappings().one_or_none()
        if row is None:
            raise RecordNotFound("This is not in the record any more. Open the record again.")
        if row["version"] != version:
            raise ChangedMeanwhile(history.of_row(self._session, kind, row_id, since=version))
        return dict(row)

    def correct(self, kind: Recorded, row: Row, values: Row) -> Change:
        """Put other values into a row that was `held`."""
        if row["entered_in_error"]:
            raise BadInput("This was marked as entered in error. Take that back first.")
        if all(row[name] == value for name, value in values.items()):
            raise BadInput("The record says this already. Change something, or close this.")
        origin = {name: value for name, value in _BY_HAND.items() if name in row}
        return self._put(kind, row, {**values, **origin}, "record.correct")

    def correct_observation(self, row: Row, values: Row) -> Change:
        """The same for an observation; a new time does not free the old one for the same file.

        Its place in the file stays taken, by a row in error: so the file changes nothing again.
        """
        moved = values["effective_at"] != row["effective_at"] and row["ordinal"] >= 0
        place = {"ordinal": -row["id"]} if moved else {}  # of no file
        change = self.correct(Recorded.OBSERVATION, row, {**values, **place})
        if moved:
            kept = {name: value for name, value in row.items() if name not in {"id", "version"}}
            place_taker = insert(_table(Recorded.OBSERVATION))
            self._session.execute(place_taker.values(kept | {"entered_in_error": True}))
        return change

    def mark(self, kind: Recorded, row: Row, *, in_error: bool) -> Change:
        """Mark a row as entered in error, or take that back where a person marked it."""
        if row["entered_in_error"] == in_error:
            raise BadInput("This was done already. Open the record again.")
        if not in_error and not self._was_marked(kind, row["id"]):
            raise RecordNotFound("Nobody marked this as entered in error.")
        action = "record.entered_in_error" if in_error else "record.error_taken_back"
        change = self._put(kind, row, {"entered_in_error": in_error}, action)
        if kind is Recorded.ALLERGY:
            self._follow_allergies()
        return change

    def _put(self, kind: Recorded, row: Row, values: Row, action: str) -> Change:
        table = _table(kind)
        self._session.execute(update(table).where(table.c.id == row["id"]).values(values))
        self._session.expire_all()
        change = history.of_row(self._session, kind, row["id"], since=row["version"])[0]
        self._record(change, action)
        return change

    def _record(self, change: Change, action: str) -> None:
        """Which change it was, and what it must still say; never a value."""
        detail = {
            "kind": change.kind,
            "row": change.row_id,
            "change": change.id,
            "sha256": history.digest(self._session, change),
        }
        self._guard.record(self._session, self._patient_id, action, detail=detail, at=self._at)

    def _was_marked(self, kind: Recorded, row_id: int) -> bool:
        return any(each.marks_in_error for each in history.of_row(self._session, kind, row_id))

    def _follow_allergies(self) -> None:
        """Without an allergy that stands nothing is known of them: never that there are none."""
        mine = (AllergyRow.patient_id == self._patient_id) & standing(AllergyRow)
        some = self._session.scalar(select(func.count(AllergyRow.id)).where(mine))
        patient = self._session.get_one(PatientRow, self._patient_id)
        if some:
            patient.allergy_status = AllergyStatus.KNOWN
        elif patient.allergy_status == AllergyStatus.KNOWN:
            patient.allergy_status = AllergyStatus.NOT_RECORDED
        self._session.flush()


def _table(kind: Recorded) -> Table:
    return Base.metadata.tables[kind]
