"""Bring a store of an older ClinicDesk up to date: a backup first, then a copy, or nothing."""

import shutil
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from clinicdesk.domain.backup import BackupKind
from clinicdesk.errors import StoreError
from clinicdesk.services.backup_copy import Source, copy_store
from clinicdesk.services.backup_place import free_name, place_of, size_of
from clinicdesk.services.manifest import Manifest
from clinicdesk.storage import accounts, audit, backups, migration, schema
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.presence import Presence


class NotBackedUp(StoreError):
    """Nothing was done."""

    def __init__(self, trouble: StoreError) -> None:
        super().__init__(
            "The store was written by an older ClinicDesk, and is brought up to date only after a"
            f" backup, which could not be made. {trouble}"
        )


def bring_up_to_date(
    source: Source,
    presence: Presence,
    user_id: str,
    now: Callable[[], datetime],
    disk_usage: DiskUsage = shutil.disk_usage,
) -> bool:
    """Bring the schema to the newest; return whether it was older. A newer store is refused.

    user_id: who unlocked it.  What fails leaves the store as it was, for the older ClinicDesk.
    """
    database = source.database
    with database.reading() as session:
        if not schema.is_older(session):
            return False
        before = schema.current(session)
        place = place_of(backups.plan(session), source.folder)
    with presence.alone():
        out = free_name(place, now())
        manifest = _backed_up(source, out, now(), disk_usage)

        note = partial(_note, user_id=user_id, before=before, out=out, manifest=manifest, at=now())
        with database.set_aside():
            path, key = database.path, database.key
            migration.bring_to_newest(path, key, note=note, disk_usage=disk_usage)
    return True


def _note(
    session: Any, *, user_id: str, before: str, out: Path, manifest: Manifest, at: datetime
) -> None:
    """In the transaction of the migration: there is none without its event (E01)."""
    principal = accounts.get_user(session, user_id).principal
    backups.add(
        session,
        made_at=at,
        kind=manifest.kind,
        folder=out,
        size=size_of(out),
        rows=manifest.rows,
        audit_seq=manifest.audit_seq,
        user_id=principal.user_id,
    )
    detail = {"before": before, "after": schema.newest()}
    audit.record(session, principal, "store.migrate", detail=detail, at=at)


def _backed_up(source: Source, out: Path, at: datetime, disk_usage: DiskUsage) -> Manifest:
    try:
        return copy_store(source, out, BackupKind.BEFORE_MIGRATION, at, disk_usage=disk_usage)
    except StoreError as trouble:
        raise NotBackedUp(trouble) from None
