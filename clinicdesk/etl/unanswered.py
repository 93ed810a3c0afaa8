"""The questions that a file leaves: each with real rows and how they would be read."""

from calendar import month_abbr
from collections.abc import Callable, Iterator, Mapping, Sequence

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.units import normal_unit
from clinicdesk.etl.arrays import blank
from clinicdesk.etl.files import TableFile
from clinicdesk.etl.formats import COMMA, DMY, MDY, POINT, Formats, Kind
from clinicdesk.etl.mapping import MappedMeasure
from clinicdesk.etl.questions import ROWS, Choice, Question
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.records.kinds import BY_VALUE

_WORDS = {
    Kind.DATE_ORDER: "Does the day or the month come first? Nothing in the file tells.",
    Kind.DECIMAL: "Does the sign stand before decimals or between thousands? Nothing tells.",
}
_ANSWERS: Mapping[Kind, Sequence[tuple[str, str]]] = {
    Kind.DATE_ORDER: ((DMY, "the day first"), (MDY, "the month first")),
    Kind.DECIMAL: ((POINT, "a point before decimals"), (COMMA, "a comma before decimals")),
}


def questions_of(file: TableFile, formats: Formats) -> list[Question]:
    """What a person must say before every row of the file can be read."""
    chunk = file.first_rows()
    return [*_open(file, formats, chunk), *_units(file, chunk)]


def _open(file: TableFile, formats: Formats, chunk: Chunk) -> Iterator[Question]:
    for kind in Kind:
        for column, cells in formats.open_cells(kind).items():
            rows = _rows(chunk, list(file.dialect.header).index(column), cells)
            choices = [
                Choice(answer, words, [_READINGS[kind](text, answer) for _, text in rows])
                for answer, words in _ANSWERS[kind]
            ]
            option = f"--{kind.value} {column}="
            yield Question(kind, file.source.name, column, _WORDS[kind], choices, rows, option)


def _rows(chunk: Chunk, at: int, cells: Sequence[str]) -> list[tuple[int, str]]:
    """The cells with their row numbers; 0 for one that lies beyond the beginning of the file."""
    column = chunk.column(at).tolist()
    return [(int(chunk.rows[column.index(c)]) if c in column else 0, c) for c in cells]


def _units(file: TableFile, chunk: Chunk) -> Iterator[Question]:
    """One question for each column of numbers whose unit nobody says and the values cannot tell."""
    if file.mapped is None:
        return
    for measure in file.mapped.every_measure:
        if not measure.unit and measure.unit_column < 0 and (choices := _unit_choices(measure)):
            column = chunk.column(measure.column)
            some = (~blank(column)).nonzero()[0][:ROWS].tolist()
            if not some:
                continue
            rows = [(int(chunk.rows[at]), str(column[at])) for at in some]
            words = "In which unit are these values? Nothing in the file tells."
            option = f"--unit {measure.header}="
            name = file.source.name
            yield Question("unit", name, measure.header, words, choices, rows, option)


def _unit_choices(measure: MappedMeasure) -> list[Choice]:
    concept = catalog().by_code(measure.measure.code)
    if concept is None or measure.measure.words or concept.unitless or concept.code in BY_VALUE:
        return []
    other = [unit for unit in concept.conversions if unit != normal_unit(concept.unit)]
    return [Choice(unit, unit) for unit in (concept.unit, *other)]


def _date_reading(text: str, order: str) -> str:
    first, second, rest = text.replace("-", "/").split("/", 2)
    day, month = (first, second) if order == DMY else (second, first)
    return f"{int(day)} {month_abbr[int(month)]} {rest[:4]}"


def _number_reading(text: str, sign: str) -> str:
    other = COMMA if sign == POINT else POINT
    return text.replace(other, "").replace(sign, POINT)


_READINGS: Mapping[Kind, Callable[[str, str], str]] = {
    Kind.DATE_ORDER: _date_reading,
    Kind.DECIMAL: _number_reading,
}
