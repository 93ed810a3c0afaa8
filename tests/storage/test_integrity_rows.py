"""Two processes count the same tables, whatever either has loaded (C06)."""

from sqlalchemy import text

from clinicdesk.storage.database import Database
from clinicdesk.storage.integrity import row_counts
from tests.storage.factories import add_patient


def test_every_table_of_the_database_is_counted_and_no_other(database: Database) -> None:
    """A backup made by a process that had loaded little was called damaged by another."""
    add_patient(database, "M1")
    with database.reading() as session:
        here = row_counts(session)
        made = "SELECT name FROM sqlite_master WHERE type = 'table'"
        there = {name for (name,) in session.execute(text(made))}
    assert here["patient"] == 1
    others = ("patient_search", "alembic_", "sqlite_")
    assert here.keys() == {name for name in there if not name.startswith(others)}
