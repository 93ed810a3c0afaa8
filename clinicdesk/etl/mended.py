"""The reject file, mended: its lines become the files they came from again (F35)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from clinicdesk.domain.spreadsheet import calculates
from clinicdesk.errors import BadInput
from clinicdesk.etl.picked import File
from clinicdesk.etl.sources import Source, opened, sources

COLUMNS = ("file", "row", "table", "column", "rule", "message", "text")
HEADER = "header"  # the rule of the line that holds a file's own header
_SIGNS = ",;\t"  # what spreadsheets save with


def sources_of(files: Sequence[File]) -> list[Source]:
    """Every file of rows; a reject file gives back the files that its lines came from."""
    return [source for path in sources(files) for source in _mended(path) or [path]]


def _mended(source: Source) -> list[Source]:
    """The files whose rejected lines this reject file holds; none when it is another file."""
    with opened(source) as raw, _text(raw) as file:
        first = file.readline(100).rstrip("\r\n")
        sign = next((s for s in _SIGNS if first == s.join(COLUMNS)), "")
        if not sign:
            return []
        rows = csv.DictReader(file, fieldnames=COLUMNS, delimiter=sign)
        try:
            return [_source(name, lines) for name, lines in _lines(rows).items()]
        except csv.Error:
            raise BadInput(
                f"{source.name} is no longer a reject file: its quotes are broken."
            ) from None


def _lines(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """File -> row number -> line. A line that broke two rules is there once."""
    files: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["file"]:
            files.setdefault(row["file"], {})[row["row"]] = _original(row["text"] or "")
    return files


def _text(raw: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="")


def _original(text: str) -> str:
    return text[1:] if text[:1] == "'" and calculates(text) else text


def _source(name: str, lines: Mapping[str, str]) -> Source:
    raw = "\n".join([*lines.values(), ""]).encode()
    return Source(name, len(raw), lambda: io.BytesIO(raw))  # rejects are few: memory will do


def header_line(header: Sequence[str], delimiter: str) -> str:
    """A file's header as a line of it."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(header)
    return out.getvalue()
