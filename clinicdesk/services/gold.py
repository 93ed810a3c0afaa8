"""Gold: the tables that models and dashboards read, kept in step with the record.

They are computed anew where a row was deleted or much has changed, else for the patients whose rows
changed. Whoever reads them learns whether they are of now.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.services.gold_build import FEATURE, PER_PATIENT, Build
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, gold, restrictions, silver
from clinicdesk.storage.database import Database
from clinicdesk.storage.gold import BLOCK, Column, GoldState, Rows
from clinicdesk.storage.silver import Marks, State
from clinicdesk.storage.types import from_millis, to_millis

MOST_TOUCHED = 2_000  # patients; computing everything is cheaper from there on


@dataclass(frozen=True, slots=True)
class GoldFacts:
    """built_at: None before the first time.  fresh: whether the record is as it was then."""

    built_at: datetime | None
    fresh: bool
    rows: Mapping[str, int]


class Gold:
    """The computed tables of one store. zone: whose calendar days and months are of."""

    def __init__(
        self, database: Database, access: Access, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._database, self._access = database, access
        self._zone, self._now = zone, now

    @requires(Action.STORE_UPKEEP)
    def facts(self) -> GoldFacts:
        """When the tables were computed, whether that holds, and how many rows they have."""
        with self._database.reading() as session:
            known = gold.state(session)
            rows = {name: gold.count(session, name) for name in (FEATURE, *PER_PATIENT)}
            return GoldFacts(known.built_at, self._is_fresh(session, known), rows)

    @requires(Action.STORE_UPKEEP)
    def refresh(self, progress: Progress = SILENT) -> bool:
        """Bring the tables up to date; return whether anything was to do."""
        with self._database.reading() as session:
            known = gold.state(session)
            if self._is_fresh(session, known):
                return False
            self._build(session, self._touched(session, known), progress)
        return True

    @requires(Action.STORE_UPKEEP)
    def rebuild(self, progress: Progress = SILENT) -> None:
        """Compute everything anew."""
        with self._database.reading() as session:
            self._build(session, None, progress)

    @requires(Action.STORE_VERIFY)
    def verify(self, progress: Progress = SILENT) -> list[str]:
        """Compute everything anew beside what is kept; return the tables where they differ."""
        different: set[str] = set()
        with self._database.reading() as session:
            kept = gold.state(session)
            if not self._is_fresh(session, kept) or kept.built_at is None:
                return ["stale"]

            def compare(made: Sequence[Rows]) -> None:
                wrong = (rows for rows in made if not gold.same(session, rows))
                different.update(f"{rows.name} {rows.part}".strip() for rows in wrong)

            before = to_millis(kept.built_at)
            Build(session, self._zone, before, None, compare, progress).run()
        return sorted(different)

    @requires(Action.RISK_ESTIMATE)
    def features(self, codes: Sequence[str]) -> dict[str, dict[str, Column]]:
        """The newest value of each code and patient: patient_id, value or text, at, observation_id.

        Columns are aligned, patients in order; codes that nobody has are left out. Values are in
        the catalogue's unit, `at` is in ms UTC. Restricted records that are not open to whoever
        asks are not there.
        """
        with self._database.reading() as session:
            closed = self._closed(session)
            read = {code: gold.read(session, FEATURE, part=code) for code in codes}
        return {code: _without(table, closed) for code, table in read.items() if table}

    @requires(Action.REPORT)
    def table(self, name: str, columns: Sequence[str] = ()) -> dict[str, Column]:
        """Columns of patient, encounter, diagnosis or prescription, but of closed records."""
        with self._database.reading() as session:
            wanted = [*dict.fromkeys(("patient_id", *columns))] if columns else ()
            return _without(gold.read(session, name, wanted), self._closed(session))

    def _closed(self, session: State) -> NDArray[np.int64]:
        return np.array(restrictions.closed_to(session, self._access.principal.user_id), np.int64)

    def _is_fresh(self, session: State, known: GoldState) -> bool:
        due = known.due_at is not None and known.due_at < self._now()
        return not due and known.marks == silver.marks(session)

    def _touched(self, session: State, known: GoldState) -> list[int] | None:
        """Patients to compute anew; None for all."""
        due = known.due_at is not None and known.due_at < self._now()
        now = silver.marks(session)
        if known.marks is None or due or known.marks.deleted != now.deleted:
            return None
        return silver.touched(session, known.marks, MOST_TOUCHED)

    def _build(self, session: State, touched: Sequence[int] | None, progress: Progress) -> None:
        now, marks = self._now(), silver.marks(session)
        Build(session, self._zone, to_millis(now), touched, self._write, progress).run()
        due = silver.next_instant(session, to_millis(now))
        last = silver.last_patient(session) // BLOCK
        self._done(now, marks, None if due is None else from_millis(due), last, touched)

    def _write(self, made: Sequence[Rows]) -> None:
        with self._database.writing() as session:
            for rows in made:
                gold.replace(session, rows)

    def _done(
        self,
        now: datetime,
        marks: Marks,
        due: datetime | None,
        last_block: int,
        touched: Sequence[int] | None,
    ) -> None:
        with self._database.writing() as session:
            gold.trim(session, last_block)
            gold.set_state(session, now, due, marks)
            audit.record(
                session,
                self._access.principal,
                "gold.refresh",
                detail={"patients": "all" if touched is None else len(touched)},
                at=self._now(),
            )


def _without(table: dict[str, Column], closed: NDArray[np.int64]) -> dict[str, Column]:
    """The table without the rows of closed records."""
    if not len(closed) or not table:
        return table
    at = np.flatnonzero(~np.isin(gold.numbers(table, "patient_id"), closed))
    return {name: gold.some(column, at) for name, column in table.items()}
