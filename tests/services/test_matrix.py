"""Role by method, called below the UI, against the table we mean (F01, F02, F07).

golden/matrix.txt has a line for every public method of every service: `yes`, `fresh` where the
password must have been typed within five minutes, `-` where the role is refused. A change of it
is a change of who may do what: `python -m tests.services.test_matrix` writes it anew, and whoever
commits it has read the difference.
"""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.domain.roles import Action, Principal, Role
from clinicdesk.errors import NotAllowed
from clinicdesk.services.access import Access, ReauthenticationNeeded, action_of
from clinicdesk.services.clinic import Clinic
from tests.services.reflection import public_methods, service_classes

GOLDEN = Path(__file__).parent / "golden" / "matrix.txt"
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
METHODS = public_methods()


def test_everything_a_clinic_offers_is_a_guarded_service() -> None:
    """F01: nothing slips past the reflection by not being called a service."""
    guarded = {service.__name__ for service in service_classes()}
    offered = {
        inspect.formatannotation(held.func.__annotations__["return"]).strip("'").split(".")[-1]
        for _, held in inspect.getmembers(Clinic)
        if isinstance(held, cached_property)
    }
    assert offered
    assert offered <= guarded


@pytest.mark.parametrize(("name", "service", "method"), METHODS, ids=[m[0] for m in METHODS])
def test_every_public_method_has_a_rule(name: str, service: type, method: Any) -> None:
    assert isinstance(action_of(method), Action)


def test_every_cell_is_the_golden_one() -> None:
    """F02: the services themselves, not the table, are asked."""
    assert _matrix() == GOLDEN.read_text(encoding="utf-8")


def _matrix() -> str:
    lines = [_line("method", [role.value for role in Role])]
    lines += [_line(name, [_cell(*held, role) for role in Role]) for name, *held in METHODS]
    return "".join(f"{line}\n" for line in lines)


def _line(name: str, cells: list[str]) -> str:
    return (f"{name:<32}" + "".join(f"{cell:<14}" for cell in cells)).rstrip()


def _cell(service: Any, method: Callable[..., Any], role: Role) -> str:
    if not _let_in(service, method, role, NotAllowed, after=timedelta()):
        return "-"
    later = _let_in(service, method, role, ReauthenticationNeeded, after=timedelta(minutes=6))
    return "yes" if later else "fresh"


def _let_in(
    service: Any,
    method: Callable[..., Any],
    role: Role,
    refusal: type[NotAllowed],
    after: timedelta,
) -> bool:
    """Whether the guard lets the role in; an object with nothing in it fails later on, if so."""
    instants = iter([AT])
    bare = service.__new__(service)
    bare._access = Access(Principal(1, "somebody", role), now=lambda: next(instants, AT + after))
    try:
        method(bare, *[None] * _required(method))
    except refusal:
        return False
    except NotAllowed:
        raise
    except Exception:  # noqa: BLE001 - it was let in, and that is the question
        return True
    return True


def _required(method: Callable[..., Any]) -> int:
    parameters = list(inspect.signature(method).parameters.values())[1:]
    positional = (p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
    return sum(p.default is p.empty for p in positional)


if __name__ == "__main__":
    GOLDEN.write_text(_matrix(), encoding="utf-8")
