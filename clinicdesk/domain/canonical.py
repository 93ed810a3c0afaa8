"""Domain values as JSON and back, field by field, in one spelling.

Reading is strict: a field that is missing, unknown or of another type raises `NotCanonical`.
"""

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class NotCanonical(ValueError):
    """Not what `to_json` wrote of this type."""


def to_json(value: object) -> bytes:
    """Write a domain value: sorted names, no spaces, UTF-8."""
    plain = _plain(value)
    return json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def from_json(kind: type[T], text: bytes | bytearray) -> T:
    """Read what `to_json` wrote of a value of this type."""
    try:
        found: T = _read(kind, json.loads(bytes(text)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotCanonical(type(error).__name__) from None
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # an instant is a date too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value


def _read(kind: Any, value: Any) -> Any:
    """Make a value of `kind` of what JSON held."""
    origin = get_origin(kind)
    if isinstance(kind, NewType):
        return _read(kind.__supertype__, value)
    if origin in {Union, types.UnionType}:
        return _read_one_of(get_args(kind), value)
    if origin is not None:
        return _read_many(origin, get_args(kind), value)
    if is_dataclass(kind):
        return _read_dataclass(kind, value)
    return _read_plain(kind, value)


def _read_many(origin: Any, kinds: Sequence[Any], value: Any) -> Any:
    if origin is tuple:
        return _read_tuple(kinds, value)
    if issubclass(origin, Mapping):
        return {name: _read(kinds[1], each) for name, each in _of(dict, value).items()}
    return [_read(kinds[0], each) for each in _of(list, value)]


def _read_one_of(kinds: Sequence[Any], value: Any) -> Any:
    """Of the unions the domain has: something, or nothing."""
    if value is None and types.NoneType in kinds:
        return None
    (kind,) = (each for each in kinds if each is not types.NoneType)
    return _read(kind, value)


def _read_tuple(kinds: Sequence[Any], value: Any) -> Any:
    return tuple(_read(kind, each) for kind, each in zip(kinds, _of(list, value), strict=True))


def _read_dataclass(kind: Any, value: Any) -> Any:
    hints = get_type_hints(kind)
    if _of(dict, value).keys() != {each.name for each in fields(kind)}:
        raise NotCanonical("fields")
    return kind(**{name: _read(hints[name], held) for name, held in value.items()})


def _read_plain(kind: Any, value: Any) -> Any:
    if kind is float:
        return float(_of((int, float), value))
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, date):
        return kind.fromisoformat(_of(str, value))
    return _of(kind, value)


def _of(kind: Any, value: Any) -> Any:
    """The value, if it is of this very type: True is no number here."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise NotCanonical("type")
    return value
