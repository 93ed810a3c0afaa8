"""What an error says to the person at the screen, and what it leaves in the log."""

import itertools
import logging
import os
import traceback

from clinicdesk.errors import UserFacingError

log = logging.getLogger(__name__)


def plain_text(error: BaseException) -> str:
    """A user-facing error as it is; anything else is our fault and gets a number to quote."""
    if isinstance(error, UserFacingError):
        return str(error)
    number = os.urandom(4).hex()
    log.error("unexpected %s [%s] at %s", type(error).__name__, number, _places(error))
    return (
        "Something went wrong inside ClinicDesk. "
        f"Quote error {number} when you report it; the log has the details."
    )


def _places(error: BaseException) -> str:
    """Where it happened, without a word of what the variables held."""
    frames = traceback.extract_tb(error.__traceback__)
    last = itertools.islice(reversed(frames), 6)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in last)
