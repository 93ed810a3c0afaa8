"""Cut a text stream into blocks that end where a row ends, whatever stands in quotes."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

BLOCK = 2 << 20  # characters
LIMIT = 1 << 20  # characters of one field, and of what may wait for a closing quote
csv.field_size_limit(LIMIT)


def blocks(stream: TextIO, delimiter: str) -> Iterator[str]:
    """Whole rows, about `BLOCK` characters at a time."""
    waiting = ""
    while text := stream.read(BLOCK):
        waiting += text
        cut = _row_end(waiting)
        if not cut and len(waiting) > BLOCK + LIMIT:
            cut = _parsed_row_end(waiting, delimiter)
        if cut:
            yield waiting[:cut]
            waiting = waiting[cut:]
    if waiting:
        yield waiting


def _row_end(text: str) -> int:
    """The end of the last line before which all quotes are paired, 0 when there is none."""
    cut = text.rfind("\n") + 1
    odd = text.count('"', 0, cut) % 2
    while odd and cut:
        before = text.rfind("\n", 0, cut - 1) + 1
        odd -= text.count('"', before, cut) % 2
        cut = before
    return cut


def _parsed_row_end(text: str, delimiter: str) -> int:
    """The same by parsing: a quote within an unquoted field (5" tube) opens nothing."""
    lines = text.splitlines(keepends=True)  # as the stream reads them: only \n is left
    reader = csv.reader(lines[:-1], delimiter=delimiter)
    ends = [0]
    with suppress(csv.Error):  # before the damage all is whole; it is reported when it is read
        ends.extend(reader.line_num for _ in reader)
    return sum(map(len, lines[: ends[-2] if len(ends) > 1 else 0]))
