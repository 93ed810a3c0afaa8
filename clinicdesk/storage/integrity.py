"""Ask SQLCipher and SQLite whether the file is sound.

The write-ahead log is folded in first: `cipher_integrity_check` reads the main file alone, and
after a crash it would call a healthy store damaged.
"""

from collections import Counter

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clinicdesk.errors import StoreError
from clinicdesk.storage.base import Base
from clinicdesk.storage.database import Database
from clinicdesk.storage.standing import standing
from clinicdesk.storage.tables import PatientRow


def require_authentic_pages(database: Database) -> None:
    """Raise a StoreError unless every page of the file carries its right authentication code."""
    if not database.checkpoint():
        raise StoreError("Another program is using the store. Close it, then verify again.")
    _require_silence(database, "PRAGMA cipher_integrity_check")


def require_sound_structure(database: Database) -> None:
    """Raise a StoreError unless tables and indexes are well formed."""
    _require_silence(database, "PRAGMA quick_check")


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
    """How many rows each table has, by its name."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def _require_silence(database: Database, pragma: str) -> None:
    with database.connected() as connection:
        found = [row[0] for row in connection.execute(pragma)]
    faults = [line for line in found if line != "ok"]
    if faults:
        raise StoreError(
            f"{len(faults)} faults found. Close ClinicDesk and restore the last backup."
        )
