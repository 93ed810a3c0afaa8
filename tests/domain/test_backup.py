"""Which backups are kept, and when the next one and the next rehearsal are due (D04)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinicdesk.domain.backup import (
    Backup,
    BackupKind,
    BackupPlan,
    BackupStatus,
    is_due,
    is_rehearsal_due,
    last_verified,
    superfluous,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


def backup(
    number: int,
    made_at: datetime = NOON,
    kind: BackupKind = BackupKind.SCHEDULED,
    *,
    whole: bool = True,
) -> Backup:
    verified_at = made_at if whole else None
    return Backup(number, made_at, kind, "there", 1, {}, 1, verified_at, None)


def live(days: int, zone: ZoneInfo = BERLIN) -> list[Backup]:
    """Make a backup a day and drop what is superfluous, for so many days."""
    kept: list[Backup] = []
    for day in range(days):
        kept.append(backup(day, NOON + day * DAY))
        gone = {each.id for each in superfluous(kept, zone)}
        kept = [each for each in kept if each.id not in gone]
    return kept


def test_after_two_years_seven_days_four_weeks_twelve_months_are_kept() -> None:
    kept = live(730)
    ages = sorted((NOON + 729 * DAY - each.made_at).days for each in kept)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(kept) <= 7 + 4 + 12
    months = {(each.made_at.year, each.made_at.month) for each in kept}
    assert len(months) == 12


def test_the_first_week_keeps_everything() -> None:
    assert len(live(7)) == 7


def test_several_a_day_are_one_day() -> None:
    made = [backup(number, NOON + timedelta(hours=number)) for number in range(5)]
    assert [each.id for each in superfluous(made, BERLIN)] == [3, 2, 1, 0]


def test_the_last_verified_one_stays_whatever_else_there_is() -> None:
    """A month of damaged backups does not push out the one that is whole."""
    whole = backup(0, NOON - 400 * DAY)
    damaged = [backup(n, NOON - n * DAY, whole=False) for n in range(1, 30)]
    dropped = superfluous([whole, *damaged], BERLIN)
    assert whole not in dropped
    assert last_verified([whole, *damaged]) is whole


def test_what_somebody_made_is_never_dropped() -> None:
    manual = [backup(n, NOON - n * 40 * DAY, BackupKind.MANUAL) for n in range(30)]
    assert superfluous(manual, BERLIN) == []


def test_two_from_before_a_migration_are_kept() -> None:
    made = [backup(n, NOON - n * 40 * DAY, BackupKind.BEFORE_MIGRATION) for n in range(4)]
    assert [each.id for each in superfluous(made, BERLIN)] == [2, 3]


def test_days_are_the_clinics_days() -> None:
    """23:30 and 00:30 in Berlin are two days, though one in UTC."""
    late = backup(1, datetime(2026, 7, 1, 21, 30, tzinfo=UTC))
    early = backup(2, datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert superfluous([late, early], BERLIN) == []


@pytest.mark.parametrize(
    ("made", "due"),
    [([], True), ([timedelta(hours=19)], False), ([timedelta(hours=21)], True), ([8 * DAY], True)],
)
def test_one_a_day_is_due(made: Sequence[timedelta], due: bool) -> None:
    known = [backup(n, NOON - age) for n, age in enumerate(made)]
    assert is_due(BackupPlan(), known, NOON) is due
    assert not is_due(BackupPlan(on=False), known, NOON)


def test_one_that_somebody_made_elsewhere_is_not_the_days() -> None:
    assert is_due(BackupPlan(), [backup(1, NOON, BackupKind.MANUAL)], NOON)


def test_a_rehearsal_is_due_once_a_month() -> None:
    assert is_rehearsal_due(None, NOON)
    assert not is_rehearsal_due(NOON - 29 * DAY, NOON)
    assert is_rehearsal_due(NOON - 31 * DAY, NOON)


def test_three_days_without_a_backup_are_worth_a_warning() -> None:
    def status(last: Backup | None) -> BackupStatus:
        return BackupStatus(BackupPlan(), "there", same_disk=True, last=last, due=True)

    assert status(None).is_old(NOON)
    assert not status(backup(1, NOON - 3 * DAY)).is_old(NOON)
    assert status(backup(1, NOON - 4 * DAY)).is_old(NOON)
