"""Backups: of when they are, what they hold, which are kept, and when the next one is due."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

DAILY, WEEKLY, MONTHLY = 7, 4, 12  # days, weeks and months of which the newest backup is kept
BEFORE_MIGRATION = 2  # newest of those
DUE_AFTER = timedelta(hours=20)  # a day, for whoever goes home a little earlier than yesterday
REHEARSAL_AFTER = timedelta(days=30)
OLD_AFTER = timedelta(days=3)  # a weekend is no reason to warn


class BackupKind(StrEnum):
    SCHEDULED = "scheduled"
    MANUAL = "manual"  # to a place that somebody chose; ClinicDesk never deletes it
    BEFORE_MIGRATION = "before-migration"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup that was made. audit_seq: the newest event in it."""

    id: int
    made_at: datetime
    kind: BackupKind
    folder: str = field(repr=False)
    size: int  # bytes
    rows: Mapping[str, int]  # by table
    audit_seq: int
    verified_at: datetime | None  # reopened and counted; None: the last look found it damaged
    rehearsed_at: datetime | None  # restored into a temporary folder
    is_there: bool = True  # its disk is connected and the folder on it


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """What an administrator decided. folder: "" for the one beside the store."""

    on: bool = True
    folder: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """What everybody should know. last: the newest one that was verified."""

    plan: BackupPlan
    folder: str = field(repr=False)  # where scheduled backups go
    same_disk: bool  # as the store: a disk that fails takes both
    last: Backup | None
    due: bool

    def is_old(self, now: datetime) -> bool:
        """Whether somebody should look why there is no newer one."""
        return self.last is None or now - self.last.made_at > OLD_AFTER


def is_due(plan: BackupPlan, backups: Iterable[Backup], now: datetime) -> bool:
    """Whether the day's backup is not yet made."""
    made = [each.made_at for each in backups if each.kind is BackupKind.SCHEDULED]
    return plan.on and (not made or now - max(made) > DUE_AFTER)


def is_rehearsal_due(last: datetime | None, now: datetime) -> bool:
    """Whether a month has passed since a backup was last proved to make a store again."""
    return last is None or now - last > REHEARSAL_AFTER


def last_verified(backups: Iterable[Backup]) -> Backup | None:
    """The newest one that was whole when it was looked at last."""
    whole = [each for each in backups if each.verified_at]
    return max(whole, key=_age, default=None)


def superfluous(backups: Iterable[Backup], zone: tzinfo) -> list[Backup]:
    """Those that need not be kept: never the last verified one, and none that somebody made."""
    newest_first = sorted(backups, key=_age, reverse=True)
    ours = [each for each in newest_first if each.kind is not BackupKind.MANUAL]
    kept = _kept([each for each in ours if each.verified_at], zone)
    last = last_verified(newest_first)
    return [each for each in ours if each.id not in kept and each is not last]


def _kept(newest_first: Sequence[Backup], zone: tzinfo) -> set[int]:
    scheduled = [each for each in newest_first if each.kind is BackupKind.SCHEDULED]
    migrated = [each for each in newest_first if each.kind is BackupKind.BEFORE_MIGRATION]

    def local(backup: Backup) -> datetime:
        return backup.made_at.astimezone(zone)

    return {
        *_newest_of(scheduled, DAILY, lambda each: local(each).date()),
        *_newest_of(scheduled, WEEKLY, lambda each: local(each).isocalendar()[:2]),
        *_newest_of(scheduled, MONTHLY, lambda each: (local(each).year, local(each).month)),
        *(each.id for each in migrated[:BEFORE_MIGRATION]),
    }


def _newest_of(
    newest_first: Iterable[Backup], most: int, period: Callable[[Backup], object]
) -> list[int]:
    """The newest backup of each of the last `most` periods that have one."""
    newest: dict[object, int] = {}
    for backup in newest_first:
        newest.setdefault(period(backup), backup.id)
    return list(newest.values())[:most]


def _age(backup: Backup) -> tuple[datetime, int]:
    return backup.made_at, backup.id
