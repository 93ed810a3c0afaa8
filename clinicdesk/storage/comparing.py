"""Count the cells of an import while it is loaded: those it has, and those a blank would erase."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.change import Change
from clinicdesk.storage import history
from clinicdesk.storage.database import driver_connection
from clinicdesk.storage.imports import TARGETS, Target, filled
from clinicdesk.storage.trail_tables import ChangeRow

Cell: TypeAlias = tuple[str, str]
"""Table and column."""
_KEY_BESIDE = ("number", "source")  # of prescriptions, which go by whatever unique key they meet
_PAGE = 500  # changes read at a time


class Comparing:
    """Looks at every batch before it is loaded. told: cells with something in them.

    blank: cells of the file that have nothing in them where the record has something.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._driver = driver_connection(session.connection())
        self._floors: dict[str, int] = {}
        self._spoken: dict[str, set[str]] = {}
        self.told: Counter[Cell] = Counter()
        self.blank: Counter[Cell] = Counter()

    def meet(
        self, table: str, columns: Mapping[str, Sequence[Any]], spoken: Collection[str]
    ) -> None:
        """Count the cells of a batch. spoken: the columns of the store that the file fills."""
        if table not in self._floors:
            self._floors[table] = self._last(table)
        target = TARGETS[table]
        if target.whole:
            self.told[table, target.whole[0]] += len(columns["row"])
            return
        self._spoken.setdefault(table, set()).update(spoken)
        for column in spoken:
            self._count(target, column, columns)

    def inserted(self) -> Counter[Cell]:
        """Cells with something in them in the rows that are new."""
        found: Counter[Cell] = Counter()
        for table, floor in self._floors.items():
            target = TARGETS[table]
            for column in target.whole[:1] or sorted(self._spoken.get(table, ())):
                test = "1" if target.whole else filled(target, column, f'"{column}"')
                query = f'SELECT count({test}) FROM "{table}" WHERE id > ?'
                found[table, column] = self._driver.execute(query, (floor,)).fetchone()[0]
        return found

    def changes(self, import_id: int) -> Iterator[Change]:
        """What the import changed in rows that were there before, oldest first."""
        last = 0
        while ids := self._ids_after(import_id, last):
            found = history.with_ids(self._session, self._with_later(ids))
            yield from sorted((c for c in found if c.id in ids), key=lambda change: change.id)
            last = max(ids)

    def _ids_after(self, import_id: int, last: int) -> set[int]:
        mine = (ChangeRow.import_id == import_id) & (ChangeRow.id > last)
        query = select(ChangeRow.id).where(mine).order_by(ChangeRow.id)
        return set(self._session.scalars(query.limit(_PAGE)))

    def _with_later(self, ids: Collection[int]) -> list[int]:
        """These changes and later ones of the same rows: a row is stepped back from now."""
        found = self._driver.execute(_LATER, (json.dumps(sorted(ids)),))
        return [id for (id,) in found]

    def _count(self, target: Target, column: str, columns: Mapping[str, Sequence[Any]]) -> None:
        unknown = (None, "", (target.unknown or {}).get(column, ""))
        blanks = [at for at, value in enumerate(columns[column]) if value in unknown]
        self.told[target.table, column] += len(columns[column]) - len(blanks)
        key = target.key or _KEY_BESIDE
        if blanks and self._floors[target.table]:
            keys = [[columns[name][at] for name in key] for at in blanks]
            self.blank[target.table, column] += self._known(target, column, key, keys)

    def _known(
        self, target: Target, column: str, key: Sequence[str], keys: Sequence[Sequence[Any]]
    ) -> int:
        """In how many of these rows the record has something in the column."""
        table = f'"{target.table}"'
        same = " AND ".join(
            f"{table}.\"{name}\" = json_extract(k.value, '$[{at}]')" for at, name in enumerate(key)
        )
        known = filled(target, column, f'{table}."{column}"')
        query = (
            f"SELECT count({known}) FROM json_each(?1) k JOIN {table} ON {same}"
            f" AND {table}.id <= ?2"
        )
        floor = self._floors[target.table]
        return int(self._driver.execute(query, (json.dumps(keys), floor)).fetchone()[0])

    def _last(self, table: str) -> int:
        query = f'SELECT coalesce(max(id), 0) FROM "{table}"'
        return int(self._driver.execute(query).fetchone()[0])


_LATER = """
SELECT DISTINCT later.id FROM json_each(?1) k JOIN change c ON c.id = k.value
JOIN change later ON later.table_name = c.table_name AND later.row_id = c.row_id
AND later.id >= c.id
"""
