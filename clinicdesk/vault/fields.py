"""Read JSON strictly: known fields only, each of its exact shape, one spelling for one value."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
LARGEST_NUMBER = 2**53  # what every JSON reader holds exactly


class Malformed(Exception):
    """Not what ClinicDesk writes."""


def canonical(value: object) -> bytes:
    """The one spelling: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def parse(raw: bytes, longest: int) -> Any:
    """Parse what `canonical` wrote; anything else that JSON would allow is refused."""
    if len(raw) > longest:
        raise Malformed("too long")
    try:
        value = json.loads(raw.decode("ascii"))
        same = canonical(value) == raw
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not same:
        raise Malformed("not canonical")
    return value


def record(value: Any, *names: str) -> Mapping[str, Any]:
    """A JSON object with exactly these fields."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise Malformed("fields")
    return value


def mapping(value: Any, item: Callable[[Any], T]) -> dict[str, T]:
    """A JSON object whose names are not known beforehand."""
    if not isinstance(value, dict):
        raise Malformed("mapping")
    return {name: item(each) for name, each in value.items()}


def number(value: Any, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= LARGEST_NUMBER:
        raise Malformed("number")
    return value


def flag(value: Any) -> bool:
    if type(value) is not bool:
        raise Malformed("flag")
    return value


def text(value: Any, longest: int = 256) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise Malformed("text")
    return value


def octets(value: Any, length: int | None = None, longest: int = 256) -> bytes:
    """Bytes in lower-case hex, of this length if one is given."""
    try:
        found = bytes.fromhex(text(value, 2 * longest))
    except ValueError as error:
        raise Malformed("hex") from error
    if found.hex() != value or length not in (None, len(found)):
        raise Malformed("hex")
    return found


def identity(value: Any) -> str:
    """A random 128-bit id, kept in hex."""
    return octets(value, 16).hex()


def sequence(value: Any, item: Callable[[Any], T], longest: int) -> tuple[T, ...]:
    if not isinstance(value, list) or len(value) > longest:
        raise Malformed("list")
    return tuple(item(each) for each in value)


def row(value: Any, length: int) -> list[Any]:
    """A JSON list of this length, one meaning a place."""
    if not isinstance(value, list) or len(value) != length:
        raise Malformed("row")
    return value


def one_of(value: Any, kind: Callable[[str], T]) -> T:
    """A member of an enumeration."""
    try:
        return kind(text(value))
    except ValueError as error:
        raise Malformed("unknown word") from error
