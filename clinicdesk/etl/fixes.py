"""Cells that a person mended before the import: they count, and the file keeps what it said."""

from collections.abc import Iterable, Iterator, Mapping

from clinicdesk.domain.catalog import plain
from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Said
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.sniff import Dialect

WHOLE_LINE = ""  # the header of a fix that is a whole line: of a row that was none


def fix_key(sha256: str, name: str) -> str:
    """What a plan calls a file whose rows it mends; the tables of one file are told apart.

    name: of the table, as `ward.xlsx!Visits`.
    """
    _, sign, table = name.partition("!")
    return f"{sha256}{sign}{table}"


def mended(chunks: Iterable[Chunk], fixes: Mapping[int, Said], dialect: Dialect) -> Iterator[Chunk]:
    """The chunks with what was mended in them. fixes: row -> header -> text."""
    for chunk in chunks:
        here = [row for row in chunk.numbers if row in fixes] if fixes else []
        yield chunk.mended({row: _cells(chunk, row, fixes[row], dialect) for row in here})


def _cells(chunk: Chunk, row: int, fix: Said, dialect: Dialect) -> list[str]:
    cells = chunk.cells(row)
    if WHOLE_LINE in fix:
        cells = next(dialect.reader([fix[WHOLE_LINE]]), [])
    if len(cells) != len(dialect.header):
        raise BadInput(
            f"Row {row} has {len(cells)} columns and the header {len(dialect.header)}: mend the"
            " whole line."
        )
    places = {plain(name): at for at, name in enumerate(dialect.header)}
    for header, text in fix.items():
        if header == WHOLE_LINE:
            continue
        if plain(header) not in places:
            raise BadInput(f"Row {row} was mended in a column {header}, which the file lacks.")
        cells[places[plain(header)]] = text
    return cells
