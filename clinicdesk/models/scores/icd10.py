"""Groups of ICD-10 codes (Quan 2005) that the comorbidity indices count."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from clinicdesk.resources import resource

CHARLSON, ELIXHAUSER = "icd10_charlson_quan2005.csv", "icd10_elixhauser_quan2005.csv"

# group: the milder groups it stands for where both were coded
_MILDER = {
    "msld": ("mld",),
    "diabwc": ("diab",),
    "metacanc": ("canc", "solidtum"),
    "diabc": ("diabunc",),
    "hypc": ("hypunc",),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One comorbidity: its codes by how they begin, its weight in each index."""

    name: str
    prefixes: tuple[str, ...]
    weights: Mapping[str, int]

    def holds(self, code: str) -> bool:
        """Whether a plain code belongs; it may belong to several groups."""
        return code.startswith(self.prefixes)


@cache
def groups(table: str) -> Sequence[Group]:
    """The groups of a published list, in its order."""
    with resource("catalog", table).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = dict.fromkeys(row["group"] for row in rows)
    return tuple(_group(name, [row for row in rows if row["group"] == name]) for name in names)


def _group(name: str, rows: Sequence[Mapping[str, str]]) -> Group:
    weights = {
        column.removeprefix("w_"): int(weight)
        for column, weight in rows[0].items()
        if column.startswith("w_")
    }
    return Group(name, tuple(row["prefix"] for row in rows), weights)


def plain(code: str) -> str:
    """A code to compare: upper case, without spaces and the dot."""
    return code.strip().upper().replace(".", "")


def found(table: str, codes: Iterable[str]) -> list[Group]:
    """The groups that the codes belong to, in the order of the list."""
    wanted = [plain(code) for code in codes]
    return [group for group in groups(table) if any(group.holds(code) for code in wanted)]


def weighed(present: Collection[Group], index: str) -> int:
    """The sum of weights; a severe form stands for its mild one."""
    milder = {name for group in present for name in _MILDER.get(group.name, ())}
    return sum(group.weights[index] for group in present if group.name not in milder)
