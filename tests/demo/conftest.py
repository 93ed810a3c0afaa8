"""One small export for all tests of the demonstration clinic."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from clinicdesk.demo.generator import generate

AS_OF = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001 - the clinic's clock


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pd.DataFrame]:
    """The tables of a clinic of 200, as text, without the rows that are dirty on purpose."""
    files = generate(tmp_path_factory.mktemp("export"), as_of=AS_OF)
    return {file.stem: clean(file) for file in files}


def clean(file: Path) -> pd.DataFrame:
    """The file's rows that should arrive: a known patient and our own numbers."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False).drop_duplicates()
    key = table.columns[0]
    dirty = table[key].str.match(r"V-9|RX-9")
    if file.stem == "observations":
        dirty = table.index >= len(table) - 7
    return table[~dirty]
