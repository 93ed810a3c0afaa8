"""Restrict a record to few, and say to whom it is open."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.restriction import Grant, RecordAccess, Restriction
from clinicdesk.domain.roles import Action, may
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.services.access import Access, requires
from clinicdesk.services.wording import said
from clinicdesk.storage import accounts, patients, restrictions
from clinicdesk.storage.accounts import Account
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import Ground, RecordGuard


class Restrictions:
    """Who restricts a record is granted it, and grants it to others, as an administrator may."""

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

    @requires(Action.PATIENT_RESTRICT)
    def restrict(self, patient_id: PatientId, reason: str) -> None:
        """Open the record to oneself alone, and from there to whoever is granted it."""
        reason = said(reason, "a reason")
        with self._guard.deciding(patient_id) as session:
            if patients.get(session, patient_id).summary.restricted:
                raise BadInput("This record is restricted already.")
            user_id, at = self._access.principal.user_id, self._now()
            restrictions.restrict(session, patient_id, reason, user_id=user_id, at=at)
            self._guard.record(session, patient_id, "patient.restrict", at=at)

    @requires(Action.PATIENT_RESTRICT, fresh=True)
    def unrestrict(self, patient_id: PatientId, reason: str) -> None:
        """Open the record to everybody whose role reads records."""
        reason = said(reason, "a reason")
        with self._guard.deciding(patient_id) as session:
            _require_restricted(restrictions.is_restricted(session, patient_id))
            user_id, at = self._access.principal.user_id, self._now()
            restrictions.lift(session, patient_id, reason, user_id=user_id, at=at)
            self._guard.record(session, patient_id, "patient.unrestrict", at=at)

    @requires(Action.PATIENT_READ)
    def restriction(self, patient_id: PatientId) -> Restriction | None:
        """Why the record is restricted, for whom it is open to; None when it is not."""
        with self._guard.reading(patient_id) as session:
            return restrictions.find(session, patient_id)

    @requires(Action.PATIENT_RESTRICT)
    def grants(self, patient_id: PatientId) -> Sequence[Grant]:
        """To whom the restricted record is open."""
        with self._guard.deciding(patient_id) as session:
            return restrictions.grants(session, patient_id)

    @requires(Action.PATIENT_RESTRICT)
    def access(self, patient_id: PatientId) -> RecordAccess:
        """Who may see the record, and to whom it could be opened as well.

        Its reason is for those who see the record: an administrator decides without it.
        """
        with self._guard.asking(patient_id) as session:
            found = restrictions.find(session, patient_id)
            if found and self._guard.ground(session, patient_id) is Ground.NONE:
                found = replace(found, reason="")
            if not self._guard.decides(session, patient_id):
                return RecordAccess(found, decides=False)
            granted = restrictions.grants(session, patient_id) if found else []
            others = _readers(accounts.every(session), {each.login for each in granted})
            return RecordAccess(found, True, granted, others if found else [])

    @requires(Action.PATIENT_RESTRICT, fresh=True)
    def grant(self, patient_id: PatientId, login: str) -> None:
        """Open the restricted record to a colleague as well."""
        with self._guard.deciding(patient_id) as session:
            _require_restricted(restrictions.is_restricted(session, patient_id))
            colleague = _colleague(accounts.find_login(session, login)).principal.user_id
            user_id, at = self._access.principal.user_id, self._now()
            restrictions.grant(session, patient_id, colleague, granted_by=user_id, at=at)
            self._guard.record(
                session, patient_id, "patient.grant", detail={"user": colleague}, at=at
            )

    @requires(Action.PATIENT_RESTRICT)
    def withdraw(self, patient_id: PatientId, login: str) -> None:
        """Close the restricted record to a colleague, or to oneself."""
        with self._guard.deciding(patient_id) as session:
            colleague = _known(accounts.find_login(session, login)).principal.user_id
            restrictions.withdraw(session, patient_id, colleague)
            self._guard.record(
                session,
                patient_id,
                "patient.withdraw",
                detail={"user": colleague},
                at=self._now(),
            )


def _readers(every: Sequence[Account], but: Collection[str]) -> list[AccountName]:
    """Everybody who reads records, but those."""
    return [
        account.name
        for account in every
        if _reads_records(account) and account.principal.login not in but
    ]


def _reads_records(account: Account) -> bool:
    return account.standing.active and may(account.principal.role, Action.PATIENT_READ)


def _require_restricted(restricted: bool) -> None:
    if not restricted:
        raise BadInput("This record is not restricted.")


def _known(account: Account | None) -> Account:
    if account is None:
        raise RecordNotFound("There is no account with this login. Check how it is written.")
    return account


def _colleague(account: Account | None) -> Account:
    account = _known(account)
    if not _reads_records(account):
        raise BadInput("This account does not read records. Choose somebody who treats patients.")
    return account
