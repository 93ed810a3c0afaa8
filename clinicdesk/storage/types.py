"""Column types: instants as integers, so that they sort, compare and load fast."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_millis(instant: datetime) -> int:
    """Milliseconds since 1970 UTC, before 1970 negative; `instant` is aware."""
    return (instant - _EPOCH) // _MILLISECOND


def from_millis(millis: int) -> datetime:
    """The aware UTC instant of `millis`; unlike `fromtimestamp`, for 1938 on Windows too."""
    return _EPOCH + timedelta(milliseconds=millis)


def date_or_none(text: str) -> date | None:
    """The date of a key column, where "" says that nobody wrote one."""
    return date.fromisoformat(text) if text else None


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as milliseconds since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else to_millis(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else from_millis(value)
