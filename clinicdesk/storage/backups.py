"""What is remembered of the backups."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.backup import Backup, BackupKind, BackupPlan
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import store
from clinicdesk.storage.trail_tables import BackupRow

_ON, _FOLDER = "backup_on", "backup_folder"


def plan(session: Session) -> BackupPlan:
    """What an administrator decided; on, beside the store, unless it is a demonstration."""
    default = "no" if store.read(session).demo else "yes"
    on = (store.setting(session, _ON) or default) == "yes"
    return BackupPlan(on=on, folder=store.setting(session, _FOLDER))


def change_plan(session: Session, plan: BackupPlan) -> None:
    """Decide anew."""
    store.change_setting(session, _ON, "yes" if plan.on else "no")
    store.change_setting(session, _FOLDER, plan.folder)


def add(
    session: Session,
    *,
    made_at: datetime,
    kind: BackupKind,
    folder: Path,
    size: int,
    rows: Mapping[str, int],
    audit_seq: int,
    user_id: int | None,
) -> int:
    """Write down a backup that was verified as it was made; return its number."""
    row = BackupRow(
        made_at=made_at,
        kind=kind,
        place=str(folder),
        bytes=size,
        rows=json.dumps(dict(rows), sort_keys=True),
        audit_seq=audit_seq,
        verified_at=made_at,
        user_id=user_id,
    )
    session.add(row)
    session.flush()
    return row.id


def every(session: Session) -> list[Backup]:
    """Those that are kept, newest first."""
    query = select(BackupRow).where(BackupRow.gone_at.is_(None))
    newest_first = query.order_by(BackupRow.made_at.desc(), BackupRow.id.desc())
    return [_backup(row) for row in session.scalars(newest_first)]


def get(session: Session, backup_id: int) -> Backup:
    """The backup of that number; raise `RecordNotFound`."""
    return _backup(_row(session, backup_id))


def last_rehearsal(session: Session) -> datetime | None:
    """When a store was last made of a backup, of one that is gone too."""
    return session.scalar(
        select(BackupRow.rehearsed_at)
        .where(BackupRow.rehearsed_at.is_not(None))
        .order_by(BackupRow.rehearsed_at.desc())
        .limit(1)
    )


def note_verified(session: Session, backup_id: int, at: datetime | None) -> None:
    """Remember that it was found whole, or with None that it was not."""
    _row(session, backup_id).verified_at = at


def note_rehearsed(session: Session, backup_id: int, at: datetime) -> None:
    """Remember that a store was made of it."""
    row = _row(session, backup_id)
    row.verified_at = row.rehearsed_at = at


def note_gone(session: Session, backup_id: int, at: datetime) -> None:
    """Remember that it is not kept any longer."""
    _row(session, backup_id).gone_at = at


def _row(session: Session, backup_id: int) -> BackupRow:
    row = session.get(BackupRow, backup_id)
    if row is None or row.gone_at is not None:
        raise RecordNotFound(f"There is no backup number {backup_id}. List the backups to see all.")
    return row


def _backup(row: BackupRow) -> Backup:
    return Backup(
        id=row.id,
        made_at=row.made_at,
        kind=BackupKind(row.kind),
        folder=row.place,
        size=row.bytes,
        rows=json.loads(row.rows),
        audit_seq=row.audit_seq,
        verified_at=row.verified_at,
        rehearsed_at=row.rehearsed_at,
    )
