"""Ask SQLCipher and SQLite whether the file is sound.

The write-ahead log is folded in first: `cipher_integrity_check` reads the main file alone, and
after a crash it would call a healthy store damaged.
"""

from collections import Counter

from sqlalchemy import func, inspect, select, table, text
from sqlalchemy.orm import Session

from clinicdesk.errors import StoreDamaged, StoreError
from clinicdesk.storage.database import Database
from clinicdesk.storage.replacing import size_of
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import PatientRow

AT_EVERY_OPENING = 500_000_000  # bytes; some 4 s. A larger file is looked at once a week
_PAGES = "PRAGMA cipher_integrity_check"
_NOT_OURS = ("alembic_", "patient_search", "sqlite_")  # the schema's version, the search index


def is_large(database: Database) -> bool:
    """Whether it takes too long to look through it at every opening."""
    return size_of(database.path) > AT_EVERY_OPENING


def look_through(database: Database) -> None:
    """Raise `StoreDamaged` unless pages and trees are sound, with others at work meanwhile.

    Where somebody holds on to the log, whoever opened the store first has looked at the pages.
    """
    if database.fold():
        _require_authentic(database)
    require_sound_structure(database)


def require_authentic_pages(database: Database) -> None:
    """Raise `StoreDamaged` unless every page of the file carries its right authentication code."""
    if not database.checkpoint():
        raise StoreError("Another program is using the store. Close it, then verify again.")
    _require_authentic(database)


def require_sound_structure(database: Database) -> None:
    """Raise `StoreDamaged` unless tables and indexes are well formed."""
    with database.connected() as connection:
        if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise StoreDamaged


def require_no_orphans(session: Session) -> None:
    """Raise a StoreError when a row points to one that is not there."""
    orphans = Counter(row[0] for row in session.execute(text("PRAGMA foreign_key_check")))
    if orphans:
        tables = ", ".join(f"{count} in {table}" for table, count in sorted(orphans.items()))
        raise StoreError(f"Rows point to rows that are missing: {tables}. Restore the last backup.")


def require_complete_search(session: Session) -> None:
    """Raise a StoreError unless the search index holds exactly the patients."""
    indexed = session.scalar(text("SELECT count(*) FROM patient_search_docsize"))
    patients = session.scalar(select(func.count(PatientRow.id)).where(standing(PatientRow)))
    if indexed != patients:
        raise StoreError(f"The search finds {indexed} patients of {patients}.")


def row_counts(session: Session) -> dict[str, int]:
    """How many rows each table of ours has, by its name, as the database itself knows them.

    Not as far as this program has loaded their classes: two processes would count two sets.
    """
    names = inspect(session.connection()).get_table_names()
    ours = sorted(name for name in names if not name.startswith(_NOT_OURS))
    return {name: _count(session, name) for name in ours}


def _count(session: Session, name: str) -> int:
    return session.scalar(select(func.count()).select_from(table(name))) or 0


def _require_authentic(database: Database) -> None:
    """Look, and where something is wrong look again while nobody writes.

    The check reads the file past SQLite: a page that is being written just then looks damaged.
    """
    with database.connected() as connection:
        if connection.execute(_PAGES).fetchone() is None:
            return
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute(_PAGES).fetchone() is not None:
                raise StoreDamaged
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
