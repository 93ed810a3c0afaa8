"""What a computer does to a store: the process is killed, the disk is full (C03, C09)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.storage import integrity, schema
from clinicdesk.storage.database import Database

KEY = bytes(range(32))
KILLS = 6  # some 0.5 s each; the nightly run of a later issue takes thousands

_WRITE_FOR_EVER = """
import os, sys
from pathlib import Path
from sqlalchemy import text
from clinicdesk.storage.database import Database
database = Database(Path(sys.argv[1]), bytes(range(32)))
acknowledged = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)
for batch in range(int(sys.argv[3]), 10**9):
    with database.writing() as session:
        for part in range(5):
            name = f"{batch}.{part}"
            session.execute(text("INSERT INTO store VALUES (:n, :v)"), {"n": name, "v": "x" * 99})
    os.write(acknowledged, f"{batch}\\n".encode())
"""

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


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a word of POSIX")
def test_a_killed_process_loses_nothing_it_was_promised(store: Path, tmp_path: Path) -> None:
    """C03: every acknowledged commit is there, every batch is whole, every page is authentic."""
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    rng = random.Random(3)
    for kill in range(KILLS):
        _write_until_killed(store, acknowledged, first=kill * 10**6, after=rng.uniform(0.02, 0.2))
        promised = {int(line) for line in acknowledged.read_text().split()}
        _require_whole(store, promised)
    assert len(promised) > KILLS


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


def _write_until_killed(store: Path, acknowledged: Path, first: int, after: float) -> None:
    before = acknowledged.stat().st_size
    command = [sys.executable, "-c", _WRITE_FOR_EVER, store, acknowledged, str(first)]
    with subprocess.Popen(command) as child:
        while acknowledged.stat().st_size == before and child.poll() is None:
            time.sleep(0.01)  # until it is at work
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


def _require_whole(store: Path, promised: set[int]) -> None:
    database = Database(store, KEY)
    with database.reading() as session:
        names = [name for (name,) in session.execute(text("SELECT name FROM store"))]
    batches = Counter(int(name.split(".")[0]) for name in names)
    assert promised <= set(batches)
    assert set(batches.values()) == {5}
    integrity.require_authentic_pages(database)
    integrity.require_sound_structure(database)
    database.close()
