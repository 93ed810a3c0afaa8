"""What the clinic's dashboards say, of gold as it is, and who is behind each bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from clinicdesk.domain.measure import Filter, Measure, Page
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.etl.measures.counting import Declared, computed, listed
from clinicdesk.etl.measures.declared import declared
from clinicdesk.etl.measures.tables import Tables, filtered
from clinicdesk.services.access import Access, requires
from clinicdesk.services.gold import Gold
from clinicdesk.services.gold_frames import frame_of_table
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage.gold import Table, Words

_COLUMNS = {
    "patient": (
        *("gender", "born", "age_years", "age_true_on", "died", "bmi", "bmi_category"),
        *("heart_rate", "smoker", "risk_level"),
    ),
    "encounter": (
        *("class", "day", "month", "severity", "days", "readmitted", "readmitted_after"),
        "prescriptions",
    ),
    "diagnosis": ("code", "text", "day", "severity"),
    "prescription": ("day",),
}


_WORDS = frozenset({"gender", "bmi_category", "smoker", "risk_level", "class", "code", "text"})


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One page. as_of: the state of the record it is of; None before gold was ever computed."""

    page: Page
    measures: Sequence[Measure]
    as_of: datetime | None
    fresh: bool


class Dashboards:
    """Measures over gold. A closed record is in none of them but for whom it is open."""

    def __init__(
        self, gold: Gold, access: Access, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._gold, self._access = gold, access
        self._zone, self._now = zone, now

    @requires(Action.REPORT)
    def show(self, page: Page, asked: Filter, progress: Progress = SILENT) -> Dashboard:
        """The measures of a page; gold is brought up to date first."""
        self._gold.refresh(progress)
        facts = self._gold.facts()
        tables = filtered(self._tables(), asked, self._today())
        measures = []
        for each in self._of(page):
            progress.raise_if_cancelled()
            measures.append(computed(each, tables))
        return Dashboard(page, measures, facts.built_at, facts.fresh)

    @requires(Action.REPORT)
    def behind(
        self, name: str, label: str, asked: Filter, progress: Progress = SILENT
    ) -> list[PatientId]:
        """The patients of one bar, one for each row that it counts (F84)."""
        progress.raise_if_cancelled()
        tables = filtered(self._tables(), asked, self._today())
        return [PatientId(each) for each in listed(declared()[name], tables, label)]

    def _of(self, page: Page) -> list[Declared]:
        return [each for each in declared().values() if each.definition.page is page]

    def _tables(self) -> Tables[Any]:
        """Gold as dataframes, read each time: a record may have been closed meanwhile."""
        held = (self._gold.table(name, columns) for name, columns in _COLUMNS.items())
        return Tables(*(_frame(*each) for each in zip(held, _COLUMNS.values(), strict=True)))

    def _today(self) -> int:
        day = self._now().astimezone(self._zone).date()
        return day.year * 10_000 + day.month * 100 + day.day


def _frame(table: Table, columns: Sequence[str]) -> Any:
    """The table as a dataframe; one that nobody has a row in has its columns all the same."""
    if table:
        return frame_of_table(table)
    empty = {name: Words(np.zeros(0, np.int32), []) for name in columns if name in _WORDS}
    numbers = {name: np.zeros(0) for name in columns if name not in _WORDS}
    return frame_of_table({"patient_id": np.zeros(0, np.int64), **numbers, **empty})
