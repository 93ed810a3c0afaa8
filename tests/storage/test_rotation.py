"""A database is encrypted anew as a whole, or left as it was (A11, D06)."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.errors import StoreError
from clinicdesk.storage import integrity, replacing, rotation, schema, search
from clinicdesk.storage.database import Database, keyed_connection
from clinicdesk.storage.rotation import encrypt_anew, opens, require_room
from clinicdesk.storage.tables import PatientRow
from tests.conftest import CANARY
from tests.storage.factories import add_observation, add_patient, changing

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed database of the key OLD with two patients."""
    database = Database(tmp_path / "clinic.db", OLD, create=True)
    with database.writing() as session:
        schema.upgrade(session)
        session.execute(text("PRAGMA user_version = 7"))
    first = add_patient(database, "M1", given="Ann")
    add_patient(database, "M2", family="Smith", given="Zoë")
    add_observation(database, first, "8867-4", 72.0)
    database.close()
    return database.path


def test_afterwards_the_new_key_opens_everything_and_the_old_one_nothing(path: Path) -> None:
    before = _rows(path, OLD)
    encrypt_anew(path, OLD, NEW)
    assert (opens(path, OLD), opens(path, NEW)) == (False, True)
    assert _rows(path, NEW) == before
    database = Database(path, NEW)
    integrity.require_authentic_pages(database)
    integrity.require_sound_structure(database)
    with database.reading() as session:
        schema.require_newest(session)
        integrity.require_complete_search(session)
        integrity.require_no_orphans(session)
        assert session.scalar(text("PRAGMA user_version")) == 7
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    database.close()


def test_the_search_and_its_triggers_come_along(path: Path) -> None:
    """The index of FTS5 lives in tables of its own, and triggers keep it in step."""
    encrypt_anew(path, OLD, NEW)
    database = Database(path, NEW)
    assert len(_found(database, "zoe")) == 1
    added = add_patient(database, "M3", given="Zora")
    assert added in _found(database, "zo")
    with changing(database) as session:
        row = session.get(PatientRow, added)
        assert row
        row.given_name = "Berta"
    assert added not in _found(database, "zo")
    assert added in _found(database, "bert")
    database.close()


def test_what_was_only_in_the_log_comes_along(path: Path, tmp_path: Path) -> None:
    """A process that died left its newest rows in the write-ahead log."""
    database = Database(path, OLD)
    add_patient(database, "M9")
    files = {file.name: file.read_bytes() for file in tmp_path.glob("clinic.db*")}
    database.close()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert files["clinic.db-wal"]
    encrypt_anew(path, OLD, NEW)
    assert [row[1] for row in _rows(path, NEW)["patient"]] == ["M1", "M2", "M9"]


def test_nothing_is_left_beside_it_and_nothing_can_be_read(path: Path) -> None:
    encrypt_anew(path, OLD, NEW)
    assert [file.name for file in path.parent.iterdir()] == ["clinic.db"]
    raw = path.read_bytes()
    assert not raw.startswith(b"SQLite format 3")
    assert CANARY.encode() not in raw
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_what_an_earlier_crash_left_is_swept(path: Path) -> None:
    for name in ("clinic.db.new", "clinic.db.new-journal"):
        path.with_name(name).write_bytes(b"half a copy")
    encrypt_anew(path, OLD, NEW)
    assert [file.name for file in path.parent.iterdir()] == ["clinic.db"]


def test_it_waits_for_nobody_who_has_the_file_open(path: Path) -> None:
    """C13: a connection that lived on would write into a file that is not there any more."""
    other = Database(path, OLD)
    with other.reading() as session:
        session.execute(text("SELECT 1"))
    with pytest.raises(StoreError, match="Another program"):
        encrypt_anew(path, OLD, NEW)
    other.close()
    assert opens(path, OLD)


def test_a_full_disk_is_said_before_anything_is_done(path: Path) -> None:
    """D06: 2.2 times the size."""
    size = path.stat().st_size
    require_room(path, lambda _: SimpleNamespace(free=int(2.2 * size) + 1))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"needs 0\.1 MB more free space"):
        encrypt_anew(
            path, OLD, NEW, disk_usage=lambda _: SimpleNamespace(free=int(2.2 * size) - 100_000)
        )
    assert path.read_bytes() == before


def test_a_copy_that_lacks_rows_is_thrown_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "counts", lambda connection: {"patient": id(connection)})
    _require_thrown_away(path, "not the same")


def test_a_damaged_copy_is_thrown_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect_after_damage(file: Path, key: bytes) -> Any:
        if file.name == "clinic.db.new":
            raw = bytearray(file.read_bytes())
            raw[-500] ^= 1
            file.write_bytes(raw)
        return keyed_connection(file, key)

    monkeypatch.setattr(rotation, "keyed_connection", connect_after_damage)
    _require_thrown_away(path, "not the same")


@pytest.mark.parametrize("step", ["flush_file", "os.replace"])
def test_a_disk_that_fails_leaves_the_old_one(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_args: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(f"clinicdesk.storage.replacing.{step}", fail)
    _require_thrown_away(path, "could not be replaced")


def _require_thrown_away(path: Path, words: str) -> None:
    before = _rows(path, OLD)
    with pytest.raises(StoreError, match=words):
        encrypt_anew(path, OLD, NEW)
    assert [file.name for file in path.parent.iterdir()] == ["clinic.db"]
    assert _rows(path, OLD) == before


def test_a_log_beside_the_file_stops_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of the old key would be taken for the new file's."""
    flush = replacing.flush_file

    def flush_and_appear(copy: Path) -> None:
        flush(copy)
        path.with_name("clinic.db-wal").write_bytes(b"frames of the old key")

    monkeypatch.setattr(replacing, "flush_file", flush_and_appear)
    with pytest.raises(StoreError, match="Another program"):
        encrypt_anew(path, OLD, NEW)
    path.with_name("clinic.db-wal").unlink()
    assert opens(path, OLD)


def test_neither_key_is_known(path: Path) -> None:
    with pytest.raises(StoreError, match="damaged or is not this store's"):
        encrypt_anew(path, bytes(32), NEW)
    assert opens(path, OLD)


def test_a_missing_and_an_empty_file_are_said_not_taken_for_a_wrong_key(tmp_path: Path) -> None:
    """C06."""
    with pytest.raises(StoreError, match="missing"):
        opens(tmp_path / "clinic.db", OLD)
    (tmp_path / "clinic.db").touch()
    with pytest.raises(StoreError, match="empty"):
        opens(tmp_path / "clinic.db", OLD)


def _rows(path: Path, key: bytes) -> dict[str, list[tuple[Any, ...]]]:
    database = Database(path, key)
    with database.reading() as session:
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE rootpage")).all()
        tables = set(session.scalars(text("SELECT tbl_name FROM sqlite_master WHERE rootpage")))
        assert tables <= set(names)
        rows = {
            table: sorted(map(tuple, session.execute(text(f'SELECT * FROM "{table}"'))), key=repr)
            for table in tables
        }
    database.close()
    return rows


def _found(database: Database, words: str) -> list[int]:
    with database.reading() as session:
        return list(search.find_ids(session, words, search.list_order(session)))
