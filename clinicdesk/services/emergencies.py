"""Break the glass: open a restricted record in an emergency, and have it reviewed."""

from collections.abc import Callable, Sequence
from datetime import datetime

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.restriction import SHORTEST_REASON, EmergencyAccess
from clinicdesk.domain.roles import Action, Role
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.services.access import Access, requires
from clinicdesk.services.wording import said
from clinicdesk.storage import accounts, audit, emergency, patients
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import Ground, RecordGuard


class Emergencies:
    """Every opening is an entry of its own, with a reason of its own, in the review queue."""

    def __init__(
        self,
        database: Database,
        access: Access,
        guard: RecordGuard,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._guard = guard
        self._now = now

    @requires(Action.BREAK_GLASS, fresh=True)
    def break_glass(self, patient_id: PatientId, reason: str) -> EmergencyAccess:
        """Open a restricted record to oneself for 60 minutes. reason: 10 characters or more."""
        reason = said(reason, "a reason", SHORTEST_REASON)
        with self._database.writing() as session:
            patients.get(session, patient_id)
            if self._guard.ground(session, patient_id) in {Ground.UNRESTRICTED, Ground.GRANT}:
                raise BadInput("This record is open to you. Open it like any other.")
            user_id, at = self._access.principal.user_id, self._now()
            opened = emergency.open_record(session, patient_id, reason, user_id=user_id, at=at)
            self._guard.record(
                session, patient_id, Action.BREAK_GLASS, detail={"emergency": opened.id}, at=at
            )
        return opened

    @requires(Action.BREAK_GLASS)
    def open_accesses(self) -> Sequence[EmergencyAccess]:
        """What is open to oneself now by an emergency, for the banner."""
        with self._database.reading() as session:
            return emergency.open_to(session, self._access.principal.user_id, self._now())

    @requires(Action.EMERGENCY_REVIEW)
    def to_review(self) -> Sequence[EmergencyAccess]:
        """The queue: what nobody has reviewed yet, the oldest first."""
        with self._database.reading() as session:
            return emergency.to_review(session)

    @requires(Action.EMERGENCY_REVIEW)
    def reviewed(self) -> Sequence[EmergencyAccess]:
        """What was reviewed, with the comments."""
        with self._database.reading() as session:
            return emergency.reviewed(session)

    @requires(Action.EMERGENCY_REVIEW)
    def sign_off(self, id: int, comment: str) -> EmergencyAccess:
        """Say what the review found. An access that still runs ends with it.

        Nobody reviews their own, unless there is no other administrator.
        """
        comment = said(comment, "a comment")
        principal, at = self._access.principal, self._now()
        with self._database.writing() as session:
            found = emergency.get(session, id)
            if found.reviewed_at:
                raise BadInput("This access was reviewed already.")
            others = [
                account
                for account in accounts.every(session)
                if account.standing.active
                and account.principal.role is Role.ADMINISTRATOR
                and account.principal.user_id != principal.user_id
            ]
            if found.login == principal.login and others:
                raise NotAllowed("Your own access is reviewed by another administrator.")
            emergency.sign_off(session, id, comment, user_id=principal.user_id, at=at)
            audit.record(
                session,
                principal,
                "emergency.review",
                object_type="emergency_access",
                object_id=id,
                at=at,
            )
            return emergency.get(session, id)
