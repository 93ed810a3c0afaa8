"""The rules that the database itself holds: are they all there, and as they were made?"""

from collections.abc import Mapping

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from clinicdesk.errors import StoreError
from clinicdesk.storage import schema

_ALL = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")


def require_as_made(session: Session) -> int:
    """How many there are; raise a StoreError unless they are those of this schema."""
    found, made = _triggers(session), _made()
    wrong = [name for name in {*found, *made} if found.get(name) != made.get(name)]
    if wrong:
        raise StoreError(
            f"{len(wrong)} rules that keep history and audit are missing or were changed. Somebody"
            " worked on clinic.db with another program. Restore the last backup."
        )
    return len(found)


def _made() -> Mapping[str, str]:
    """What a new store has: an empty one in memory is asked."""
    engine = create_engine(
        "sqlite+pysqlite://", module=sqlcipher, creator=_in_memory, poolclass=QueuePool
    )
    try:
        with Session(engine) as session, session.begin():
            schema.upgrade(session)
            return _triggers(session)
    finally:
        engine.dispose()


def _in_memory() -> sqlcipher.Connection:
    return sqlcipher.connect(":memory:", isolation_level=None)


def _triggers(session: Session) -> Mapping[str, str]:
    return {row.name: row.sql for row in session.execute(_ALL)}
