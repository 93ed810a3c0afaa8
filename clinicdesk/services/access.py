"""Who is asking, and may they: one mechanism for every public service method.

A service keeps an `Access` as `self._access` and marks each public method with
`@requires(Action....)`. A method without a rule fails a test; the table is `domain/roles.py`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from clinicdesk.domain.clock import went_back
from clinicdesk.domain.roles import Action, Principal, may
from clinicdesk.errors import NotAllowed
from clinicdesk.services.clock import utc_now
from clinicdesk.services.idle import SESSION

P = ParamSpec("P")
R = TypeVar("R")

FRESH = timedelta(minutes=5)  # for that long a typed password counts as just typed


class ReauthenticationNeeded(NotAllowed):
    """Ask for the password, call `Clinic.reauthenticate` with it, then try the same again."""

    def __init__(self) -> None:
        super().__init__("Type your password again to do this.")


class PasswordChangeNeeded(NotAllowed):
    def __init__(self) -> None:
        super().__init__(
            "This password was set by an administrator. Choose one of your own before anything"
            " else."
        )


class SessionOver(NotAllowed):
    def __init__(self) -> None:
        super().__init__("This session has lasted 12 hours. Lock the store and unlock it again.")


def _tell_nobody(_action: Action) -> None: ...


class Access:
    """What the present person may do; `close()` when they lock or leave.

    must_change: the password is a temporary one; only the own account is open to them.  denied:
    told of every action that their role was refused.
    """

    def __init__(
        self,
        principal: Principal,
        *,
        now: Callable[[], datetime] = utc_now,
        must_change: bool = False,
        denied: Callable[[Action], None] = _tell_nobody,
    ) -> None:
        self.principal = principal
        self.must_change = must_change
        self.is_open = True
        self._now = now
        self._denied = denied
        self._began = self._confirmed_at = now()  # unlocking took the password

    def allows(self, action: Action) -> bool:
        """Whether the table says yes; nobody is told."""
        return may(self.principal.role, action)

    def require(self, action: Action, *, fresh: bool = False) -> None:
        """Raise `NotAllowed` unless the table says yes and the session is in order.

        fresh: the password must have been typed within the last 5 minutes.
        """
        self.require_session()
        if not self.allows(action):
            self._denied(action)
            raise NotAllowed(f"A {self.principal.role} may not do this ({action}).")
        if self.must_change and action is not Action.OWN_ACCOUNT:
            raise PasswordChangeNeeded
        if fresh and not _within(FRESH, self._confirmed_at, self._now()):
            raise ReauthenticationNeeded

    def require_session(self) -> None:
        """Raise `NotAllowed` when the session was closed or is over."""
        if not self.is_open:
            raise NotAllowed("ClinicDesk is locked. Unlock it first.")
        if not _within(SESSION, self._began, self._now()):
            raise SessionOver

    def confirm(self) -> None:
        """The password was typed again, and was right."""
        self._confirmed_at = self._now()

    def close(self) -> None:
        self.is_open = False


class Guarded(Protocol):
    _access: Access


S = TypeVar("S", bound=Guarded)


def requires(
    action: Action, *, fresh: bool = False
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Let the method run only for a person who may do `action`; fresh: who just proved it."""

    def guard(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(method)
        def guarded(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
            self._access.require(action, fresh=fresh)
            return method(self, *args, **kwargs)

        guarded.__action__ = action  # type: ignore[attr-defined] # read by the reflection test
        return cast(Callable[Concatenate[S, P], R], guarded)

    return guard


def action_of(method: Callable[..., Any]) -> Action | None:
    """The action a method requires, None for one without a rule."""
    return getattr(method, "__action__", None)


def _within(span: timedelta, began: datetime, now: datetime) -> bool:
    return now - began < span and not went_back(began, now)
