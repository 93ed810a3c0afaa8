"""Training rows from a file in the layout of a model's inputs."""

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinicdesk.errors import BadInput
from clinicdesk.models.learned.spec import ModelSpec
from clinicdesk.models.rows import columns_of, features


@dataclass(frozen=True, slots=True)
class Table:
    """x: (n, inputs), NaN for missing.  y: 0/1.  sha256: of the file."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    sha256: str


def read_table(path: Path, spec: ModelSpec) -> Table:
    """Read a training file. Raise `BadInput` naming the column or the row it stops at."""
    content = path.read_bytes()
    reader = csv.DictReader(io.StringIO(_text(path, content)))
    header = reader.fieldnames or ()
    columns = columns_of(spec.inputs, header)
    wanted = {each.name: each.name in columns for each in spec.inputs}
    wanted[spec.outcome_column] = spec.outcome_column in header
    if absent := [name for name, there in wanted.items() if not there]:
        raise BadInput(f"{path.name} lacks columns: {', '.join(absent)}.")
    rows, outcomes = [], []
    for number, row in enumerate(reader, start=1):
        try:
            rows.append([*features(spec.inputs, columns, row).values()])
            outcomes.append(_outcome(spec.outcome_column, row))
        except BadInput as error:
            raise BadInput(f"{path.name}, row {number}: {error}") from None
    x = np.array(rows, dtype=np.float64)
    return Table(x, np.array(outcomes), hashlib.sha256(content).hexdigest())


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not a text file in UTF-8.") from None


def _outcome(column: str, row: dict[str, str]) -> float:
    text = (row[column] or "").strip()
    if text not in ("0", "1"):
        raise BadInput(f"{column} must be 0 or 1.")
    return float(text)
