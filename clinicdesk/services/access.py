"""Who is asking, and may they: one mechanism for every public service method.

A service keeps an `Access` as `self._access` and marks each public method with
`@requires(Action....)`. A method without a rule fails a test; the table is `domain/roles.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from clinicdesk.domain.roles import Action, Principal, may
from clinicdesk.errors import NotAllowed

P = ParamSpec("P")
R = TypeVar("R")


class Access:
    """What the present person may do; `close()` when they lock or leave."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self.is_open = True

    def require(self, action: Action) -> None:
        """Raise `NotAllowed` unless the table says yes and the session is open."""
        if not self.is_open:
            raise NotAllowed("ClinicDesk is locked. Unlock it first.")
        if not may(self.principal.role, action):
            raise NotAllowed(f"A {self.principal.role} may not do this ({action}).")

    def close(self) -> None:
        self.is_open = False


class Guarded(Protocol):
    _access: Access


S = TypeVar("S", bound=Guarded)


def requires(
    action: Action,
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Let the method run only for a person who may do `action`."""

    def guard(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(method)
        def guarded(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
            self._access.require(action)
            return method(self, *args, **kwargs)

        guarded.__action__ = action  # type: ignore[attr-defined] # read by the reflection test
        return cast(Callable[Concatenate[S, P], R], guarded)

    return guard


def action_of(method: Callable[..., Any]) -> Action | None:
    """The action a method requires, None for one without a rule."""
    return getattr(method, "__action__", None)
