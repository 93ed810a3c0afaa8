"""How a column writes numbers and dates: proved by its own cells, by its file's, or asked.

`12,5` proves a decimal comma and `1,234.5` a decimal point; `1.240` proves nothing. A day above
twelve proves the order of a date; `03/04/2026` proves nothing. What one column cannot prove, the
other columns of its file may: one program wrote them all. What nothing proves is left unread.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from clinicdesk.etl.arrays import Texts
from clinicdesk.etl.questions import ROWS

POINT, COMMA, DMY, MDY, MIXED = ".", ",", "dmy", "mdy", "mixed"
_GROUP = r"[  '’]"  # what groups thousands and decides nothing
_BY_COMMA = re.compile(
    rf"[+-]?(?:\d{{1,3}}(?:\.\d{{3}})+,\d+|\d{{1,3}}(?:\.\d{{3}}){{2,}}|\d{{1,3}}(?:{_GROUP}\d{{3}})+,\d+"
    r"|\d{4,},\d+|0+,\d+|\d*,(?:\d{1,2}|\d{4,}))"
)
_BY_POINT = re.compile(
    rf"[+-]?(?:\d{{1,3}}(?:,\d{{2,3}})+\.\d+|\d{{1,3}}(?:,\d{{3}}){{2,}}"
    rf"|\d{{1,3}}(?:{_GROUP}\d{{3}})+\.\d+"
    r"|\d{4,}\.\d+|0+\.\d+|\d*\.(?:\d{1,2}|\d{4,})|\d+\.|\d*\.?\d+[eE][+-]?\d+)"
)
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_DATE = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2\d{4}(?:[T ].*)?")


ENOUGH = 50  # cells that agree


class Kind(StrEnum):
    """What a column may leave open."""

    DECIMAL = "decimal"
    DATE_ORDER = "date-order"


def decimal_proof(text: str) -> str | None:
    """Return the decimal sign this cell proves; "" when it is open; None when it has none."""
    if "." not in text and "," not in text:
        return None
    if _EITHER.fullmatch(text):
        return ""
    if _BY_COMMA.fullmatch(text):
        return COMMA
    return POINT if _BY_POINT.fullmatch(text) else None


def _order_proof(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    first, second = int(match.group(1)), int(match.group(3))
    if first == second:
        return None  # both readings are one day
    if first > 12 and second > 12:
        return None
    return DMY if first > 12 else MDY if second > 12 else ""


_PROOFS: Mapping[Kind, Callable[[str], str | None]] = {
    Kind.DECIMAL: decimal_proof,
    Kind.DATE_ORDER: _order_proof,
}


@dataclass(slots=True)
class Evidence:
    """What the cells of a column said so far. proofs: answer -> cells.  example: one of each."""

    proofs: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict, repr=False)
    open: list[str] = field(default_factory=list, repr=False)  # the first that prove nothing

    @property
    def verdict(self) -> str:
        """What the cells prove: one answer, `mixed` where they contradict each other, or ""."""
        found = list(+self.proofs)
        return found[0] if len(found) == 1 else MIXED if found else ""


class Formats:
    """The formats of one file's columns. answers: kind -> column ("" for all) -> answer.

    Grows with the file: what a later chunk proves holds for the chunks after it.
    """

    def __init__(self, answers: Mapping[Kind, Mapping[str, str]] | None = None) -> None:
        self._answers = answers or {}
        self._evidence: dict[tuple[Kind, str], Evidence] = {}

    def learn(self, kind: Kind, column: str, cells: Texts) -> None:
        """Look at some cells of a column."""
        if not self._said(kind, column):
            self._look(kind, column, pd.unique(cells))

    def decimal(self, column: str, cells: Iterable[str]) -> str:
        """The decimal sign of these distinct cells: `.`, `,`, `mixed`, or "" when it is open."""
        return self._of(Kind.DECIMAL, column, cells)

    def date_order(self, column: str, cells: Iterable[str]) -> str:
        """The order of these distinct cells: dmy, mdy, `mixed`, or "" when it is open."""
        return self._of(Kind.DATE_ORDER, column, cells)

    def open_cells(self, kind: Kind) -> dict[str, Sequence[str]]:
        """The columns nobody can read for certain -> some cells that can be read two ways."""
        return {
            column: evidence.open
            for (of, column), evidence in self._evidence.items()
            if of is kind and evidence.open and self._decided(kind, column) in ("", MIXED)
        }

    @property
    def settled(self) -> bool:
        """Whether nothing that was seen can be read two ways."""
        return not any(self.open_cells(kind) for kind in Kind)

    def reasons(self) -> dict[tuple[Kind, str], tuple[str, str]]:
        """What was decided, and the cell that proves it."""
        return {
            key: (evidence.verdict, evidence.example[evidence.verdict])
            for key, evidence in self._evidence.items()
            if evidence.verdict in evidence.example
        }

    def _of(self, kind: Kind, column: str, cells: Iterable[str]) -> str:
        if said := self._said(kind, column):
            return said
        self._look(kind, column, cells)
        return self._decided(kind, column)

    def _said(self, kind: Kind, column: str) -> str:
        answers = self._answers.get(kind, {})
        return answers.get(column.casefold(), answers.get("", ""))

    def _look(self, kind: Kind, column: str, cells: Iterable[str]) -> None:
        evidence = self._evidence.setdefault((kind, column), Evidence())
        prove = _PROOFS[kind]
        for cell in cells:
            if evidence.proofs[POINT] > ENOUGH and "," not in cell:
                continue  # a cell with a point alone cannot contradict any more
            proof = prove(cell)
            if proof:
                evidence.proofs[proof] += 1
                evidence.example.setdefault(proof, cell)
            elif proof is not None and len(evidence.open) < ROWS and cell not in evidence.open:
                evidence.open.append(cell)

    def _decided(self, kind: Kind, column: str) -> str:
        if own := self._evidence[kind, column].verdict:
            return own
        others = {e.verdict for (k, _), e in self._evidence.items() if k is kind} - {""}
        return others.pop() if len(others) == 1 and MIXED not in others else ""
