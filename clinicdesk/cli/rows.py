"""Plain rows of a CSV file, for the commands that need no store."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clinicdesk.errors import BadInput


@dataclass(frozen=True, slots=True)
class Rows:
    """The header and the rows below it; row 1 is the first data row."""

    header: list[str]
    rows: list[dict[str, str]]


def read_rows(path: Path) -> Rows:
    """Read a CSV in UTF-8, separated by comma, semicolon or tab.

    Raise `BadInput` for a file that is not there, is empty, is no text or has two columns of one
    name.
    """
    lines = _text(path).splitlines(keepends=True)
    if not any(line.strip() for line in lines):
        raise BadInput(f"{path.name} is empty: it needs a line of column names and rows below.")
    reader = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count))
    header = [name.strip() for name in next(reader)]
    if len(set(header)) < len(header):
        raise BadInput(f"{path.name} has two columns of the same name. Rename one of them.")
    return Rows(header, [*_rows(reader, header)])


def _rows(reader: Iterator[list[str]], header: list[str]) -> Iterator[dict[str, str]]:
    for cells in reader:
        if cells:  # an empty line is no row
            yield dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}.") from None
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not a text file in UTF-8. Save it as CSV UTF-8.") from None
    if "\0" in text:
        raise BadInput(f"{path.name} is not a text file. Save it as CSV UTF-8.")
    return text
