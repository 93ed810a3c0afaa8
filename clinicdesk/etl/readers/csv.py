"""Read a delimited file: its head for a look, the whole once to check it, then its rows."""

import codecs
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from clinicdesk.errors import BadInput
from clinicdesk.etl.decoding import HEAD
from clinicdesk.etl.readers.rows import LIMIT, Chunk, FieldTooLong, read_rows
from clinicdesk.etl.sniff import Dialect
from clinicdesk.etl.sources import Source, opened

BLOCK = 2 << 20  # characters


@dataclass(frozen=True, slots=True)
class Survey:
    """What reading the whole file once told. lines: physical ones."""

    sha256: str
    lines: int


def survey(source: Source, encoding: str, checkpoint: Callable[[], None]) -> Survey:
    """Hash the whole file and prove that all of it can be decoded. checkpoint: may stop it."""
    digest, lines = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(source) as stream:
        while True:
            checkpoint()
            block = stream.read(BLOCK)
            digest.update(block)
            try:
                lines += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                line = lines + error.object[: error.start].count(b"\n") + 1
                raise _undecodable(source, encoding, line) from None
            if not block:
                return Survey(source.origin or digest.hexdigest(), lines)


def head_of(source: Source) -> bytes:
    """The first bytes."""
    with opened(source) as stream:
        return stream.read(HEAD)


def decoded_head(source: Source, head: bytes, encoding: str) -> str:
    """The head as text; a character cut at its end is left out."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError as error:
        line = head[: error.start].count(b"\n") + 1
        raise _undecodable(source, encoding, line) from None


def head_chunk(head: str, dialect: Dialect, *, whole: bool) -> Chunk:
    """The rows of the file's head alone; what its end cuts is left out."""
    *lines, rest = io.StringIO(head, newline=None).read().split("\n")
    if rest and whole:
        lines.append(rest)
    return read_rows(lines[dialect.skip :], dialect, 1)[0]


def chunks(source: Source, dialect: Dialect) -> Iterator[Chunk]:
    """The rows after the header, in order, some thousands at a time."""
    row, line = 1, dialect.skip + 1
    with opened(source) as raw, io.TextIOWrapper(raw, dialect.encoding) as stream:
        for _ in range(dialect.skip):
            stream.readline()
        waiting: Sequence[str] = ()  # the lines of a row that the last block left open
        try:
            for block in _blocks(stream):
                lines = [*waiting, *block]
                chunk, waiting = read_rows(lines, dialect, row)
                row += chunk.records
                line += len(lines) - len(waiting)
                if sum(map(len, waiting)) > LIMIT:
                    raise FieldTooLong(0)
                yield chunk
        except FieldTooLong as error:
            raise _damaged(source, line + error.line) from None
        if waiting:
            raise _damaged(source, line)


def _blocks(stream: TextIO) -> Iterator[list[str]]:
    """Whole lines, about `BLOCK` characters at a time."""
    rest = ""
    while text := stream.read(BLOCK):
        *lines, rest = f"{rest}{text}".split("\n")
        if lines:
            yield lines
        if len(rest) > BLOCK + LIMIT:
            raise FieldTooLong(0)
    if rest:
        yield [rest]


class Undecodable(BadInput):
    """Some line of the file is not text in the encoding it was taken for."""


def _undecodable(source: Source, encoding: str, line: int) -> Undecodable:
    return Undecodable(
        f"{source.name}, line {line}: this is not {encoding.upper()} text. Save the file as UTF-8,"
        " or name its encoding with --encoding (cp1252 for a Western European spreadsheet)."
    )


def _damaged(source: Source, line: int) -> BadInput:
    return BadInput(
        f"{source.name}, line {line}: a quote is opened and not closed, or a field is longer than"
        f" {LIMIT:,} characters. Correct the line and import again."
    )
