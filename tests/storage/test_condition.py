"""What the environment does to a store is a typed error, and the store stays usable (C09, C10)."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import text

from clinicdesk.errors import (
    DiskFailed,
    DiskFull,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    StoreUnreadable,
)
from clinicdesk.storage import database as database_module
from clinicdesk.storage import schema
from clinicdesk.storage.condition import Condition
from clinicdesk.storage.database import Database
from clinicdesk.storage.troubles import plain_words

KEY = bytes(range(32))
CODES = {
    "SQLITE_FULL": DiskFull,
    "SQLITE_IOERR_WRITE": DiskFailed,
    "SQLITE_READONLY_DBMOVED": StoreReadOnly,
    "SQLITE_CORRUPT_VTAB": StoreDamaged,
    "SQLITE_NOTADB": StoreUnreadable,
    "SQLITE_BUSY_SNAPSHOT": StoreBusy,
}


class Disk:
    """A disk that has as much room as it is told to have."""

    def __init__(self, free: int) -> None:
        self.free = free

    def __call__(self, _folder: Path) -> SimpleNamespace:
        return SimpleNamespace(free=self.free)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = Database(tmp_path / "clinic.db", KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
    database.close()
    return database.path


@pytest.fixture
def full(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that may not grow: SQLite says what it says of a full disk."""
    no_growth = (*database_module._PRAGMAS, "PRAGMA max_page_count = 1")
    monkeypatch.setattr(database_module, "_PRAGMAS", no_growth)
    database = Database(path, KEY)
    database.condition = Condition(path.parent, Disk(3_000_000), spare=10_000_000)
    yield database
    database.close()


@pytest.mark.parametrize("name", CODES)
def test_each_code_of_sqlite_is_an_error_of_its_own(name: str) -> None:
    error = sqlcipher.OperationalError("what SQLite says, with a value in it")
    error.sqlite_errorname = name
    with pytest.raises(CODES[name]) as raised, plain_words():
        raise error
    assert "value" not in str(raised.value)


def test_a_full_disk_says_how_much_room_it_needs(full: Database) -> None:
    with pytest.raises(DiskFull, match=r"7\.0 MB more") as raised:
        _write_much(full)
    assert raised.value.missing == 7_000_000


def test_on_a_full_disk_reading_goes_on_and_nothing_is_half_written(full: Database) -> None:
    """C09."""
    before = _rows(full)
    with pytest.raises(DiskFull):
        _write_much(full)
    assert _rows(full) == before
    assert isinstance(full.condition.trouble, DiskFull)
    with pytest.raises(DiskFull), full.writing() as session:  # not even tried
        session.execute(text("DELETE FROM store"))


def test_work_goes_on_once_there_is_room(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """C09: what could not be saved is saved by saving it again."""
    with pytest.raises(DiskFull):
        _write_much(full)
    assert full.try_writing() is not None
    monkeypatch.setattr(
        database_module, "_PRAGMAS", (*database_module._PRAGMAS, "PRAGMA max_page_count = 100000")
    )
    full.engine.dispose()
    full.condition._disk_usage = Disk(20_000_000)
    assert full.try_writing() is None
    _write_much(full)
    assert full.condition.trouble is None


def test_trying_to_write_changes_nothing(path: Path) -> None:
    database = Database(path, KEY)
    with database.writing() as session:
        session.execute(text("PRAGMA user_version = 7"))
    before = _rows(database)
    assert database.try_writing() is None
    assert _rows(database) == before
    with database.reading() as session:
        assert session.scalar(text("PRAGMA user_version")) == 7
    database.close()


@pytest.mark.parametrize(("free", "trouble"), [(3_000_000, DiskFull), (20_000_000, DiskFailed)])
def test_a_disk_that_fails_and_has_no_room_is_a_full_one(
    tmp_path: Path, free: int, trouble: type[StoreError]
) -> None:
    """C09: SQLite calls it failing where the log or its index finds no room."""
    condition = Condition(tmp_path, Disk(free), spare=10_000_000)
    assert isinstance(condition.noted(DiskFailed()), trouble)
    assert isinstance(condition.trouble, trouble)


def test_a_folder_that_cannot_be_asked_has_no_room(tmp_path: Path) -> None:
    condition = Condition(tmp_path / "gone", spare=5)
    assert isinstance(condition.noted(DiskFull()), DiskFull)
    with pytest.raises(DiskFull):
        condition.require_room()


def test_a_damaged_page_closes_the_store_for_good(path: Path) -> None:
    """C10: reading stops too, as nobody can say what is right."""
    database = Database(path, KEY)
    _damage(path)
    with pytest.raises(StoreDamaged), database.reading() as session:
        session.execute(text("SELECT * FROM sqlite_master, alembic_version, store")).all()
    for _ in range(2):
        with pytest.raises(StoreDamaged), database.reading() as session:
            session.execute(text("SELECT 1"))
        with pytest.raises(StoreDamaged), database.writing() as session:
            session.execute(text("INSERT INTO store VALUES ('a', 'b')"))
    assert database.engine.pool.checkedin() == 0
    database.close()


def test_nobody_commits_to_a_file_that_was_just_found_damaged(database: Database) -> None:
    """C10: a unit of work that began before is rolled back."""
    with pytest.raises(StoreDamaged):
        _write_while_damage_is_found(database)
    again = Database(database.path, bytes(database._key))
    assert _rows(again) == []
    again.close()


def test_damage_stays_whatever_comes_after(tmp_path: Path) -> None:
    condition = Condition(tmp_path)
    condition.noted(StoreDamaged())
    condition.noted(DiskFull())
    condition.recover()
    assert condition.is_damaged


def test_a_busy_store_is_said_and_stays_writable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT", 0.05)
    ours, theirs = Database(path, KEY), Database(path, KEY)
    with theirs.writing() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StoreBusy), ours.writing() as late:
            late.execute(text("SELECT 1"))
    assert ours.condition.trouble is None
    with ours.writing() as session:
        session.execute(text("SELECT 1"))
    ours.close()
    theirs.close()


def _write_while_damage_is_found(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("INSERT INTO store VALUES ('half', 'done')"))
        _find_damage_elsewhere(database)


def _find_damage_elsewhere(database: Database) -> None:
    def find() -> None:
        with pytest.raises(StoreError), database.reading():
            raise StoreDamaged

    other = threading.Thread(target=find)
    other.start()
    other.join()


def _write_much(database: Database) -> None:
    with database.writing() as session:
        for number in range(40):
            row = {"name": f"n{number}", "value": "x" * 10_000}
            session.execute(text("INSERT INTO store VALUES (:name, :value)"), row)


def _rows(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text("SELECT name, value FROM store"))]


def _damage(path: Path) -> None:
    """Flip a bit in every page but the first, which opening reads."""
    raw = bytearray(path.read_bytes())
    for page in range(1, len(raw) // 4096):
        raw[page * 4096 + 1000] ^= 1
    path.write_bytes(raw)
