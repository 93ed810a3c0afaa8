"""Every public method of every service, found by looking."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import clinicdesk.services
from clinicdesk.services.access import Access


def service_classes() -> Iterator[type]:
    """Every class of the services that is given an `Access`."""
    for module in pkgutil.iter_modules(clinicdesk.services.__path__):
        name = f"clinicdesk.services.{module.name}"
        for _, found in inspect.getmembers(import_module(name), inspect.isclass):
            here = found.__module__ == name
            if here and Access in getattr(found.__init__, "__annotations__", {}).values():
                yield found


def public_methods() -> list[tuple[str, type, Callable[..., Any]]]:
    return sorted(
        (
            (f"{service.__name__}.{name}", service, method)
            for service in service_classes()
            for name, method in inspect.getmembers(service, inspect.isfunction)
            if not name.startswith("_")
        ),
        key=lambda found: found[0],
    )
