"""Standard output: aligned tables for people, JSON for scripts, and nothing else there."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any


def say(text: str = "") -> None:
    """Write one line, whatever the terminal can show of it."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def json_document(value: Any) -> None:
    """Write one JSON document, indented for the eye."""
    say(json.dumps(value, indent=2))


def json_line(value: Any) -> None:
    """Write one object of a stream."""
    say(json.dumps(value))


def plain(value: Any) -> Any:
    """A domain value as JSON holds it: by field name, dates as text, without row keys.

    Where a value came from is its `source`: the import, the file, the row.
    """
    if is_dataclass(value):
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {_NAMES.get(name, name): held for name, held in named.items() if name not in _KEYS}
    if isinstance(value, list | tuple):
        return [plain(held) for held in value]
    if isinstance(value, dict):
        return {name: plain(held) for name, held in value.items()}
    return value.isoformat() if isinstance(value, date) else value


_NAMES = {"provenance": "source", "class_": "class"}
_KEYS = {"id", "patient_id", "encounter_id"}


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write aligned columns below their titles."""
    lines = [titles, *([shown(cell) for cell in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True))
        say("  ".join(cells).rstrip())


def shown(text: str) -> str:
    """The text without what could move the cursor or turn the line around in a terminal."""
    return "".join("�" if unicodedata.category(c) in _HIDDEN else c for c in text)


_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _width(text: str) -> int:
    """Columns of a terminal: letters of East Asia take two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)
