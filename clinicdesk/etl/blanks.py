r"""What a blank cell does to what is known: nothing, unless somebody said that it erases (F33).

`\N` is the cell of a database export that says "there is none". It is read as a blank, and can be
told to erase where an empty cell does not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from clinicdesk.domain.catalog import plain
from clinicdesk.etl.arrays import Ints, Mask
from clinicdesk.etl.mapping import Mapped
from clinicdesk.etl.plan import ERASE, ERASE_NULL, KEEP, Said
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.silver_columns import spoken_of

NULL = r"\N"


@dataclass(frozen=True, slots=True)
class Blanks:
    """What blanks do in one file. spoken: table -> column of the store -> columns of the file.

    answers: what was said for each column of the file.
    """

    spoken: Mapping[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    answers: Sequence[str] = ()

    def without_nulls(self, chunk: Chunk) -> tuple[Chunk, Mapping[int, Mask]]:
        r"""The chunk with blanks for `\N`, and where they were."""
        return chunk.blanked(NULL)

    def erasing(self, table: str) -> frozenset[str]:
        """The columns of the store in which every blank erases."""
        return self._said(table, ERASE)

    def groups(
        self, table: str, at: Ints, nulls: Mapping[int, Mask]
    ) -> Iterator[tuple[Mask, frozenset[str]]]:
        """Which of the records go together, and what blanks erase in them. at: as in `Batch`."""
        always = self.erasing(table)
        places = {
            column: [nulls[source][at] for source in self.spoken[table][column] if source in nulls]
            for column in sorted(self._said(table, ERASE_NULL) | always)
        }
        masks = {c: np.logical_or.reduce(found) for c, found in places.items() if found}
        if not masks:
            yield np.ones(len(at), dtype=bool), always
            return
        patterns = np.array(list(masks.values())).T
        for pattern in np.unique(patterns, axis=0):
            some = {c for c, here in zip(masks, pattern, strict=True) if here}
            yield (patterns == pattern).all(axis=1), always | some

    def _said(self, table: str, answer: str) -> frozenset[str]:
        fields = self.spoken.get(table, {})
        return frozenset(
            column for column, at in fields.items() if any(self.answers[i] == answer for i in at)
        )


def blanks_of(mapped: Mapped, said: Said) -> Blanks:
    """What the plan says of the blanks in this file. said: header -> answer, "" for every one."""
    known = {plain(header): answer for header, answer in said.items()}
    usual = said.get("", KEEP)
    answers = [known.get(plain(header), usual) if header else usual for header in mapped.header]
    return Blanks(spoken_of(mapped), answers)
