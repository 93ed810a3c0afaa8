"""Sixty-four threads at one store: no crash, no lost write, no connection in two hands (C01, C11).

    python -m tests.faults.threads --runs 5 --operations 1000

Each run is a process of its own, as what goes wrong ends the process. Every fourth operation reads
a number and writes the next one; the others read.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from clinicdesk.storage import integrity, schema
from clinicdesk.storage.database import Database
from tests.faults.works.work import scratch

THREADS = 64
_WRITES = 4  # one operation in so many


@dataclass
class Guard:
    """Counts uses of the driver's connections, and those by a second thread at the same time."""

    used: int = 0
    shared: int = 0
    _busy: Counter[int] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, database: Database) -> None:
        event.listen(database.engine.pool, "checkout", lambda driver, *_: self._enter(driver))
        event.listen(database.engine.pool, "checkin", lambda driver, *_: self._leave(driver))

    def _enter(self, connection: Any) -> None:
        with self._lock:
            self.used += 1
            self._busy[id(connection)] += 1
            self.shared += self._busy[id(connection)] > 1

    def _leave(self, connection: Any) -> None:
        with self._lock:
            self._busy[id(connection)] -= 1


def run(folder: Path, threads: int, operations: int) -> dict[str, int]:
    """Let the threads work on a new database; return what was counted."""
    database = Database(folder / "clinic.db", os.urandom(32), create=True)
    with database.writing() as session:
        schema.upgrade(session)
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    guard = Guard()
    guard.watch(database)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: _work(database, operations), range(threads)))
    with database.reading() as session:
        counted = session.scalar(text("SELECT n FROM counter"))
    integrity.require_authentic_pages(database)
    integrity.require_sound_structure(database)
    database.close()
    wanted = threads * (operations // _WRITES)
    return {"operations": threads * operations, "lost": wanted - counted, "shared": guard.shared}


def _work(database: Database, operations: int) -> None:
    for number in range(1, operations + 1):
        if number % _WRITES:
            with database.reading() as session:
                session.execute(text("SELECT count(*) FROM sqlite_master")).all()
        else:
            with database.writing() as session:
                n = session.scalar(text("SELECT n FROM counter"))
                session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})


def main() -> int:
    parser = argparse.ArgumentParser(description="Let many threads work at one store.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--operations", type=int, default=1000, help="of each thread")
    arguments = parser.parse_args()
    if arguments.runs > 1:
        one = [sys.executable, "-m", "tests.faults.threads", "--runs", "1"]
        sizes = ("--threads", str(arguments.threads), "--operations", str(arguments.operations))
        codes = [subprocess.call([*one, *sizes]) for _ in range(arguments.runs)]
        sys.stdout.write(json.dumps({"runs": len(codes), "failed": sum(map(bool, codes))}) + "\n")
        return int(any(codes))
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        counts = run(Path(folder), arguments.threads, arguments.operations)
    sys.stdout.write(json.dumps(counts) + "\n")
    sys.stdout.flush()
    return 1 if counts["lost"] or counts["shared"] else 0


if __name__ == "__main__":
    sys.exit(main())
