"""What was said of a file's layout, kept for the next file of the same layout (F38).

A template knows its file by the fingerprint of its header. Where the layout changed it says what
vanished and what is new, and is never applied to such a file without a yes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from clinicdesk.domain.catalog import plain
from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan, Said

ALIKE = 0.6  # of all columns of both layouts, for a template to be offered
_KEPT = ("preset", "encoding", "system", "date_order", "decimal", "units", "words", "blanks")
_SAID_OF_COLUMNS = ("date_order", "decimal", "units", "blanks")


@dataclass(frozen=True, slots=True)
class Template:
    """header: of the file it was made from.  columns: header -> target.  said: parts of a plan.

    It holds no rows: neither people nor corrections of single cells.
    """

    header: Sequence[str]
    columns: Said
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.header)

    def as_json(self) -> str:
        """The template as text, for the store or another clinic."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Template":
        """The template that `as_json` wrote; raise `BadInput` for anything else."""
        try:
            known = json.loads(text)
            template = cls(tuple(known["header"]), dict(known["columns"]), dict(known["said"]))
            Plan(**template.said)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise BadInput("This is no template of an import.") from None
        if not set(template.said) <= set(_KEPT) or not all(map(_is_text, template.header)):
            raise BadInput("This is no template of an import.")
        return template


@dataclass(frozen=True, slots=True)
class Difference:
    """How a file's layout differs from a template's. vanished, new: headers."""

    vanished: Sequence[str] = ()
    new: Sequence[str] = ()

    @property
    def same(self) -> bool:
        return not self.vanished and not self.new

    def words(self) -> list[str]:
        """The differences, for people."""
        gone = [f"The column {name} vanished." for name in self.vanished]
        return [*gone, *(f"The column {name} is new." for name in self.new)]


def fingerprint(header: Sequence[str]) -> str:
    """What files of one layout share, in whatever order, case and spacing their columns are."""
    names = sorted(plain(name) or name for name in header)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def template_of(header: Sequence[str], file: str, plan: Plan) -> Template:
    """What a plan says of one of its files."""
    said = {name: value for name in _KEPT if (value := getattr(plan, name))}
    return Template(tuple(header), dict(plan.columns.get(file, {})), said)


def difference(template: Template, header: Sequence[str]) -> Difference:
    """What vanished from a layout, and what is new in it."""
    before, now = {plain(n): n for n in template.header}, {plain(n): n for n in header}
    vanished = [name for key, name in before.items() if key not in now]
    return Difference(vanished, [name for key, name in now.items() if key not in before])


def likeness(template: Template, header: Sequence[str]) -> float:
    """The part of all columns that both layouts have, 0 to 1."""
    before, now = {plain(n) for n in template.header}, {plain(n) for n in header}
    return len(before & now) / max(len(before | now), 1)


def applied(plan: Plan, file: str, header: Sequence[str], template: Template) -> Plan:
    """The plan with what the template says of a file; what the plan says itself stands.

    What the template says of a column that vanished is left out.
    """
    present = {plain(name) for name in header}
    columns = {name: t for name, t in template.columns.items() if plain(name) in present}
    said = {name: _merged(template.said[name], getattr(plan, name)) for name in template.said}
    for name in _SAID_OF_COLUMNS:
        if name in said:
            said[name] = {c: a for c, a in said[name].items() if not c or plain(c) in present}
    own = {**columns, **plan.columns.get(file, {})}
    return replace(plan, **said, columns={**plan.columns, **({file: own} if own else {})})


def _merged(ours: Any, theirs: Any) -> Any:
    """What the plan says comes before what the template says, word by word."""
    if isinstance(ours, str):
        return theirs or ours
    inner = {
        key: {**ours.get(key, {}), **value} if isinstance(value, Mapping) else value
        for key, value in theirs.items()
    }
    return {**ours, **inner}


def _is_text(value: object) -> bool:
    return isinstance(value, str)
