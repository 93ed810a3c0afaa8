"""Keep the list of backups, with an event in the audit for every entry."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from clinicdesk.domain.backup import Backup, BackupPlan
from clinicdesk.domain.roles import Principal
from clinicdesk.services.backup_place import size_of
from clinicdesk.services.manifest import Manifest, made_at
from clinicdesk.storage import audit, backups
from clinicdesk.storage.database import Database


class Look(StrEnum):
    """How a backup was looked at, as the audit calls it."""

    VERIFIED = "store.backup_verify"  # where it lies
    REHEARSED = "store.backup_rehearse"  # a store was made of it


class BackupRegister:
    """The list in one store. by: who is at work."""

    def __init__(self, database: Database, by: Principal, now: Callable[[], datetime]) -> None:
        self._database = database
        self._by = by
        self._now = now

    def known(self) -> tuple[BackupPlan, list[Backup]]:
        """The plan, and the backups that are kept, newest first."""
        with self._database.reading() as session:
            return backups.plan(session), backups.every(session)

    def last_rehearsal(self) -> datetime | None:
        """When a store was last made of a backup."""
        with self._database.reading() as session:
            return backups.last_rehearsal(session)

    def folder(self, backup_id: int) -> Path:
        """Where a backup was made; raise `RecordNotFound`."""
        with self._database.reading() as session:
            return Path(backups.get(session, backup_id).folder)

    def add(self, manifest: Manifest, folder: Path) -> Backup:
        """Write down a backup that was just made and looked through."""
        with self._database.writing() as session:
            number = backups.add(
                session,
                made_at=made_at(manifest),
                kind=manifest.kind,
                folder=folder,
                size=size_of(folder),
                rows=manifest.rows,
                audit_seq=manifest.audit_seq,
                user_id=self._by.user_id,
            )
            audit.record(
                session,
                self._by,
                "store.backup",
                object_type="backup",
                object_id=number,
                detail=_detail(manifest),
                at=self._now(),
            )
            return backups.get(session, number)

    def note(self, look: Look, backup_id: int, *, whole: bool) -> Backup:
        """Write down how a look at a backup ended."""
        at = self._now()
        with self._database.writing() as session:
            if whole and look is Look.REHEARSED:
                backups.note_rehearsed(session, backup_id, at)
            else:
                backups.note_verified(session, backup_id, at if whole else None)
            audit.record(
                session,
                self._by,
                look,
                object_type="backup",
                object_id=backup_id,
                outcome="success" if whole else "failed",
                at=at,
            )
            return backups.get(session, backup_id)

    def note_gone(self, backup_id: int) -> None:
        """Write down that it is not kept any longer."""
        at = self._now()
        with self._database.writing() as session:
            backups.note_gone(session, backup_id, at)
            audit.record(
                session,
                self._by,
                "store.backup_drop",
                object_type="backup",
                object_id=backup_id,
                at=at,
            )


def _detail(manifest: Manifest) -> dict[str, int | str]:
    return {
        "kind": manifest.kind.value,
        "rows": sum(manifest.rows.values()),
        "documents_lacking": len(manifest.lacking),
        "audit_fault": manifest.audit_fault,
    }
