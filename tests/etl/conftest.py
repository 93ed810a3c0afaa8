"""A desk for every test of the importer."""

from pathlib import Path

import pytest

from clinicdesk.storage.database import Database
from tests.etl.factories import Desk


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(folder, database)
