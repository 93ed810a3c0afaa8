"""The engine's recipe: encrypted, durable, and sound under threads (C01, C02, C06, C08, C11)."""

import os
import stat
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event, text
from sqlalchemy.pool import QueuePool

from clinicdesk.errors import DiskFailed, StoreError
from clinicdesk.storage import database as database_module
from clinicdesk.storage import schema
from clinicdesk.storage.database import Database, cipher_version, driver_connection

KEY = bytes(range(32))


def test_the_engine_is_pysqlite_over_sqlcipher_with_a_queue_pool(database: Database) -> None:
    """C01: any other pool crashed the process under threads."""
    engine = database.engine
    assert (engine.dialect.name, engine.dialect.driver) == ("sqlite", "pysqlite")
    assert engine.dialect.dbapi is sqlcipher
    assert type(engine.pool) is QueuePool


def test_every_connection_of_the_pool_has_the_pragmas(database: Database) -> None:
    """C02, on more connections than the pool keeps, by asking the library."""
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "temp_store": 2,
        "secure_delete": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
    }
    seen = set()
    for _ in range(3):
        connections = [database.engine.connect() for _ in range(8)]
        for connection in connections:
            driver = driver_connection(connection)
            seen.add(id(driver))
            found = {name: driver.execute(f"PRAGMA {name}").fetchone() for name in wanted}
            assert {name: value and value[0] for name, value in found.items()} == wanted
            connection.close()
        database.engine.dispose()
    assert len(seen) >= 8


def test_a_writer_takes_the_lock_at_once_and_a_reader_does_not(database: Database) -> None:
    """C11: a deferred BEGIN fails when it turns into a write; busy_timeout does not help it."""
    begun: list[str] = []

    def note(connection: Any) -> None:
        begun.append(connection.get_execution_options().get("begin", "BEGIN"))

    event.listen(database.engine, "begin", note)
    with database.reading() as session:
        session.execute(text("SELECT 1"))
    with database.writing() as session:
        session.execute(text("SELECT 1"))
        other = _connect(database.path, database._key)
        with pytest.raises(sqlcipher.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    assert begun == ["BEGIN", "BEGIN IMMEDIATE"]


def test_sixty_four_threads_lose_no_write_and_share_no_connection(database: Database) -> None:
    """C01, C11: read-modify-write by 64 threads; no connection in two threads at once."""
    _count_from_zero(database)
    guard = _guard_against_sharing(database)
    with ThreadPoolExecutor(64) as threads:
        list(threads.map(lambda _: _work(database), range(64)))
    with database.reading() as session:
        assert session.scalar(text("SELECT n FROM counter")) == 64 * 5
    assert guard.shared == 0
    assert guard.used > 64


def test_a_thread_may_read_while_it_writes(database: Database) -> None:
    """A service that reads inside a unit of work sees the last committed state, and no deadlock."""
    _count_from_zero(database)
    with database.writing() as outer:
        outer.execute(text("UPDATE counter SET n = 7"))
        with database.reading() as inner:
            assert inner.scalar(text("SELECT n FROM counter")) == 0
    with database.reading() as session:
        assert session.scalar(text("SELECT n FROM counter")) == 7


def test_what_fails_is_rolled_back(database: Database) -> None:
    _count_from_zero(database)
    with pytest.raises(ZeroDivisionError):
        _fail_half_way(database)
    with database.reading() as session:
        assert session.scalar(text("SELECT n FROM counter")) == 0


def test_nothing_on_the_disk_can_be_read(database: Database) -> None:
    """C08: neither the file nor its log shows SQLite's header or a value."""
    with database.writing() as session:
        session.execute(text("INSERT INTO store VALUES ('needle', 'Zzyzxneedle')"))
    for file in database.path.parent.glob("clinic.db*"):
        raw = file.read_bytes()
        assert not raw.startswith(b"SQLite format 3")
        assert b"Zzyzxneedle" not in raw


def test_the_files_are_for_their_owner_alone(database: Database) -> None:
    if os.name == "nt":
        pytest.skip("Windows keeps rights in access lists")
    modes = {stat.S_IMODE(f.stat().st_mode) for f in database.path.parent.glob("clinic.db*")}
    assert modes == {0o600}


def test_the_cipher_says_its_version(database: Database) -> None:
    """C08: a wheel without encryption would open, and write in plain."""
    with database.reading() as session:
        number = cipher_version(session).split()[0]
    assert tuple(map(int, number.split("."))) >= (4, 9)
    assert sqlcipher.sqlite_version_info >= (3, 51, 3)


def test_an_old_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_OLDEST_SQLITE", (9, 0, 0))
    database = Database(tmp_path / "clinic.db", KEY, create=True)
    with pytest.raises(StoreError, match="too old"):
        _read(database)


def test_a_new_store_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "clinic.db").write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        Database(tmp_path / "clinic.db", KEY, create=True)
    assert (tmp_path / "clinic.db").read_bytes() == b"somebody's"


