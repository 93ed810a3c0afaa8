"""What becomes of the files that others collected to break readers with.

`python -m tests.etl.nasty SHARED/data` writes docs/reading.md: every file, and what became of it.
"""

import csv
import io
import lzma
import re
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clinicdesk.errors import BadInput
from clinicdesk.etl.decoding import written
from clinicdesk.etl.readers.csv import chunks, decoded_head, head_of, survey
from clinicdesk.etl.sniff import Dialect, dialect_of
from clinicdesk.etl.sources import Source

DOCUMENT = Path(__file__).parents[2] / "docs" / "reading.md"


class Outcome(StrEnum):
    """What became of a file."""

    EXACT = "exact"  # header and rows are those of the clean version
    READ = "read"  # every row is one; there is no clean version to hold it to
    TOLD = "told"  # what is no row is told with its number and text, the others are the clean ones
    OTHERWISE = "otherwise"  # nothing is lost, but its table is cut in another way than the clean
    REFUSED = "refused"  # with a reason that a person can act on
    LOST = "lost"  # a letter or digit is gone, or was invented: must not be


@dataclass(frozen=True, slots=True)
class Told:
    """One file as it was read. why: the reason of a refusal."""

    name: str
    outcome: Outcome
    rows: int = 0
    bad: int = 0
    why: str = ""


def told(name: str, raw: bytes, clean: bytes | None = None) -> Told:
    """Read the file as the importer does before any preset is asked."""
    source = Source(name, len(raw), lambda: io.BytesIO(raw))
    try:
        dialect = _dialect(source)
        survey(source, dialect.encoding, lambda: None)
        found = list(chunks(source, dialect))
    except BadInput as reason:
        return Told(name, Outcome.REFUSED, why=str(reason).removeprefix(name).lstrip(":, "))
    width = range(len(dialect.header))
    rows = [row for c in found for row in zip(*(c.column(at) for at in width), strict=True)]
    bad = [one.text for chunk in found for one in chunk.bad]
    kept = Counter[str]()
    for text in (*dialect.titles, *dialect.header, *bad, *(cell for row in rows for cell in row)):
        kept += letters(text)
    if kept != letters(raw.decode(dialect.encoding)):
        return Told(name, Outcome.LOST, len(rows), len(bad))
    return Told(name, _judged([dialect.header, *rows], bad, clean), len(rows), len(bad))


def letters(text: str) -> Counter[str]:
    """The letters and digits of a text: what no reader may lose, whatever it makes of signs."""
    return Counter(re.findall(r"[^\W_]", text))


def _dialect(source: Source) -> Dialect:
    head = head_of(source)
    found = written(source.name, head)
    if found.undecided:
        raise BadInput("its encoding cannot be told and is asked for.")
    text = decoded_head(source, head, found.encoding)
    return dialect_of(source.name, text, found.encoding, lambda _: False)


def _judged(mine: Sequence[Sequence[str]], bad: Sequence[str], clean: bytes | None) -> Outcome:
    if clean is None:
        return Outcome.TOLD if bad else Outcome.READ
    text = io.StringIO(clean.decode(), newline="")
    expected = [tuple(cell.strip() for cell in row) for row in csv.reader(text)]
    same = [tuple(row) for row in mine]
    if same == expected:
        return Outcome.EXACT
    return Outcome.TOLD if bad and set(same) <= set(expected) else Outcome.OTHERWISE


def polluted(data: Path) -> Iterator[tuple[str, bytes, bytes]]:
    """Pollock's files, each with its clean version."""
    archive = data / "nasty_csv" / "pollock_polluted_files.tar.xz"
    with lzma.open(archive) as packed, tarfile.open(fileobj=packed) as tar:
        found: dict[str, dict[str, bytes]] = {"csv": {}, "clean": {}}
        for member in tar:
            folder, name = Path(member.name).parts[-2:] if "/" in member.name else ("", "")
            stream = tar.extractfile(member) if member.isfile() and folder in found else None
            if stream:
                found[folder][name] = stream.read()
    for name, raw in sorted(found["csv"].items()):
        yield name, raw, found["clean"][name]


def collected(data: Path) -> Iterator[tuple[str, bytes]]:
    """frictionless' and csv-spectrum's CSV files, those in zips included."""
    for path in sorted((data / "nasty_csv").rglob("*")):
        name = str(path.relative_to(data / "nasty_csv"))
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                members = [m for m in archive.namelist() if m.endswith((".csv", ".tsv"))]
                yield from ((f"{name}!{member}", archive.read(member)) for member in members)
        elif path.suffix in (".csv", ".tsv"):
            yield name, path.read_bytes()


def _document(data: Path) -> str:
    pollock = [told(*file) for file in polluted(data)]
    others = [told(*file) for file in collected(data)]
    families = Counter((_family(one.name), one.outcome) for one in pollock)
    counts = Counter(one.outcome for one in (*pollock, *others))
    lines = [
        "# What becomes of nasty files",
        "",
        "Made by `python -m tests.etl.nasty`; `tests/etl/test_nasty.py` holds a share of it.",
        "Every letter and digit of a file is found again in a cell, in the header, in a line above",
        "it, or in the text of a row that is told to be none; a file where one is not is `lost`.",
        "",
        "| outcome | files | what it means |",
        "|---|---|---|",
        *(f"| {o} | {counts[o]} | {_MEANINGS[o]} |" for o in Outcome),
        "",
        "## Pollock's polluted files (2,290), by what was done to them",
        "",
        "| pollution | outcome | files |",
        "|---|---|---|",
        *(f"| {family} | {outcome} | {n} |" for (family, outcome), n in sorted(families.items())),
        "",
        "## csv-spectrum and frictionless",
        "",
        "| file | outcome | rows | rows told | reason |",
        "|---|---|---|---|---|",
        *(f"| {t.name} | {t.outcome} | {t.rows} | {t.bad} | {t.why} |" for t in others),
    ]
    return "\n".join(lines) + "\n"


_MEANINGS = {
    Outcome.EXACT: "header and rows equal the clean version, cell by cell",
    Outcome.READ: "every row is one; nobody made a clean version",
    Outcome.TOLD: "rows that are none are told with number and text; the others are clean",
    Outcome.OTHERWISE: "nothing is lost, but cut in another way than the clean version",
    Outcome.REFUSED: "not read, with a reason",
    Outcome.LOST: "something is gone in silence",
}


def _family(name: str) -> str:
    if name.startswith("file_") or name == "source.csv":
        return name.removesuffix(".csv")
    return re.sub(r"\d+", "N", "_".join(name.removesuffix(".csv").split("_")[:3]))


if __name__ == "__main__":
    DOCUMENT.write_text(_document(Path(sys.argv[1])), encoding="utf-8")
