"""Every public service method has a rule, and the table is the one we mean (F01, F02)."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from typing import Any

import pytest

import clinicdesk.services
from clinicdesk.domain.roles import Action, Principal, Role, may
from clinicdesk.errors import NotAllowed
from clinicdesk.services.access import Access, action_of
from clinicdesk.services.clinic import Clinic

ADMINISTRATOR, CLINICIAN, NURSE = Role.ADMINISTRATOR, Role.CLINICIAN, Role.NURSE
GOLDEN = {  # written out: a change of the table must be meant
    Action.PATIENTS_LIST: {ADMINISTRATOR, CLINICIAN, NURSE},
    Action.PATIENT_READ: {ADMINISTRATOR, CLINICIAN, NURSE},
    Action.IMPORT: {ADMINISTRATOR, CLINICIAN},
    Action.RISK_ESTIMATE: {ADMINISTRATOR, CLINICIAN},
    Action.REPORT: {ADMINISTRATOR, CLINICIAN},
    Action.STORE_VERIFY: {ADMINISTRATOR},
    Action.ACCOUNTS_MANAGE: {ADMINISTRATOR},
    Action.MODELS_MANAGE: {ADMINISTRATOR},
}


def service_classes() -> Iterator[type]:
    """Every class of the services that is given an `Access`."""
    for module in pkgutil.iter_modules(clinicdesk.services.__path__):
        name = f"clinicdesk.services.{module.name}"
        for _, found in inspect.getmembers(import_module(name), inspect.isclass):
            here = found.__module__ == name
            if here and Access in getattr(found.__init__, "__annotations__", {}).values():
                yield found


def public_methods() -> list[tuple[str, type, Callable[..., Any]]]:
    return [
        (f"{service.__name__}.{name}", service, method)
        for service in service_classes()
        for name, method in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_")
    ]


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


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_table_is_the_golden_one(role: Role, action: Action) -> None:
    assert may(role, action) == (role in GOLDEN[action])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("name", "service", "method"), METHODS, ids=[m[0] for m in METHODS])
def test_the_service_itself_denies(name: str, service: Any, method: Any, role: Role) -> None:
    """F02, below the UI: the guard stands before anything else of the service."""
    bare = service.__new__(service)
    bare._access = Access(Principal(1, "somebody", role))
    assert _denied(method, bare) == (role not in GOLDEN[action_of(method)])


def test_a_closed_session_may_do_nothing() -> None:
    access = Access(Principal(1, "somebody", Role.ADMINISTRATOR))
    access.close()
    for action in Action:
        with pytest.raises(NotAllowed, match="locked"):
            access.require(action)


def test_the_login_is_in_no_repr() -> None:
    assert "somebody" not in repr(Principal(1, "somebody", Role.NURSE))


def _denied(method: Callable[..., Any], bare: Any) -> bool:
    """Whether the guard refused; an object without anything in it fails later, or not at all."""
    try:
        method(bare, *[None] * _required(method))
    except NotAllowed:
        return True
    except Exception:  # noqa: BLE001 - it was let in, and that is the question
        return False
    return False


def _required(method: Callable[..., Any]) -> int:
    parameters = list(inspect.signature(method).parameters.values())[1:]
    positional = (p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
    return sum(p.default is p.empty for p in positional)
