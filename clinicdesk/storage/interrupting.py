"""Stop a long statement where somebody has asked to stop: within moments, not when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clinicdesk.storage.database import driver_connection

_STEPS = 100_000  # instructions of SQLite's machine between two looks: some milliseconds


@contextmanager
def interruptible(session: Session, checkpoint: Callable[[], None]) -> Iterator[None]:
    """Call the checkpoint while statements of the block run; what it raises stops them.

    The transaction of an interrupted statement is rolled back.
    """
    driver = driver_connection(session.connection())
    raised: list[BaseException] = []

    def look() -> int:
        try:
            checkpoint()
        except BaseException as stop:  # noqa: BLE001 - it is raised again below, past the driver
            raised.append(stop)
            return 1
        return 0

    driver.set_progress_handler(look, _STEPS)
    try:
        yield
    except (sqlcipher.OperationalError, DBAPIError):
        if raised:
            raise raised[0] from None
        raise
    finally:
        driver.set_progress_handler(None, 0)
