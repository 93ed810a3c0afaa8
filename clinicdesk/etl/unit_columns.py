"""The numbers of a measuring column over a whole file, with whose each is."""

import numpy as np

from clinicdesk.domain.catalog import Concept
from clinicdesk.etl.arrays import Floats, blank, same
from clinicdesk.etl.formats import Formats
from clinicdesk.etl.mapping import MappedMeasure
from clinicdesk.etl.questions import ROWS
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.unit_model import units_to_tell
from clinicdesk.etl.values import numbers

_MOST = 100_000  # numbers that are kept; of more, every second one, and so on


class Collected:
    """Grows with the file. rows: number and text of the first real cells."""

    def __init__(self, measure: MappedMeasure) -> None:
        self.measure = measure
        self.rows: list[tuple[int, str]] = []
        self._values: list[Floats] = []
        self._patients: list[np.ndarray[tuple[int], np.dtype[np.object_]]] = []
        self._step = 1

    def add(self, chunk: Chunk, formats: Formats, whose: int) -> None:
        """Take the numbers of a chunk. whose: the column that names the patients, -1 for none."""
        column = chunk.column(self.measure.column)
        here = np.flatnonzero(~blank(column))
        for at in here[: ROWS - len(self.rows)].tolist():
            self.rows.append((int(chunk.rows[at]), column[at]))
        here = here[:: self._step]
        found = numbers(column[here], lambda cells: formats.decimal(self.measure.header, cells))
        names = chunk.column(whose)[here] if whose >= 0 else same("", len(here))
        self._values.append(found.values[found.read])
        self._patients.append(names[found.read])
        if sum(map(len, self._values)) > 2 * _MOST:
            self._thin()

    def together(self) -> tuple[Floats, list[str]]:
        """The numbers and whose they are; nobody's where no column names the patients."""
        values = np.concatenate([np.empty(0), *self._values])
        patients = [name for part in self._patients for name in part.tolist()]
        return values, patients if any(patients) else []

    def _thin(self) -> None:
        self._step *= 2
        values, patients = self.together()
        self._values = [values[::2]]
        self._patients = [np.array(patients or [""] * len(values), dtype=object)[::2]]


def canonical_spelling(concept: Concept, unit: str) -> str:
    """A unit as the detective writes it, "" for one that the concept does not have."""
    said = concept.conversion(unit) if unit else None
    steps = {name: concept.conversion(name) for name in units_to_tell(concept)}
    return next((name for name, step in steps.items() if said and step == said), "")
