"""What a row would say without some imports: worked out from the changes that it kept.

A row's past is a line of states. Each state but the first was made by a person, by an import or by
an undo. Without an import, what it changed says again what the newest of the others made of it;
what a person or another import changed since stands.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

_PROVENANCE = ("file_id", "row")
READ_AGAIN = "Read again from the imported files"
UNDO_REASON = "'Import ' || import_id || ' undone'"
Row = Mapping[str, Any]


def undo_reason(import_id: int) -> str:
    """What the history says of changes that an undo made; `UNDO_REASON` says it in SQL."""
    return f"Import {import_id} undone"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a row. import_id: of the import that made it, None for a person's.

    is_echo: an undo made it, or files that were read again: what others said came to bear.
    before: the columns that changed, as they were.
    """

    import_id: int | None
    is_echo: bool
    before: Row = field(repr=False)


@dataclass(frozen=True, slots=True)
class Past:
    """now: what the row says.  steps: its changes, oldest first.  maker: the import that made it,
    None for a person."""

    now: Row = field(repr=False)
    steps: Sequence[Step]
    maker: int | None

    def edited(self) -> bool:
        """Whether a person changed it."""
        return any(step.import_id is None for step in self.steps)

    def stands_without(self, undone: Collection[int]) -> bool:
        """Whether anybody but these imports made or changed it."""
        others = any(_stands(step, undone) for step in self.steps)
        return others or self.maker is None or self.maker not in undone

    def without(self, undone: Collection[int], together: Sequence[str]) -> dict[str, Any]:
        """What the row would say; only the columns that would say something else.

        together: columns that are one value and its unit.
        """
        states = self._states()
        groups = [tuple(together), _PROVENANCE]
        rest = {name for step in self.steps for name in step.before}
        rest -= {name for group in groups for name in group}
        values: dict[str, Any] = {}
        for group in [*groups, *((name,) for name in sorted(rest))]:
            source = states[self._newest(group, undone)]
            values |= {name: source[name] for name in group if name in source}
        return {name: value for name, value in values.items() if value != self.now[name]}

    def _newest(self, group: Sequence[str], undone: Collection[int]) -> int:
        """The number of the state that has the newest word on these columns."""
        for at in range(len(self.steps), 0, -1):
            step = self.steps[at - 1]
            if _stands(step, undone) and any(name in step.before for name in group):
                return at
        return 0

    def _states(self) -> list[Row]:
        """What the row said, oldest first; the last is now."""
        states = [self.now]
        for step in reversed(self.steps):
            states.append({**states[-1], **step.before})
        return states[::-1]


def _stands(step: Step, undone: Collection[int]) -> bool:
    return not step.is_echo and (step.import_id is None or step.import_id not in undone)


def pasts(
    driver: sqlcipher.Connection, table: str, ids: Sequence[int], import_of: Mapping[int, int]
) -> Iterator[Past]:
    """The pasts of some rows. import_of: file -> the import that read it."""
    wanted = json.dumps(list(ids))
    steps: dict[int, list[Step]] = {}
    for row_id, import_id, reason, before in driver.execute(_STEPS, (table, wanted)):
        echoes = import_id is not None and reason in (undo_reason(import_id), READ_AGAIN)
        steps.setdefault(row_id, []).append(Step(import_id, echoes, json.loads(before)))
    found = driver.execute(
        f'SELECT * FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))', (wanted,)
    )
    names = [column[0] for column in found.description]
    for values in found.fetchall():
        now = dict(zip(names, values, strict=True))
        mine = steps.get(now["id"], [])
        file_id = next((s.before["file_id"] for s in mine if "file_id" in s.before), now["file_id"])
        yield Past(now, mine, import_of.get(file_id))


_STEPS = """
SELECT row_id, import_id, reason, before FROM change
WHERE table_name = ?1 AND row_id IN (SELECT value FROM json_each(?2)) ORDER BY row_id, version
"""
