"""Open the encrypted database; hand out short-lived sessions.

The recipe, with its reasons and measurements, is docs/adr/0002-sqlcipher-engine.md.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from clinicdesk.errors import NOT_WRITABLE, StoreError
from clinicdesk.storage.condition import Condition
from clinicdesk.storage.gate import Gate
from clinicdesk.storage.replacing import counts
from clinicdesk.storage.troubles import plain_words, plain_words_of_files
from clinicdesk.wiping import key_text

DATABASE_FILE = "clinic.db"
BUSY_TIMEOUT = 10.0  # s
PAGE_CACHE = 64 * 1024  # KiB a connection; encryption costs 3-6 x where a page misses it
_STEP = 1000  # pages copied between two looks at whether to stop
_OLDEST_SQLITE = (3, 51, 3)  # before it, two connections at a checkpoint could damage the file
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    f"PRAGMA journal_size_limit = {64 << 20}",  # bytes: a large import leaves no large log behind
    "PRAGMA synchronous = FULL",
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE deletes without asking them
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    f"PRAGMA cache_size = -{PAGE_CACHE}",
)


class NotCopied(StoreError):
    """The store itself is as it was."""

    def __init__(self) -> None:
        super().__init__(
            "The copy could not be written whole, so it was thrown away. Check the disk it was to"
            " be on and its free space, then try again."
        )


class Database:
    """One encrypted file. Thread-safe: every `reading()` and `writing()` is its own.

    key: 32 random bytes.  create: make the file, for its owner alone; otherwise a missing or an
    empty file is an error.  committed: told what a unit of work left in its `Session.info`.
    """

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        if create:
            make_file(path)
        else:
            require_content(path)
        self.path = path
        self.condition = Condition(path.parent)
        self._key = bytearray(key)
        self._one_writer = threading.Lock()
        self._owed: list[Callable[[Session], None]] = []
        self._gate = Gate()
        self.committed: Callable[[Mapping[Any, Any]], None] = _tell_nobody
        self.engine: Engine = create_engine(
            "sqlite+pysqlite:///clinic",
            module=sqlcipher,
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=0,
            pool_use_lifo=True,
            hide_parameters=True,  # no values in errors
        )
        event.listen(self.engine, "begin", _begin)
        event.listen(self.engine, "commit", self._require_sound)

    def _connect(self) -> sqlcipher.Connection:
        self.condition.require_sound()
        with plain_words(self.path):
            connection = keyed_connection(self.path, self._key)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        return connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one committed state and writes nothing."""
        with (
            self._watched(),
            self._gate.passing(),
            Session(self.engine) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A unit of work: committed when the block ends well, rolled back when it does not."""
        self.condition.require_room()
        engine = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        with (
            self._watched(),
            self._gate.passing(),
            self._one_writer,
            Session(engine) as session,
            session.begin(),
        ):
            owed = tuple(self._owed)
            for write in owed:
                write(session)
            yield session
        del self._owed[: len(owed)]
        self.condition.recover()
        self.committed(session.info)

    def owe(self, write: Callable[[Session], None]) -> None:
        """Write it in the next unit of work: now the disk takes nothing (docs/adr/0011)."""
        self._owed.append(write)

    def try_writing(self) -> StoreError | None:
        """Write nothing of meaning; return why that cannot be done, None where it can."""
        with suppress(StoreError), self.writing() as session:
            (version,) = session.execute(text("PRAGMA user_version")).one()
            session.execute(text(f"PRAGMA user_version = {int(version)}"))
        return self.condition.trouble

    @contextmanager
    def connected(self) -> Iterator[sqlcipher.Connection]:
        """The sqlcipher3 connection itself, for pragmas that no transaction may surround."""
        with self._watched(), self._gate.passing(), self.engine.connect() as connection:
            yield driver_connection(connection)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Plain words for what the environment does; a damaged file is let go of for good."""
        self.condition.require_sound()
        try:
            with plain_words(self.path):
                yield
        except StoreError as error:
            noted = self.condition.noted(error)
            if self.condition.is_damaged:
                self.engine.dispose()
            raise noted from None

    def _require_sound(self, _connection: Connection) -> None:
        """Keep whoever is in the middle of a unit of work from committing it to a damaged file."""
        self.condition.require_sound()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Let go of the file while the block works on it alone; sessions wait meanwhile."""
        with self._gate.alone():
            self.engine.dispose()
            yield

    @property
    def key(self) -> bytes:
        """The key it opens with at this moment. 32 bytes."""
        return bytes(self._key)

    def take_key(self, key: bytes) -> None:
        """Open the file with another key from now on: it was encrypted anew."""
        self._key[:] = key
        self.condition.forget()

    def copy_to(self, path: Path, between: Callable[[int, int], None]) -> "Database":
        """Copy one committed state into a new file under the same key, and open it.

        between: told how many pages are left, and how many there are; what it raises stops it.
        Raise `NotCopied` when the copy does not have every row.
        """
        with self.connected() as source:
            source.execute("BEGIN")
            try:
                rows = counts(source)  # fixes the state that is copied
                with _troubles_of_the_copy():
                    self._copy_state(source, path, between)
            finally:
                source.execute("COMMIT")
        copy = Database(path, bytes(self._key))
        with copy.connected() as made:
            if counts(made) != rows:
                raise NotCopied
        return copy

    def _copy_state(
        self, source: sqlcipher.Connection, path: Path, between: Callable[[int, int], None]
    ) -> None:
        make_file(path)
        with closing(keyed_connection(path, self._key)) as made:
            source.backup(made, pages=_STEP, progress=lambda _, left, all_: between(left, all_))

    def checkpoint(self) -> bool:
        """Fold the write-ahead log into the file; False while somebody else still reads it."""
        with self.connected() as driver:
            (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def fold(self) -> bool:
        """Fold what nobody reads any more into the file, without waiting; whether that was all."""
        with self.connected() as driver:
            (_, frames, folded) = driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return bool(frames == folded)

    def close(self) -> None:
        """Fold the log, drop every connection and the key."""
        try:
            if not self.condition.is_damaged:
                self.checkpoint()
        except StoreError:  # a full disk keeps the log, and the log keeps the data
            pass
        finally:
            self.engine.dispose()
            self._key[:] = bytes(len(self._key))


@contextmanager
def _troubles_of_the_copy() -> Iterator[None]:
    """A full disk that a copy is written to says nothing of the disk the store is on."""
    try:
        with plain_words():
            yield
    except NOT_WRITABLE:
        raise NotCopied from None


def _tell_nobody(_info: Mapping[Any, Any]) -> None: ...


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone; there must be none."""
    with plain_words_of_files():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def require_content(path: Path) -> None:
    """Raise a StoreError for an empty file: SQLite would take it for a new, empty store."""
    if path.is_file() and not path.stat().st_size:
        raise StoreError(f"{path.name} is empty. Restore the last backup.")


def keyed_connection(path: Path, key: bytes | bytearray) -> sqlcipher.Connection:
    """Connect to an encrypted file that exists, and prove that the key is its."""
    connection = sqlcipher.connect(
        f"file:{quote(str(path.resolve()))}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,  # "begin" below says BEGIN; the driver stays out of it
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )
    try:
        with key_text(key) as text_of_key:
            connection.set_key(text_of_key)
        connection.execute("PRAGMA cipher_log_level = NONE")  # else it writes to standard error
        _require_cipher(connection)
        connection.execute("SELECT count(*) FROM sqlite_master")  # proves the key
    except BaseException:
        connection.close()
        raise
    return connection


def driver_connection(connection: Connection) -> sqlcipher.Connection:
    """The sqlcipher3 connection beneath, for bulk loads and pragmas."""
    return connection.connection.driver_connection


def cipher_version(session: Session) -> str:
    """The version of SQLCipher in use; empty would mean that the file is not encrypted."""
    return str(session.scalar(text("PRAGMA cipher_version")) or "")


def _require_cipher(connection: sqlcipher.Connection) -> None:
    """Stop before the first byte is written by a library that would write it in plain."""
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise StoreError("This build cannot encrypt. Install ClinicDesk again.")
    if sqlcipher.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError("This build's database library is too old. Install ClinicDesk again.")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", "BEGIN")
    driver_connection(connection).execute(statement)
