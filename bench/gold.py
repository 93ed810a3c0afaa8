"""Reading eight inputs of 100,000 patients from gold, beside the bytes alone and beside rows.

Every way ends with numpy arrays of patient, value and instant for each code, in one transaction of
the same encrypted store.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import text

from bench.frame import DATA, Figure, answer, measure
from bench.stores import store_file
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.services.access import Access
from clinicdesk.services.gold import Gold
from clinicdesk.storage import gold, schema
from clinicdesk.storage.database import Database, driver_connection

PATIENTS = 100_000
CODES = ("8480-6", "8462-4", "8867-4", "39156-5", "2345-7", "2160-0", "4548-4", "2093-3")
STORE = "gold-100000"
ROUNDS = 3  # rows take long
KEY = bytes(range(32))  # of invented patients
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BLOCKS = range(PATIENTS // gold.BLOCK + 1)


def ours() -> float:
    principal = Principal(user_id=1, login="bench", role=Role.ADMINISTRATOR)

    def read(database: Database) -> object:
        return Gold(database, Access(principal), ZoneInfo("UTC"), lambda: NOW).features(CODES)

    return _timed(read)


def bytes_alone() -> float:
    """The least: the same bytes as one blob a column."""

    def read(database: Database) -> object:
        with database.reading() as session:
            driver = driver_connection(session.connection())
            rows = driver.execute("SELECT content FROM bench_blob").fetchall()
            return [np.frombuffer(content, dtype="<i8") for (content,) in rows]

    return _timed(read)


def rows() -> float:
    """What a table of rows costs, by an index that covers the question."""

    def read(database: Database) -> object:
        query = "SELECT patient_id, value, at FROM bench_row WHERE code = ? ORDER BY patient_id"
        with database.reading() as session:
            driver = driver_connection(session.connection())
            found = [zip(*driver.execute(query, (code,)), strict=True) for code in CODES]
            return [[np.array(column) for column in columns] for columns in found]

    return _timed(read)


WAYS = {"ours": ours, "limit": bytes_alone, "peer": rows}


def figures() -> Iterator[Figure]:
    _make_store()
    yield Figure(
        name="gold",
        task="the newest of 8 codes of 100,000 patients, with patient and instant",
        unit="s",
        **measure("bench.gold", WAYS, ROUNDS),
        limit_is="the same bytes, one blob a column, from the same encrypted store",
        peer_is="a row a patient and code, by a covering index, from the same store",
        goal=3.0,
    )


def _timed(read: Callable[[Database], object]) -> float:
    database = Database(store_file(STORE), KEY)
    read(database)  # the pages are in the cache, as they are while somebody works
    start = perf_counter()
    read(database)
    taken = perf_counter() - start
    database.close()
    return taken


def _make_store() -> None:
    ready = store_file(STORE)
    if ready.exists():
        return
    DATA.mkdir(exist_ok=True)
    making = ready.with_suffix(".making")
    making.unlink(missing_ok=True)
    database = Database(making, KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
        session.execute(text("CREATE TABLE bench_blob (content BLOB)"))
        session.execute(
            text(
                "CREATE TABLE bench_row (code TEXT, patient_id INTEGER, value REAL, at INTEGER,"
                " PRIMARY KEY (code, patient_id)) WITHOUT ROWID"
            )
        )
    rng = np.random.default_rng(2026)
    for code in CODES:
        _add(database, code, rng)
    database.close()
    making.rename(ready)


def _add(database: Database, code: str, rng: np.random.Generator) -> None:
    patients = np.arange(1, PATIENTS + 1)
    table = {
        "patient_id": patients,
        "value": rng.normal(100, 15, PATIENTS),
        "at": rng.integers(1_600_000_000_000, 1_790_000_000_000, PATIENTS),
        "observation_id": rng.permutation(PATIENTS),
    }
    with database.writing() as session:
        gold.replace(session, gold.Rows("feature", code, table, BLOCKS))
        driver = driver_connection(session.connection())
        told = (table["patient_id"], table["value"], table["at"])
        lines = zip(*(column.tolist() for column in told), strict=True)
        driver.executemany(f"INSERT INTO bench_row VALUES ('{code}', ?, ?, ?)", lines)
        blobs = [(column.tobytes(),) for column in table.values()]
        driver.executemany("INSERT INTO bench_blob VALUES (?)", blobs)


if __name__ == "__main__":
    answer(WAYS)
