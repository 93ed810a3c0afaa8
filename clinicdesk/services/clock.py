"""What time it is, for whoever was given no other clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware."""
    return datetime.now(UTC)
