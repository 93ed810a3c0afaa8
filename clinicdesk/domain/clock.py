"""What is made of a clock that was set back: it proves nothing about the time that went by."""

from datetime import datetime, timedelta

ADJUSTED = timedelta(minutes=2)  # a clock is put right by that much without anybody's intent


def went_back(before: datetime, now: datetime) -> bool:
    """Whether the clock was set back since `before`."""
    return before - now > ADJUSTED
