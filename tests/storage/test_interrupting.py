"""A long statement stops within moments of being asked to, and leaves nothing (C03, F43)."""

import pytest
from sqlalchemy import text

from clinicdesk.errors import Cancelled
from clinicdesk.storage.database import Database, driver_connection
from clinicdesk.storage.interrupting import interruptible

COUNT = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
ENDLESS = f"INSERT INTO store (name, value) SELECT 'n', * FROM ({COUNT})"


class Impatient:
    """Presses cancel at the third look."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> None:
        self.looks += 1
        if self.looks == 3:
            raise Cancelled


def _write(database: Database, statement: str, stop: Impatient) -> None:
    with database.writing() as session, interruptible(session, stop):
        session.execute(text("INSERT INTO store (name, value) VALUES ('half', 'done')"))
        session.execute(text(statement))


@pytest.mark.parametrize("statement", [COUNT, ENDLESS])
def test_a_statement_that_would_not_end_is_stopped(database: Database, statement: str) -> None:
    stop = Impatient()
    with pytest.raises(Cancelled):
        _write(database, statement, stop)
    assert stop.looks == 3
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM store WHERE name = 'half'")) == 0


def test_through_the_driver_as_well(database: Database) -> None:
    stop = Impatient()
    with pytest.raises(Cancelled), database.writing() as session, interruptible(session, stop):
        driver_connection(session.connection()).execute(COUNT)


def test_other_errors_are_not_taken_for_it(database: Database) -> None:
    with (
        pytest.raises(Exception, match="no such table"),
        database.writing() as session,
        interruptible(session, lambda: None),
    ):
        driver_connection(session.connection()).execute("SELECT * FROM nowhere")


def test_nobody_is_asked_afterwards(database: Database) -> None:
    stop = Impatient()
    with database.writing() as session:
        with interruptible(session, stop):
            session.execute(text("SELECT 1"))
        looks = stop.looks
        session.execute(text(COUNT.replace("FROM n)", "FROM n WHERE x < 200000)")))
    assert stop.looks == looks