def test_a_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    """C06."""
    with pytest.raises(StoreError, match="missing"):
        _read(Database(tmp_path / "clinic.db", KEY))
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_made_is_no_missing_store(tmp_path: Path) -> None:
    """C09: on a full disk nobody is to restore a backup over a store that is whole."""
    path = tmp_path / "clinic.db"
    _make(path, KEY)
    path.with_name("clinic.db-wal").mkdir()
    with pytest.raises(DiskFailed):
        _read(Database(path, KEY))


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"SQLite format 3\0" * 256, b"junk"])
def test_what_is_no_store_is_said_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """C06, C10: empty, zeros, plain SQLite's header, junk."""
    path = tmp_path / "clinic.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"empty|damaged"):
        _read(Database(path, KEY))
    assert path.read_bytes() == content


def test_a_plain_sqlite_file_is_refused(tmp_path: Path) -> None:
    plain = sqlcipher.connect(tmp_path / "clinic.db")
    plain.execute("CREATE TABLE patient (id)")
    plain.commit()
    plain.close()
    with pytest.raises(StoreError, match="damaged or is not this store's"):
        _read(Database(tmp_path / "clinic.db", KEY))


def test_another_stores_file_is_refused(tmp_path: Path) -> None:
    _make(tmp_path / "clinic.db", KEY)
    with pytest.raises(StoreError, match="not this store's"):
        _read(Database(tmp_path / "clinic.db", os.urandom(32)))


def test_damage_is_said_without_a_word_on_standard_error(tmp_path: Path) -> None:
    """C10, C15: SQLCipher itself would print some 200 lines; asked of a process of its own."""
    path = tmp_path / "clinic.db"
    _make(path, KEY)
    raw = bytearray(path.read_bytes())
    for page in range(1, len(raw) // 4096):
        raw[page * 4096 + 1000] ^= 1
    path.write_bytes(raw)
    script = (
        "from pathlib import Path; import sys\n"
        "from clinicdesk.errors import StoreError\n"
        "from clinicdesk.storage.database import Database\n"
        "from sqlalchemy import text\n"
        "database = Database(Path(sys.argv[1]), bytes(range(32)))\n"
        "try:\n"
        "    with database.reading() as session: session.execute(text('SELECT * FROM patient'))\n"
        "except StoreError as error: print(error)\n"
        "database.close()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=True
    )
    assert "damaged" in ran.stdout
    assert ran.stderr == ""


def test_a_truncated_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    _make(path, KEY)
    path.write_bytes(path.read_bytes()[: 4096 * 3])
    with pytest.raises(StoreError, match="damaged"):
        _read(Database(path, KEY), "SELECT count(*) FROM observation")


def test_the_key_is_in_no_repr_and_no_error(database: Database) -> None:
    """C15."""
    key = bytes(database._key).hex()
    with pytest.raises(Exception, match="no_such") as raised:
        _read(database, "SELECT * FROM no_such_table")
    assert key not in repr(database.engine) + repr(raised.value) + repr(vars(database.engine))


def test_closing_folds_the_log_and_drops_the_key(database: Database) -> None:
    database.close()
    assert not database.path.with_name("clinic.db-wal").exists()
    assert bytes(database._key) == bytes(32)


class _Guard:
    """Counts uses of the driver's connections, and those by a second thread at the same time."""

    def __init__(self) -> None:
        self.used = self.shared = 0
        self._busy: Counter[int] = Counter()
        self._lock = threading.Lock()

    def enter(self, connection: Any) -> None:
        with self._lock:
            self.used += 1
            self._busy[id(connection)] += 1
            self.shared += self._busy[id(connection)] > 1

    def leave(self, connection: Any) -> None:
        with self._lock:
            self._busy[id(connection)] -= 1


def _guard_against_sharing(database: Database) -> _Guard:
    guard = _Guard()
    event.listen(database.engine.pool, "checkout", lambda driver, *_: guard.enter(driver))
    event.listen(database.engine.pool, "checkin", lambda driver, *_: guard.leave(driver))
    return guard


def _work(database: Database) -> None:
    for _ in range(5):
        with database.writing() as session:
            n = session.scalar(text("SELECT n FROM counter"))
            session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})
        with database.reading() as session:
            session.execute(text("SELECT count(*) FROM sqlite_master")).all()


def _count_from_zero(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))


def _fail_half_way(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE counter SET n = 9"))
        raise ZeroDivisionError


def _make(path: Path, key: bytes) -> None:
    database = Database(path, key, create=True)
    with database.writing() as session:
        schema.upgrade(session)
    database.close()


def _read(database: Database, query: str = "SELECT count(*) FROM sqlite_master") -> Any:
    try:
        with database.reading() as session:
            return session.scalar(text(query))
    finally:
        database.engine.dispose()


def _connect(path: Path, key: bytes) -> Any:
    connection = sqlcipher.connect(path, timeout=0, isolation_level=None)
    connection.set_key(f"x'{bytes(key).hex()}'")
    return connection
