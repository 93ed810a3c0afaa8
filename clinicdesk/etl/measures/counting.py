"""Count, share and average by group, with what is left out and how sure the rest is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
from scipy.special import stdtrit

from clinicdesk.domain.measure import Bar, Definition, Kind, Measure
from clinicdesk.domain.proportions import Share
from clinicdesk.etl.frames import Table, said, surely
from clinicdesk.etl.measures.tables import Tables

Rows: TypeAlias = Table
"""patient_id, key ("" left out); of a share `hit` (missing left out); of a mean `value`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A measure: its words, the rows it counts, and the order of its groups.

    groups: those that are always shown, in order; () for those there are, largest first.
    most: how many groups; the others are not shown, and the rest is said.
    """

    definition: Definition
    rows: Callable[[Tables[Any]], Rows]
    groups: Sequence[str] = ()
    most: int = 12


def computed(declared: Declared, tables: Tables[Any]) -> Measure:
    """The measure over these tables."""
    rows = declared.rows(tables)
    usable = rows.filter(_usable(declared.definition.kind))
    found = {str(row["key"]): row for row in _grouped(declared.definition.kind, usable)}
    names = declared.groups or _largest(found, declared)
    bars = [_bar(declared.definition.kind, name, found.get(name)) for name in names]
    return Measure(declared.definition, bars, len(usable), len(rows) - len(usable))


def listed(declared: Declared, tables: Tables[Any], label: str) -> list[int]:
    """The patients of one bar, one for each row that it counts: as many as it says (F84)."""
    kind = declared.definition.kind
    rows = declared.rows(tables).filter(_usable(kind) & (nw.col("key") == label))
    if kind is Kind.SHARE:
        rows = rows.filter(nw.col("hit") > 0)
    return [int(id) for id in rows.get_column("patient_id").to_list()]


def _usable(kind: Kind) -> nw.Expr:
    """Rows that say what is asked: nothing is guessed for the others."""
    known = said(nw.col("key"))
    if kind is Kind.COUNT:
        return known
    return known & ~nw.col("hit" if kind is Kind.SHARE else "value").is_null()


def _grouped(kind: Kind, rows: Rows) -> list[dict[str, Any]]:
    what = {
        Kind.COUNT: [],
        Kind.SHARE: [nw.col("hit").sum().alias("hits")],
        Kind.MEAN: [nw.col("value").mean().alias("mean"), nw.col("value").std().alias("sd")],
    }[kind]
    grouped = rows.group_by("key").agg(nw.len().alias("n"), *what)
    return list(grouped.iter_rows(named=True))


def _largest(found: dict[str, dict[str, Any]], declared: Declared) -> list[str]:
    """In the order of time for a line; else by size, then by name."""
    if declared.definition.look == "line":
        return sorted(found)
    ranked = sorted(found, key=lambda name: (-found[name]["n"], name))
    return ranked[: declared.most]


def _bar(kind: Kind, label: str, row: dict[str, Any] | None) -> Bar:
    n = int(row["n"]) if row else 0
    if row is None or kind is Kind.COUNT:
        return Bar(label, float(n), n, n if kind is not Kind.SHARE else 0)
    if kind is Kind.SHARE:
        share = Share(int(row["hits"]), n)
        return Bar(label, share.value or 0.0, n, share.count, share.interval)
    mean, sd = float(row["mean"]), row["sd"]
    return Bar(label, mean, n, n, _around(mean, sd, n))


def _around(mean: float, sd: float | None, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a mean by Student's t; None for one value alone."""
    if n < 2 or sd is None or isnan(sd):
        return None
    half = float(stdtrit(n - 1, 0.975)) * sd / sqrt(n)
    return mean - half, mean + half


def as_hit(question: nw.Expr, known: nw.Expr) -> nw.Expr:
    """1 where it is so, 0 where it is not, missing where that is not known."""
    return nw.when(known).then(surely(question).cast(nw.Float64)).otherwise(None)
