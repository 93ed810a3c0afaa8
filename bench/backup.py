"""A backup that was looked through, beside a bare copy; and the look at every unlocking."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.frame import Figure, answer, measure
from bench.search import KEY, PATIENTS, STORE, make_store
from bench.stores import store_file
from clinicdesk.domain.backup import BackupKind
from clinicdesk.services.backup_copy import KEYS, Source, copy_store
from clinicdesk.storage import integrity, store
from clinicdesk.storage.database import DATABASE_FILE, Database, keyed_connection, make_file
from clinicdesk.storage.flushing import flush_file
from clinicdesk.storage.store import StoreFacts

ROUNDS = 3
STORE_ID = "0" * 32
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Keys:
    """Whoever makes the backup; the header is measured elsewhere."""

    store_id: str = STORE_ID

    def backup_key(self) -> bytes:
        return KEY


def ours() -> float:
    with _store() as (folder, database):
        source = Source(folder, database, Keys())
        return _milliseconds(
            lambda: copy_store(source, folder / "backup", BackupKind.SCHEDULED, AT)
        )


def bare_copy() -> float:
    with _store() as (folder, _):
        return _milliseconds(lambda: _copy(folder / DATABASE_FILE, folder / "copy.db"))


def checked_copy() -> float:
    """What a script would do: copy, open, ask SQLite for everything it can check."""

    def copied_and_checked(folder: Path) -> None:
        _copy(folder / DATABASE_FILE, folder / "copy.db")
        with closing(keyed_connection(folder / "copy.db", KEY)) as made:
            made.execute("PRAGMA cipher_integrity_check").fetchall()
            made.execute("PRAGMA integrity_check").fetchall()

    with _store() as (folder, _):
        return _milliseconds(lambda: copied_and_checked(folder))


def look() -> float:
    """What unlocking adds."""
    with _store() as (_, database):
        return _milliseconds(lambda: integrity.look_through(database))


def bare_read() -> float:
    """Every byte of the file, once."""
    with _store() as (folder, _):
        return _milliseconds((folder / DATABASE_FILE).read_bytes)


def integrity_check() -> float:
    with _store() as (folder, _), closing(keyed_connection(folder / DATABASE_FILE, KEY)) as made:
        return _milliseconds(lambda: made.execute("PRAGMA integrity_check").fetchall())


BACKUP = {"ours": ours, "limit": bare_copy, "peer": checked_copy}
LOOK = {"ours": look, "limit": bare_read, "peer": integrity_check}
WAYS = {f"backup-{way}": go for way, go in BACKUP.items()} | {
    f"look-{way}": go for way, go in LOOK.items()
}


def figures() -> Iterator[Figure]:
    make_store()
    size = store_file(STORE).stat().st_size / 1e6
    task = f"{PATIENTS:,} patients, {size:.0f} MB"
    taken = measure("bench.backup", {f"backup-{way}": go for way, go in BACKUP.items()}, ROUNDS)
    yield Figure(
        name="backup",
        task=f"{task}: copied, looked through, written down",
        unit="ms",
        **{way: taken[f"backup-{way}"] for way in BACKUP},
        limit_is="the bare online copy, flushed",
        peer_is="the copy, cipher_integrity_check and integrity_check",
        goal=6.0,
    )
    taken = measure("bench.backup", {f"look-{way}": go for way, go in LOOK.items()}, ROUNDS)
    yield Figure(
        name="look at unlocking",
        task=f"{task}: every page authentic, every tree sound",
        unit="ms",
        **{way: taken[f"look-{way}"] for way in LOOK},
        limit_is="reading the file",
        peer_is="integrity_check",
        goal=30.0,
    )


def _copy(path: Path, copy: Path) -> None:
    make_file(copy)
    with closing(keyed_connection(path, KEY)) as source, closing(keyed_connection(copy, KEY)) as to:
        source.backup(to)
    flush_file(copy)


@contextmanager
def _store() -> Iterator[tuple[Path, Database]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(store_file(STORE), folder / DATABASE_FILE)
        for keys in KEYS:
            (folder / keys).write_bytes(os.urandom(4096))
        database = Database(folder / DATABASE_FILE, KEY)
        with database.writing() as session:
            store.write(session, StoreFacts(STORE_ID, "Measured", "UTC", False, AT))
        database.checkpoint()
        yield folder, database
        database.close()


def _milliseconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    answer(WAYS)
