"""The clinic's seniors under each choice of limits: what a choice means before it is made."""

from collections.abc import Callable
from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.roles import Action
from clinicdesk.models.seniors import CODES, Newest, SeniorCounts, counted, letters
from clinicdesk.services.access import Access, requires
from clinicdesk.services.gold import Gold
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage.gold import Column, Words, numbers

_COLUMNS = ("born", "age_years", "age_true_on", "died")


class Seniors:
    """Counts of the living, in whatever records whoever asks may read."""

    def __init__(
        self, access: Access, gold: Gold, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._access, self._gold = access, gold
        self._zone, self._now = zone, now

    @requires(Action.RISK_ESTIMATE)
    def counts(self, progress: Progress = SILENT) -> SeniorCounts:
        """How many each choice of limits flags now, does not, and cannot tell of."""
        now = self._now()
        self._gold.refresh(progress)
        people = self._gold.table("patient", _COLUMNS)
        if not people:
            people = {name: np.zeros(0) for name in ("patient_id", *_COLUMNS)}
        living = np.isnan(numbers(people, "died").astype(np.float64))
        order = np.argsort(numbers(people, "patient_id")[living], kind="stable")
        columns = {name: numbers(people, name)[living][order] for name in people}
        newest = {
            code: _newest(table)
            for code, table in self._gold.features(CODES).items()
            if "text" in table or "value" in table
        }
        ids = columns["patient_id"].astype(np.int64)
        ages = _ages(columns, now.astimezone(self._zone))
        return SeniorCounts(now, counted(ids, ages, newest))


def _newest(table: dict[str, Column]) -> Newest:
    held = table.get("value", table.get("text"))
    values = letters(list(held.texts())) if isinstance(held, Words) else numbers(table, "value")
    ids, at = numbers(table, "patient_id"), numbers(table, "at")
    order = np.argsort(ids, kind="stable")
    return Newest(ids[order], values[order], at[order])


def _ages(people: dict[str, NDArray[np.float64]], now: datetime) -> NDArray[np.float64]:
    """Completed years by the day of birth, else by an age that was written down once."""
    today = now.year * 10_000 + now.month * 100 + now.day
    by_birth = np.floor((today - people["born"]) / 10_000)
    since = np.floor((today - people["age_true_on"]) / 10_000)
    return np.where(np.isnan(by_birth), people["age_years"] + since, by_birth)
