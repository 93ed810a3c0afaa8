"""A model asked for everybody: from gold in one go, where gold has what the model asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.domain.roles import Action
from clinicdesk.errors import UserFacingError
from clinicdesk.models.card import ModelCard
from clinicdesk.models.cohort import (
    Cohort,
    Newest,
    Problems,
    asks_gold_alone,
    enough,
    in_scope,
    matrix,
)
from clinicdesk.models.features import CREATININE, codes_of
from clinicdesk.models.registry import card
from clinicdesk.services.access import Access, requires
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.gold import Gold
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage.gold import Table, Words, numbers

Floats = NDArray[np.float64]

_NUMBERS = "clinicdesk.models.learned.serving:numbers"
_LISTED = "list"  # origin of a diagnosis: the list of problems
_PEOPLE = ("gender", "born", "age_years", "age_true_on", "died")


@dataclass(frozen=True, slots=True)
class CohortNumbers:
    """What a model says of everybody it can say something of.

    numbers: probabilities or amounts.  scope: for whom the model was made.
    unanswered: how many living patients it says nothing of.
    """

    model: str
    version: str
    ids: NDArray[np.int64]
    numbers: Floats
    scope: NDArray[np.bool_]
    unanswered: int


class CohortRisks:
    """Numbers for lists: no reasons, nothing kept."""

    def __init__(
        self,
        access: Access,
        gold: Gold,
        compute: ComputeProcess,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        self._access, self._gold = access, gold
        self._compute, self._zone, self._now = compute, zone, now

    @requires(Action.RISK_ESTIMATE)
    def numbers(self, model: str, progress: Progress = SILENT) -> CohortNumbers:
        """Ask a model of one answer for every living patient whose record is open to who asks.

        Raise `UserFacingError` for a model that gold does not have the inputs of.
        """
        wanted = card(model)
        if not asks_gold_alone(wanted):
            raise UserFacingError(
                f"{wanted.title} is asked for one patient at a time: use --patient MRN."
            )
        self._gold.refresh(progress)
        people = self._people(wanted)
        x = matrix(wanted, people)
        answered = enough(wanted, x)
        found: Floats = self._compute.call(progress, _NUMBERS, model, x[answered])
        return CohortNumbers(
            model,
            wanted.version,
            people.ids[answered],
            found,
            in_scope(wanted, people, x)[answered],
            int((~answered).sum()),
        )

    def _people(self, wanted: ModelCard) -> Cohort:
        """Everybody alive, with what the model asks for."""
        now = self._now().astimezone(self._zone)
        people = self._gold.table("patient", _PEOPLE)
        if not people:
            people = {name: np.zeros(0) for name in ("patient_id", *_PEOPLE)}
        living = np.isnan(numbers(people, "died").astype(np.float64))
        order = np.argsort(numbers(people, "patient_id")[living], kind="stable")
        ids = numbers(people, "patient_id")[living][order].astype(np.int64)
        gender = people["gender"]
        texts = gender.texts() if isinstance(gender, Words) else np.zeros(0, dtype=object)
        tables = self._gold.features(sorted(set(codes_of(wanted))))
        return Cohort(
            ids=ids,
            gender=texts[living][order],
            **{
                name: numbers(people, name)[living][order].astype(np.float64)
                for name in ("born", "age_years", "age_true_on")
            },
            newest={
                code: self._newest(code, table, ids)
                for code, table in tables.items()
                if "value" in table
            },
            problems=_problems(self._gold.table("diagnosis", ("origin", "code", "text")), ids),
            today=now.year * 10_000 + now.month * 100 + now.day,
        )

    def _newest(self, code: str, table: Table, ids: NDArray[np.int64]) -> Newest:
        rows, there = _places(numbers(table, "patient_id"), ids)
        at = numbers(table, "at")[there].astype(np.float64)
        value = numbers(table, "value")[there].astype(np.float64)
        day = _spread(self._days(at), rows, len(ids)) if code == CREATININE else None
        return Newest(_spread(value, rows, len(ids)), _spread(at, rows, len(ids)), day)

    def _days(self, at: Floats) -> Floats:
        """The days of the clinic, 20261120."""
        local = pd.DatetimeIndex(pd.to_datetime(at, unit="ms", utc=True)).tz_convert(self._zone)
        days = local.year * 10_000 + local.month * 100 + local.day
        return np.asarray(days, dtype=np.float64)


def _problems(table: Table, ids: NDArray[np.int64]) -> Problems:
    """The lists of problems; what was the reason of a visit is no problem of the list."""
    if not table:
        return Problems(np.zeros(0, np.int64), np.zeros(0, np.int64), ())
    rows, there = _places(numbers(table, "patient_id"), ids)
    origin, code, text = (_words(table, name) for name in ("origin", "code", "text"))
    listed = (origin.texts() == _LISTED)[there]
    pairs = code.codes[there][listed].astype(np.int64) * len(text.known) + text.codes[there][listed]
    distinct, kind = np.unique(pairs, return_inverse=True)
    kinds = [(code.known[one], text.known[other]) for one, other in _split(distinct, text)]
    return Problems(rows[listed], kind.astype(np.int64), kinds)


def _split(pairs: NDArray[np.int64], text: Words) -> list[tuple[int, int]]:
    return [divmod(int(each), len(text.known)) for each in pairs]


def _words(table: Table, name: str) -> Words:
    column = table[name]
    if not isinstance(column, Words):
        raise TypeError(f"{name} is no column of words")
    return column


def _places(
    owners: NDArray[np.int64], ids: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where in `ids` each owner is, for those that are there, and which are."""
    at = np.minimum(np.searchsorted(ids, owners), max(len(ids) - 1, 0))
    there = ids[at] == owners if len(ids) else np.zeros(len(owners), dtype=bool)
    return at[there], there


def _spread(values: Floats, rows: NDArray[np.int64], size: int) -> Floats:
    column = np.full(size, np.nan)
    column[rows] = values
    return column
