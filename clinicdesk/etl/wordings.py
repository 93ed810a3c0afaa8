"""The words of a file that must be understood, and what they mean (F29).

Whole words of eight languages are known; letters and numbers count as a set (`vocabulary.py`).
What a person said of a word comes before all. `reject` keeps the rows with it out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clinicdesk.etl.arrays import blank
from clinicdesk.etl.mapping import Mapped, MappedMeasure
from clinicdesk.etl.plan import REJECT, Said
from clinicdesk.etl.presets import TablePreset
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.targets import RESULT
from clinicdesk.etl.vocabulary import known_words, letters_of, readings

FIELDS: Mapping[str, Mapping[str, str]] = {
    "patient.gender": {
        "male": "Male",
        "female": "Female",
        "other": "Other",
        "unknown": "Not known",
    },
    "encounter.class": {
        "AMB": "Outpatient",
        "IMP": "Inpatient",
        "EMER": "Emergency",
        "VR": "Telephone or video",
        "HH": "At home",
    },
    "encounter.readmitted": {"1": "Yes", "0": "No"},
}
"""Target -> our words for it, and how people call them."""

TRANSLATED = (f"{RESULT}72166-2",)  # texts that models read: smoking


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a column. meaning: our word, `reject`, or "" where nobody knows it."""

    text: str
    count: int
    meaning: str


@dataclass(frozen=True, slots=True)
class WordColumn:
    """A column of words. choices: our word -> how people call it; none where texts are kept.

    ways: the ways in which letters could be read, where there are several: word -> our word.
    """

    target: str
    header: str
    words: Sequence[Word] = field(repr=False)
    choices: Mapping[str, str]
    ways: Sequence[Mapping[str, str]] = ()

    @property
    def unknown(self) -> Sequence[Word]:
        """The words that a person must decide on before the file is imported."""
        return [word for word in self.words if not word.meaning] if self.choices else []


def with_words(mapped: Mapped, said: Mapping[str, Said], rows: Chunk) -> Mapped:
    """The mapping with what each word means. rows: the beginning of the file."""
    parts = [with_words(part, said, rows) for part in mapped.parts]
    values = {**mapped.table.values, **_values(mapped, said, rows)}
    measures = [_worded(each, said, rows) for each in mapped.measures]
    table = replace(mapped.table, values=values)
    return replace(mapped, table=table, parts=parts, measures=measures)


def columns_of_words(mapped: Mapped) -> dict[str, int]:
    """Target -> column of what must be understood."""
    found = {target: at for part in mapped.parts for target, at in columns_of_words(part).items()}
    named = {_target(mapped.table, name): at for name, at in mapped.fields.items()}
    measured = {f"{RESULT}{m.measure.code}": m.column for m in mapped.measures}
    every = {**found, **named, **measured}
    return {target: at for target, at in every.items() if target in (*FIELDS, *TRANSLATED)}


def word_column(
    target: str, header: str, counts: Counter[str], meanings: Mapping[str, str]
) -> WordColumn:
    """What the words of a column mean. counts: of every distinct one in the file."""
    words = [Word(t, n, meanings.get(t.casefold(), "")) for t, n in counts.most_common()]
    ways = readings(_name(target), counts) if any(not word.meaning for word in words) else ()
    return WordColumn(target, header, words, FIELDS.get(target, {}), ways)


def meanings_of(mapped: Mapped, target: str) -> Mapping[str, str]:
    """Casefolded word -> our word, as the file would be read."""
    for part in (*mapped.parts, mapped):
        for measure in part.measures:
            if f"{RESULT}{measure.measure.code}" == target:
                return measure.measure.meanings
        if any(_target(part.table, name) == target for name in part.fields):
            return part.table.values.get(_name(target), {})
    return {}


def is_meaning(target: str, meaning: str) -> bool:
    """Whether a word may be said to mean that."""
    return meaning == REJECT or meaning in FIELDS.get(target, {meaning: ""})


def _values(mapped: Mapped, said: Mapping[str, Said], rows: Chunk) -> dict[str, dict[str, str]]:
    found = {}
    for name, at in mapped.fields.items():
        target = _target(mapped.table, name)
        if target in FIELDS:
            own = mapped.table.values.get(name, {})
            found[name] = _meanings(target, own, said.get(target, {}), _distinct(rows, at))
    return found


def _meanings(
    target: str, own: Mapping[str, str], said: Said, words: Sequence[str]
) -> dict[str, str]:
    """The preset's words hold, but not its letters where the column has one that it has not."""
    known = known_words(_name(target), words)
    letters = letters_of(words)
    if not letters <= own.keys():
        own = {word: meaning for word, meaning in own.items() if word not in letters}
    answers = {word.casefold(): meaning for word, meaning in said.items()}
    return {**known, **own, **answers}


def _worded(measure: MappedMeasure, said: Mapping[str, Said], rows: Chunk) -> MappedMeasure:
    target = f"{RESULT}{measure.measure.code}"
    if target not in TRANSLATED and target not in said:
        return measure
    words = _distinct(rows, measure.column)
    meanings = _meanings(target, {}, said.get(target, {}), words)
    return replace(measure, measure=replace(measure.measure, meanings=meanings))


def _distinct(rows: Chunk, at: int) -> Sequence[str]:
    column = rows.column(at)
    return sorted(set(column[~blank(column)].tolist()))


_TABLES = {"visit": "encounter", "wide": "observation"}


def _target(table: TablePreset, name: str) -> str:
    if name == "gender":
        return "patient.gender"
    return f"{_TABLES.get(table.target, table.target)}.{name}"


def _name(target: str) -> str:
    return target.removeprefix(RESULT).rpartition(".")[2]


def counted(chunks: Iterable[Chunk], columns: Iterable[int]) -> dict[int, Counter[str]]:
    """Every distinct word of some columns, and how often it is there."""
    counts: dict[int, Counter[str]] = {at: Counter() for at in columns}
    for chunk in chunks:
        for at, known in counts.items():
            column = chunk.column(at)
            known.update(column[~blank(column)].tolist())
    return counts
