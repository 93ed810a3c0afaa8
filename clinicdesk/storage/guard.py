"""The one door to the content of a record: a restricted one opens to whoever was granted it.

Every service that reads or writes what a record says does so in a session of this guard. Lists of
patients need none: a restricted record is known to exist, so that nobody makes a second one.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import NOT_WRITABLE, RestrictedRecord, StoreError
from clinicdesk.storage import audit, emergency, restrictions
from clinicdesk.storage.database import Database


class Ground(StrEnum):
    """On what ground somebody sees a record."""

    UNRESTRICTED = "unrestricted"
    GRANT = "grant"
    EMERGENCY = "emergency"
    NONE = "none"


_SEEING = frozenset(Ground) - {Ground.NONE}
_DECIDING = frozenset({Ground.UNRESTRICTED, Ground.GRANT})


class RecordGuard:
    """Sessions about one patient, for one person."""

    def __init__(
        self, database: Database, principal: Principal, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._principal = principal
        self._now = now
        self._seen: set[PatientId] = set()  # whose opening is in the audit

    @contextmanager
    def viewing(self, patient_id: PatientId) -> Iterator[Session]:
        """A session that opens the record, which the audit notes; raise `RestrictedRecord`.

        Nothing of it is seen before the event is written. On a disk that takes nothing the record
        opens all the same: who treats needs it, and the event follows as soon as anything can be
        written (docs/adr/0011).
        """
        with self._refusal_noted(), self._database.reading() as session:
            self._require(session, patient_id, _SEEING)
            yield session
        self._note_view(patient_id, self._now())
        self._seen.add(patient_id)

    @contextmanager
    def reading(self, patient_id: PatientId) -> Iterator[Session]:
        """A session that reads the record; raise `RestrictedRecord`, which the audit notes.

        Whoever reads what nobody has opened opens it: no record is read without an event.
        """
        if patient_id not in self._seen:
            with self.viewing(patient_id):
                pass
        with self._refusal_noted(), self._database.reading() as session:
            self._require(session, patient_id, _SEEING)
            yield session

    @contextmanager
    def writing(self, patient_id: PatientId) -> Iterator[Session]:
        """A unit of work on the record; raise `RestrictedRecord`, which the audit notes."""
        with self._refusal_noted(), self._database.writing() as session:
            self._require(session, patient_id, _SEEING)
            yield session

    @contextmanager
    def deciding(self, patient_id: PatientId) -> Iterator[Session]:
        """A unit of work on who may see the record: an emergency is not enough for that.

        Administrators may always: no record is lost with the account that restricted it.
        """
        with self._refusal_noted(), self._database.writing() as session:
            if not self.decides(session, patient_id):
                raise RestrictedRecord(patient_id)
            yield session

    @contextmanager
    def asking(self, patient_id: PatientId) -> Iterator[Session]:
        """A session that reads who may see the record, for who sees it and administrators."""
        with self._refusal_noted(), self._database.reading() as session:
            if not self.decides(session, patient_id):
                self._require(session, patient_id, _SEEING)
            yield session

    def decides(self, session: Session, patient_id: PatientId) -> bool:
        """Whether the person says who may see the record."""
        if self._principal.role is Role.ADMINISTRATOR:
            return True
        return self.ground(session, patient_id) in _DECIDING

    def ground(self, session: Session, patient_id: PatientId) -> Ground:
        """On what ground the person sees the record."""
        if not restrictions.is_restricted(session, patient_id):
            return Ground.UNRESTRICTED
        if restrictions.is_granted(session, patient_id, self._principal.user_id):
            return Ground.GRANT
        if emergency.is_open(session, patient_id, self._principal.user_id, self._now()):
            return Ground.EMERGENCY
        return Ground.NONE

    def record(
        self,
        session: Session,
        patient_id: PatientId,
        action: str,
        *,
        detail: Mapping[str, Any] | None = None,
        at: datetime,
    ) -> None:
        """Note in the audit what was done with a record, and whether in an emergency."""
        seen = self.ground(session, patient_id)
        outcome = "emergency" if seen is Ground.EMERGENCY else "success"
        self._note(session, patient_id, action, outcome=outcome, detail=detail, at=at)

    def _require(self, session: Session, patient_id: PatientId, enough: frozenset[Ground]) -> None:
        if self.ground(session, patient_id) not in enough:
            raise RestrictedRecord(patient_id)

    @contextmanager
    def _refusal_noted(self) -> Iterator[None]:
        try:
            yield
        except RestrictedRecord as refused:
            self._note_refusal(PatientId(refused.patient_id), self._now())
            raise

    def _note_view(self, patient_id: PatientId, at: datetime) -> None:
        def note(session: Session) -> None:
            self.record(session, patient_id, "patient.view", at=at)

        try:
            with self.writing(patient_id) as session:
                note(session)
        except NOT_WRITABLE:
            self._database.owe(note)

    def _note_refusal(self, patient_id: PatientId, at: datetime) -> None:
        """It is refused whether or not that can be written now."""

        def note(session: Session) -> None:
            self._note(session, patient_id, "patient.view", outcome="denied", at=at)

        try:
            with self._database.writing() as session:
                note(session)
        except NOT_WRITABLE:
            self._database.owe(note)
        except StoreError:
            pass

    def _note(
        self,
        session: Session,
        patient_id: PatientId,
        action: str,
        *,
        outcome: str,
        detail: Mapping[str, Any] | None = None,
        at: datetime,
    ) -> None:
        audit.record(
            session,
            self._principal,
            action,
            object_type="patient",
            object_id=patient_id,
            outcome=outcome,
            detail=detail,
            at=at,
        )
