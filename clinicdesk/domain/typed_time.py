"""Days and times as people type them: 28-May-2026 14:05, or 2026-05-28 14:05."""

from datetime import UTC, date, datetime, tzinfo

TYPED, TYPED_DAY = "28-May-2026 14:05", "28-May-2026"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def typed_day(text: str) -> date | None:
    """The day, None for what is none."""
    parts = text.strip().casefold().split("-")
    if len(parts) != 3:
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    if month[:3] in _MONTHS and len(year) == 4:
        month = str(_MONTHS.index(month[:3]) + 1)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def typed_instant(text: str, zone: tzinfo) -> datetime | None:
    """The instant on the clinic's clock, None for what is none."""
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    found = typed_day(day)
    hours, colon, minutes = clock.strip().partition(":")
    if found is None or not (colon and hours.isdecimal() and minutes.isdecimal()):
        return None
    try:
        local = datetime(found.year, found.month, found.day, int(hours), int(minutes), tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(UTC)
