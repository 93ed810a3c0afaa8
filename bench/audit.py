"""The audit: proving every event, and what an event adds to a commit."""

import hashlib
import hmac
import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import text

from bench.frame import DATA, Figure, answer, measure
from bench.stores import store_file
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.storage import accounts, audit, audit_check, audit_roots, schema
from clinicdesk.storage.audit_chain import FIELDS, LABEL, canonical
from clinicdesk.storage.database import Database, driver_connection

EVENTS = 200_000
STORE = f"audit-{EVENTS}"
ROUNDS = 3
COMMITS = 200  # in each process
KEY, ROOT = bytes(range(32)), bytes(range(32, 64))  # of synthetic events
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_ALL = f"SELECT {', '.join(FIELDS)}, mac FROM audit_event ORDER BY seq"

_EVENT = """INSERT INTO audit_event VALUES (?, 1767225600000, 1, 'administrator', 'patient.view',
            'patient', '4711', 'success', '', 1, ?)"""


def proved() -> float:
    """An administrator's check, batch by batch as the service does it."""
    database = Database(store_file(STORE), KEY)
    began = perf_counter()
    with database.reading() as session:
        walk = audit_check.whole_walk(session, {1: ROOT}, 1)
        last = audit.head(session).seq
    while walk.seq < last:
        with database.reading() as session:
            if walk.on(session, last) is not None:
                raise AssertionError("the chain is whole")
    return (perf_counter() - began) * 1000


def bare_hmac() -> float:
    """The same bytes, at hand."""
    with Database(store_file(STORE), KEY).reading() as session:
        rows = driver_connection(session.connection()).execute(_ALL).fetchall()
    messages = [LABEL + row[-1] + canonical(row[:-1]) for row in rows]
    began = perf_counter()
    for message in messages:
        hmac.digest(KEY, message, "sha256")
    return (perf_counter() - began) * 1000


def unkeyed() -> float:
    """A checksum for each row, which proves neither order nor completeness nor an author."""
    database = Database(store_file(STORE), KEY)
    began = perf_counter()
    with database.reading() as session:
        for row in driver_connection(session.connection()).execute(_ALL):
            hashlib.sha3_512(json.dumps(row[:-1]).encode()).hexdigest()
    return (perf_counter() - began) * 1000


def commit_with_event() -> float:
    """A unit of work of the program: one row changed, one event."""
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        database, person = _new_store(Path(folder))
        instants = (BEGAN + timedelta(seconds=second) for second in range(COMMITS + 1))

        def work() -> None:
            with database.writing() as session:
                _change(session.execute)
                audit.record(
                    session,
                    person,
                    "patient.view",
                    object_type="patient",
                    object_id=4711,
                    at=next(instants),
                )

        taken = _median_of(work)
        database.close()
    return taken


def commit_without() -> float:
    """The same unit of work, and nobody knows who did it."""
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        database, _ = _new_store(Path(folder))

        def work() -> None:
            with database.writing() as session:
                _change(session.execute)

        taken = _median_of(work)
        database.close()
    return taken


def bare_commit() -> float:
    """Both rows on a bare SQLCipher connection: no session, no person, no MAC, no key that ends."""
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        _new_store(Path(folder))[0].close()
        connection = sqlcipher.connect(os.path.join(folder, "clinic.db"), isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

        numbers = itertools.count(2)

        def work() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE store SET value = value || 1 WHERE name = 'bench'")
            connection.execute(_EVENT, (next(numbers), bytes(32)))
            connection.execute("COMMIT")

        taken = _median_of(work)
        connection.close()
    return taken


VERIFY = {"ours": proved, "limit": bare_hmac, "peer": unkeyed}
COMMIT = {"ours with event": commit_with_event, "bare": bare_commit, "without": commit_without}


def figures() -> Iterator[Figure]:
    _make_store()
    yield Figure(
        name="audit, check",
        task=f"Prove {EVENTS:,} events, each in its place, under changing keys",
        unit="ms",
        **measure("bench.audit", VERIFY, ROUNDS),
        limit_is="a bare HMAC-SHA256 of the same bytes, at hand",
        peer_is="an unkeyed SHA3-512 of each row, which proves no order",
        goal=1.5,
    )
    taken = measure("bench.audit", COMMIT, ROUNDS)
    yield Figure(
        name="audit, commit",
        task=f"Change a row and record who did, median of {COMMITS} commits",
        unit="ms",
        ours=taken["ours with event"],
        limit=taken["bare"],
        limit_is="both rows on a bare SQLCipher connection, as durable",
        peer=taken["without"],
        peer_is="the same unit of work without its event",
        goal=2.0,
    )


def _change(execute: Callable[..., object]) -> None:
    execute(text("UPDATE store SET value = value || 1 WHERE name = 'bench'"))


def _median_of(work: Callable[[], None]) -> float:
    work()
    taken = []
    for _ in range(COMMITS):
        began = perf_counter()
        work()
        taken.append((perf_counter() - began) * 1000)
    return median(taken)


def _new_store(folder: Path) -> tuple[Database, Principal]:
    database = Database(folder / "clinic.db", KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
        person = accounts.add(
            session,
            user_id="0" * 32,
            login="bench",
            display_name="bench",
            role=Role.ADMINISTRATOR,
            public_key="00",
            at=BEGAN,
        ).principal
        audit_roots.follow(session, person, {1: ROOT}, BEGAN)
        audit.record(session, person, "store.create", at=BEGAN)
        session.execute(text("INSERT INTO store VALUES ('bench', '')"))
    return database, person


def _make_store() -> None:
    """Fill a store once; a half-made one is left under another name."""
    if store_file(STORE).exists():
        return
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        database, person = _new_store(Path(folder))
        for first in range(0, EVENTS, 5_000):
            with database.writing() as session:
                for number in range(first, min(first + 5_000, EVENTS)):
                    audit.record(
                        session,
                        person,
                        "patient.view",
                        object_type="patient",
                        object_id=number % 5_000,
                        detail={"kind": "patient"},
                        at=BEGAN + timedelta(seconds=20 * number),
                    )
        database.close()
        (Path(folder) / "clinic.db").rename(store_file(STORE))


if __name__ == "__main__":
    answer(VERIFY | COMMIT)
