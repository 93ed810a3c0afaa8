"""What a computer does to a store: the disk is full (C09)."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.storage import integrity, schema
from clinicdesk.storage.database import Database

KEY = bytes(range(32))

_FILL_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from sqlalchemy import text
from clinicdesk.errors import StoreError
from clinicdesk.storage.database import Database
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = Database(Path(sys.argv[1]), bytes(range(32)))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
done = 0
try:
    while done < 1000:
        with database.writing() as session:
            row = {"n": str(done), "v": "x" * 20_000}
            session.execute(text("INSERT INTO store VALUES (:n, :v)"), row)
        done += 1
except StoreError as error:
    print(error)
with database.reading() as session:
    print(session.scalar(text("SELECT count(*) FROM store")) == done)
database.close()
print(done)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.db"
    database = Database(path, KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
    database.close()
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on a file's size is set by Linux")
def test_a_full_disk_is_said_and_costs_nothing(store: Path) -> None:
    """C09: what was saved stays, reading goes on, and there is room again when there is room."""
    ran = subprocess.run(
        [sys.executable, "-c", _FILL_THE_DISK, store], capture_output=True, text=True, check=True
    )
    words, readable, done = ran.stdout.splitlines()
    assert "disk" in words
    assert readable == "True"
    assert int(done) > 10
    database = Database(store, KEY)
    with database.writing() as session:
        session.execute(text("INSERT INTO store VALUES ('later', 'there is room again')"))
        assert session.scalar(text("SELECT count(*) FROM store")) == int(done) + 1
    integrity.require_authentic_pages(database)
    database.close()
