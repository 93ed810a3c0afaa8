"""What the columns of an unknown file may be: suggestions with a score and a reason (F28).

A name tells most, the cells may contradict it or tell alone, the other columns decide what a name
means that several tables know. Two columns never get one target: the second is left to a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clinicdesk.etl.column_look import Look, look_at, no_look
from clinicdesk.etl.column_names import Named, named
from clinicdesk.etl.column_shape import fitting, telling
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.targets import RESULT, UNIT, is_result, table_of

THRESHOLD = 0.6  # below it a column is left unmapped


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a column may be. score: 0 to 1.  reason: why, for people.  unit: of its name."""

    target: str
    score: float
    reason: str
    unit: str = ""
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column of an unknown file. target: "" where nothing is certain enough.

    others: what else it may be, best first.
    """

    header: str
    target: str
    score: float
    reason: str
    unit: str = ""
    others: Sequence[Candidate] = ()


def suggest(header: Sequence[str], rows: Chunk | None = None) -> list[Suggestion]:
    """One suggestion a column. rows: some of the file; without them the names alone tell."""
    looks = [look_at(rows.column(at)) if rows else no_look() for at in range(len(header))]
    found = [_candidates(name, look) for name, look in zip(header, looks, strict=True)]
    found = [_settled(each, _context(found)) for each in found]
    return _assigned(header, _whole_names(found))


def _candidates(header: str, look: Look) -> list[Candidate]:
    by_name = [_weighed(name, look) for name in named(header)]
    seen = {candidate.target for candidate in by_name}
    by_cells = [Candidate(*told) for told in telling(look) if told[0] not in seen]
    return sorted([*by_name, *by_cells], key=lambda candidate: -candidate.score)


def _weighed(name: Named, look: Look) -> Candidate:
    """What the name says, as far as the cells bear it out."""
    fit = fitting(name.target, look, name.unit)
    score = name.score * (1 + fit.points) if fit.points < 0 else name.score
    bonus = 0.1 * fit.points * (1 - name.score) if fit.points > 0 else 0.0
    reason = " ".join(filter(None, (name.reason, fit.reason)))
    return Candidate(name.target, round(score + bonus, 3), reason, name.unit, name.languages)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the other columns tell. order: the tables, the one the file is mostly about first."""

    order: Sequence[str]
    language: str


def _context(found: Sequence[Sequence[Candidate]]) -> _Context:
    best = [columns[0] for columns in found if columns and columns[0].score >= THRESHOLD]
    spoken = Counter(spoken for c in best if "en" not in c.languages for spoken in c.languages)
    tables: dict[str, float] = {}
    for columns in found:
        rivals = {table_of(c.target) for c in columns if c.score >= THRESHOLD}
        for table in rivals - {"patient"}:
            tables[table] = tables.get(table, 0.0) + 1 / len(rivals) ** 2
    certain = {c[0].target for c in found if c and not _contested(c)}
    order = sorted(tables, key=lambda table: -tables[table])
    return _Context(_by_signs(order, certain), next(iter(dict(spoken.most_common(1))), ""))


def _contested(columns: Sequence[Candidate]) -> bool:
    return len(columns) > 1 and columns[0].score - columns[1].score < 0.05


_SIGNS = (  # columns that only one kind of file has
    ("medication", ("medication.display", "medication.number", "medication.dosage")),
    ("allergy", ("allergy.display", "allergy.reaction")),
    ("observation", ("observation.value",)),
    ("encounter", ("encounter.number", "encounter.ended_at", "encounter.class")),
    ("condition", ("condition.display", "condition.abatement")),
)


def _by_signs(order: Sequence[str], certain: set[str]) -> list[str]:
    signed = [table for table, signs in _SIGNS if certain.intersection(signs)]
    return [*signed, *(table for table in order if table not in signed)]


def _settled(columns: Sequence[Candidate], context: _Context) -> list[Candidate]:
    """The candidates of a column, those first that go with the rest of the file."""

    def rank(candidate: Candidate) -> tuple[float, int, int]:
        table = table_of(candidate.target)
        at = context.order.index(table) if table in context.order else len(context.order)
        own = {"en", context.language}
        foreign = bool(candidate.languages) and own.isdisjoint(candidate.languages)
        return (-round(candidate.score, 1), int(foreign), at)

    return sorted(columns, key=rank)


_PARTS = {"patient.given_name": "patient.family_name", "patient.family_name": "patient.given_name"}


def _whole_names(found: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """`Name` beside `Vorname` is the family name, `Nome` beside `Cognome` the given one."""
    certain = {columns[0].target for columns in found if columns and columns[0].score > 0.9}
    part = next((other for name, other in _PARTS.items() if name in certain), "")
    if not part or part in certain:
        return [list(columns) for columns in found]
    return [
        [_as_part(c, part) if c.target == "patient.name" else c for c in columns]
        for columns in found
    ]


def _as_part(candidate: Candidate, target: str) -> Candidate:
    other = target.partition(".")[2].replace("_", " ")
    return replace(candidate, target=target, reason=f"{candidate.reason} Here it is the {other}.")


def _assigned(header: Sequence[str], found: Sequence[Sequence[Candidate]]) -> list[Suggestion]:
    """The best column of each target gets it; the others are told why not."""
    holders: dict[str, int] = {}
    for at in sorted(range(len(found)), key=lambda at: -_top(found[at])):
        free = next((c for c in found[at] if _takes(c, found[at], holders)), None)
        if free:
            holders[free.target] = at
    return [_suggestion(header, at, columns, holders) for at, columns in enumerate(found)]


def _top(columns: Sequence[Candidate]) -> float:
    return columns[0].score if columns else 0.0


def _takes(candidate: Candidate, columns: Sequence[Candidate], holders: Mapping[str, int]) -> bool:
    """A second best meaning is taken only when it is as good as the best."""
    good = candidate.score >= max(THRESHOLD, _top(columns) - 0.05)
    return good and candidate.target not in holders


def _suggestion(
    header: Sequence[str], at: int, columns: Sequence[Candidate], holders: Mapping[str, int]
) -> Suggestion:
    mine = next((c for c in columns if holders.get(c.target) == at), None)
    if mine:
        others = [c for c in columns if c is not mine]
        return Suggestion(header[at], mine.target, mine.score, mine.reason, mine.unit, others)
    best = columns[0] if columns else None
    if best is None:
        return Suggestion(header[at], "", 0.0, "Nothing known has this name or such values.")
    if best.score >= THRESHOLD and best.target in holders:
        reason = f"{best.reason} But {header[holders[best.target]]} already is that: choose one."
    else:
        reason = f"Not certain enough. {best.reason}"
    return Suggestion(header[at], "", best.score, reason, best.unit, columns)


def by_target(suggestions: Sequence[Suggestion]) -> dict[str, str]:
    """Header -> target of what is certain enough, as a plan says it; no unit without results."""
    found = {each.header: each.target for each in suggestions if each.target}
    given = set(found.values())
    return {h: t for h, t in found.items() if not t.startswith(UNIT) or _results_of(t) in given}


def _results_of(unit: str) -> str:
    return f"{RESULT}{unit.removeprefix(UNIT)}"


def units_of(suggestions: Sequence[Suggestion]) -> dict[str, str]:
    """Header -> the unit that its name carries."""
    return {s.header: s.unit for s in suggestions if s.unit and is_result(s.target)}
