"""Searching the list of 100,000 patients as somebody types, beside the bare FTS5 query."""

import os
import random
from array import array
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from bench.frame import DATA, Figure, answer, measure
from bench.stores import store_file
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.services.access import Access
from clinicdesk.services.patients import PatientLists
from clinicdesk.storage import schema
from clinicdesk.storage.database import Database, driver_connection
from clinicdesk.storage.search import match_expression

PATIENTS = 100_000
STORE = f"patients-{PATIENTS}"
ROUNDS = 5
REPEATS = 40  # searches a process
KEY = bytes(range(32))  # of synthetic names
TEXT = "CLINICDESK_BENCH_TEXT"
TEXTS = {"one letter": "a", "two letters": "an", "two words": "ber da", "a number": "M0001234"}
SYLLABLES = (
    "an ber car da el fa gu ha is jo ka li mo na ol pe qui ro sa ti ul va wi xa yo ze".split()  # noqa: SIM905 - easier to read
)

BARE = "SELECT rowid FROM patient_search WHERE patient_search MATCH ?"
LIKE = """SELECT id FROM patient WHERE family_name LIKE ?1 OR given_name LIKE ?1 OR mrn LIKE ?1
          ORDER BY family_name, given_name, id"""


def ours() -> float:
    database = _database()
    principal = Principal(user_id=1, login="bench", role=Role.ADMINISTRATOR)
    lists = PatientLists(database, Access(principal))
    lists.find("")  # the list is on the screen before anybody types
    return _median_of(lambda: lists.find(os.environ[TEXT]))


def bare_query() -> float:
    return _median_of_statement(BARE, match_expression(os.environ[TEXT]))


def like() -> float:
    return _median_of_statement(LIKE, f"%{os.environ[TEXT]}%")


WAYS = {"ours": ours, "limit": bare_query, "peer": like}


def figures() -> Iterator[Figure]:
    make_store()
    for kind, text in TEXTS.items():
        taken = measure("bench.search", WAYS, ROUNDS, {TEXT: text})
        yield Figure(
            name=f"search, {kind}",
            task=f"{PATIENTS:,} patients, `{text}` typed: ids in list order",
            unit="ms",
            **taken,
            limit_is="the bare FTS5 query in a session of its own, in no order",
            peer_is="LIKE '%text%' over names and numbers, ordered",
            goal=1.5,
        )


def _median_of_statement(statement: str, argument: str) -> float:
    database = _database()

    def search() -> None:
        with database.reading() as session:
            driver_connection(session.connection()).execute(statement, (argument,)).fetchall()

    return _median_of(search)


def _median_of(search: Callable[[], object]) -> float:
    search()
    taken = array("d")
    for _ in range(REPEATS):
        began = perf_counter()
        search()
        taken.append((perf_counter() - began) * 1000)
    return median(taken)


def _database() -> Database:
    return Database(store_file(STORE), KEY)


def make_store() -> None:
    """Fill a store once; a half-made one is left under another name."""
    if store_file(STORE).exists():
        return
    DATA.mkdir(exist_ok=True)
    making = DATA / "making.db"
    making.unlink(missing_ok=True)
    database = Database(making, KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
        driver_connection(session.connection()).executemany(
            """INSERT INTO patient (mrn, source, family_name, given_name, birth_date, prefix,
               gender, original_gender, address, phone, email, insurance, allergy_status,
               updated_at)
               VALUES (?, 'bench', ?, ?, ?, '', 'unknown', '', '', '', '', '', 'not-recorded', 0)
            """,
            _patients(random.Random(7)),
        )
    database.close()
    making.rename(store_file(STORE))


def _patients(rng: random.Random) -> Iterator[tuple[str, str, str, str]]:
    names = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(60_000)]
    for number in range(PATIENTS):
        born = date(1930, 1, 1) + timedelta(days=rng.randrange(33_000))
        family_name, given_name = rng.choices(names, k=2)
        yield f"M{number:07}", family_name.title(), given_name.title(), born.isoformat()


if __name__ == "__main__":
    answer(WAYS)
