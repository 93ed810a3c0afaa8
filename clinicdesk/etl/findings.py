"""What the rules found in one chunk, record by record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from clinicdesk.etl.arrays import Ints, Mask, Texts
from clinicdesk.etl.rules import Rule, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule. at: position of the row in its chunk."""

    at: int
    column: str
    rule: Rule
    message: str = field(repr=False)


class Findings:
    """Collects findings for `size` records; `at` are their positions in the chunk."""

    def __init__(self, at: Ints) -> None:
        self._at = at
        self.bad: Mask = np.zeros(len(at), dtype=bool)
        self._errors: dict[int, list[Finding]] = {}
        self.warnings: list[Finding] = []

    def check(
        self,
        broken: Mask,
        rule: Rule,
        column: str | Texts,
        detail: Callable[[int], str] | None = None,
    ) -> None:
        """Note `rule` wherever `broken`; `detail(i)` adds what is particular to record i.

        column: its header, or a header for each record.
        """
        for i in np.flatnonzero(broken).tolist():
            message = f"{rule.message} {detail(i)}" if detail else rule.message
            name = column if isinstance(column, str) else column[i]
            finding = Finding(int(self._at[i]), name, rule, message)
            if rule.severity is Severity.WARNING:
                self.warnings.append(finding)
            else:
                self._errors.setdefault(i, []).append(finding)
        if rule.severity is Severity.ERROR:
            self.bad |= broken

    @property
    def good(self) -> Ints:
        """The records that broke no rule."""
        return np.flatnonzero(~self.bad)

    def rejects(self) -> list[Finding]:
        """One finding a rejected record: the first, with what else is wrong in its message."""
        return [_together(found) for _, found in sorted(self._errors.items())]


def _together(found: Sequence[Finding]) -> Finding:
    first, *others = found
    if not others:
        return first
    more = " ".join(f"Also {other.column}: {other.message}" for other in others)
    return Finding(first.at, first.column, first.rule, f"{first.message} {more}")
