"""Compute gold from the record: everything, or what changed since.

What is read is one state of the record; each table is written in a unit of work of its own, so
that nobody who saves something waits for more than one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw
import numpy as np

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.habits import ALCOHOL, SMOKING
from clinicdesk.etl.frames import Table as Frame
from clinicdesk.etl.frames import frame_of
from clinicdesk.etl.gold import codes
from clinicdesk.etl.gold.diagnoses import diagnoses
from clinicdesk.etl.gold.encounters import encounters
from clinicdesk.etl.gold.newest import newest
from clinicdesk.etl.gold.patients import Known, patients
from clinicdesk.etl.gold.prescriptions import prescriptions
from clinicdesk.services.gold_frames import frame_of_table, table_of
from clinicdesk.services.progress import Progress
from clinicdesk.storage import gold, silver
from clinicdesk.storage.gold import BLOCK, Rows, Table, numbers, some
from clinicdesk.storage.silver import State

Write: TypeAlias = Callable[[Sequence[Rows]], None]
"""Put rows in the place of what their blocks had, in one unit of work."""

FEATURE, PATIENT, ENCOUNTER = "feature", "patient", "encounter"
DIAGNOSIS, PRESCRIPTION = "diagnosis", "prescription"
PER_PATIENT = (PATIENT, ENCOUNTER, DIAGNOSIS, PRESCRIPTION)
_ENOUGH = 500_000  # newest values in memory before they are put together
_ASKED = {  # by the table of patients
    "bmi": codes.BMI,
    "weight": codes.WEIGHT,
    "height": codes.HEIGHT,
    "heart_rate": codes.HEART_RATE,
    "smoking": SMOKING,
    "alcohol": ALCOHOL,
}


@dataclass(frozen=True, slots=True)
class Build:
    """One computing of gold. before: ms UTC; what is dated later is not known yet.

    touched: row ids of patients, in order; None for everybody.
    """

    session: State
    zone: ZoneInfo
    before: int
    touched: Sequence[int] | None
    write: Write
    progress: Progress

    def run(self) -> None:
        """Compute and write every table."""
        asked = self._features()
        for place, block in enumerate(self.blocks):
            self.progress.raise_if_cancelled()
            done = 0.5 + 0.5 * place / len(self.blocks)
            self.progress.report(done, "Preparing tables for models and charts")
            self._tables(asked, block)

    @property
    def blocks(self) -> Sequence[int]:
        if self.touched is None:
            return range(silver.last_patient(self.session) // BLOCK + 1)
        return sorted({patient // BLOCK for patient in self.touched})

    def _features(self) -> dict[str, Frame]:
        """Write the newest value of every code; return those that the patients' table asks for."""
        asked: dict[str, Frame] = {}
        for wanted, words in ((codes.numbers(catalog()), False), (codes.words(catalog()), True)):
            found = table_of(_newest_of(self._measured(wanted, words=words)))
            made = {
                code: self._with_the_others(mine, code)
                for code, mine in zip(wanted, _by_code(found, len(wanted)), strict=True)
            }
            self.write([Rows(FEATURE, code, mine, self.blocks) for code, mine in made.items()])
            asked |= {c: frame_of_table(made[c]) for c in wanted if c in _ASKED.values()}
        return asked

    def _measured(self, wanted: Sequence[str], *, words: bool) -> Iterator[Frame]:
        for columns in silver.measured(
            self.session, wanted, self.before, words=words, patients=self.touched
        ):
            self.progress.raise_if_cancelled()
            yield frame_of(columns)

    def _with_the_others(self, mine: Table, code: str) -> Table:
        """What was computed, and what is kept of the untouched patients of the same blocks."""
        if self.touched is None:
            return mine
        kept = gold.read(self.session, FEATURE, part=code, blocks=self.blocks)
        if not kept:
            return mine
        others = frame_of_table(kept).filter(~nw.col("patient_id").is_in(self.touched))
        every = nw.concat([others.select(*mine), frame_of_table(mine)])
        return table_of(every.sort("patient_id"))

    def _tables(self, asked: dict[str, Frame], block: int) -> None:
        span = block * BLOCK, block * BLOCK + BLOCK - 1
        people = frame_of(silver.people(self.session, *span))
        medications = frame_of(silver.medications(self.session, *span))
        visits = frame_of(silver.visits(self.session, *span))
        mine = nw.col("patient_id").is_between(*span)
        known = Known(**{name: asked[code].filter(mine) for name, code in _ASKED.items()})
        came = encounters(visits, people, medications, str(self.zone))
        listed = frame_of(silver.conditions(self.session, *span))
        tables = {
            PATIENT: patients(people, known),
            ENCOUNTER: came.sort("patient_id", "started_at", "encounter_id"),
            DIAGNOSIS: diagnoses(listed, came),
            PRESCRIPTION: prescriptions(medications),
        }
        self.write([Rows(name, "", table_of(frame), [block]) for name, frame in tables.items()])


def _newest_of(parts: Iterable[Frame]) -> Frame:
    """The newest of all parts; few are in memory at a time."""
    kept: list[Frame] = []
    for part in parts:
        kept.append(newest(part))
        if sum(map(len, kept)) > _ENOUGH:
            kept = [newest(nw.concat(kept))]
    return newest(nw.concat(kept))


def _by_code(found: Table, count: int) -> list[Table]:
    """The newest values of each code, patients in order."""
    place, owner = numbers(found, "code"), numbers(found, "patient_id")
    order = np.lexsort((owner, place))
    ends = np.searchsorted(place[order], np.arange(count + 1))
    names = {"observation_id" if name == "id" else name: name for name in found if name != "code"}
    return [
        {ours: some(found[name], order[start:end]) for ours, name in names.items()}
        for start, end in pairwise(ends)
    ]
