"""Training rows from a file in the layout of a model's inputs."""

import csv
import hashlib
import io
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from clinicdesk.errors import BadInput
from clinicdesk.models.learned.spec import ModelSpec, Table
from clinicdesk.models.rows import columns_of, features


def read_table(path: Path, spec: ModelSpec) -> Table:
    """Read a training file, a CSV or a CSV.xz.

    Raise `BadInput` naming the column or the row it stops at.
    """
    content = path.read_bytes()
    reader = csv.DictReader(io.StringIO(_text(path, content)))
    header = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    columns = columns_of(spec.inputs, header)
    wanted = {each.name: each.name in columns for each in spec.inputs}
    wanted |= {name: name in header for name in _named(spec)}
    if absent := [name for name, there in wanted.items() if not there]:
        raise BadInput(f"{path.name} lacks columns: {', '.join(absent)}.")
    rows, outcomes, people = [], [], []
    for number, row in _of_population(spec, reader):
        try:
            rows.append([*features(spec.inputs, columns, row).values()])
            outcomes.append(_outcome(spec, row))
        except BadInput as error:
            raise BadInput(f"{path.name}, row {number}: {error}") from None
        people.append(row.get(spec.group_column, ""))
    groups = np.unique(people, return_inverse=True)[1] if spec.group_column else None
    x = np.array(rows, dtype=np.float64)
    return Table(x, np.array(outcomes), hashlib.sha256(content).hexdigest(), groups)


def _named(spec: ModelSpec) -> list[str]:
    """The columns that are read beside the inputs."""
    return [*filter(None, (spec.outcome_column, spec.group_column)), *spec.left_out]


def _of_population(
    spec: ModelSpec, rows: Iterator[dict[str, str]]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(rows, start=1):
        if not any(row[column].strip() in texts for column, texts in spec.left_out.items()):
            yield number, row


def _text(path: Path, content: bytes) -> str:
    try:
        return (lzma.decompress(content) if path.suffix == ".xz" else content).decode("utf-8-sig")
    except (UnicodeDecodeError, lzma.LZMAError):
        raise BadInput(f"{path.name} is not a text file in UTF-8.") from None


def _outcome(spec: ModelSpec, row: dict[str, str]) -> float:
    text = (row[spec.outcome_column] or "").strip()
    if spec.outcomes:
        if text not in spec.outcomes:
            raise BadInput(f"{spec.outcome_column} must be {' or '.join(spec.outcomes)}.")
        return spec.outcomes[text]
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{spec.outcome_column} is not a number.") from None
