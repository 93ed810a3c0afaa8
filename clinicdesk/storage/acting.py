"""Say who changes clinical rows in a unit of work, and why; the triggers refuse it otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from clinicdesk.storage.trail_tables import ActingRow


def begin(
    session: Session,
    user_id: int,
    reason: str,
    at: datetime,
    *,
    import_id: int | None = None,
    undoes: bool = False,
) -> None:
    """From here on changes are this person's, for this reason. Commit after `end`.

    undoes: the import is being undone, so what it brought and nobody touched may be deleted.
    """
    row = ActingRow(id=1, user_id=user_id, at=at, reason=reason, import_id=import_id)
    row.undoes = import_id if undoes else None
    session.add(row)
    session.flush()


def end(session: Session) -> None:
    """Nobody is acting any more."""
    session.flush()
    session.execute(delete(ActingRow))


@contextmanager
def acting(session: Session, user_id: int, reason: str, at: datetime) -> Iterator[None]:
    """Changes of the block are this person's. One that fails is rolled back, this with it."""
    begin(session, user_id, reason, at)
    yield
    end(session)
