"""What a file does not tell and a person must: never guessed, asked with real rows (F25, F26)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ROWS = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. readings: how each of the question's rows would be read."""

    answer: str
    meaning: str
    readings: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """kind: encoding, date-order, decimal or unit.  column: its header, "" for a whole file.

    rows: number and text of up to five real cells.  option: how the shell says the answer.
    """

    kind: str
    file: str
    column: str
    words: str
    choices: Sequence[Choice]
    rows: Sequence[tuple[int, str]] = field(repr=False)
    option: str = ""

    def as_json(self) -> Mapping[str, Any]:
        """The question for scripts."""
        return {
            "kind": self.kind,
            "file": self.file,
            "column": self.column,
            "question": self.words,
            "rows": [{"row": row, "text": text} for row, text in self.rows],
            "choices": [
                {"answer": c.answer, "meaning": c.meaning, "readings": list(c.readings)}
                for c in self.choices
            ],
            "option": self.option,
        }
