"""Backups of an unlocked store: the one of the day, the ones asked for, and proving them whole."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from clinicdesk.domain import backup as domain
from clinicdesk.domain.backup import Backup, BackupKind, BackupPlan, BackupStatus
from clinicdesk.domain.roles import Action
from clinicdesk.errors import StoreError
from clinicdesk.services import restoring
from clinicdesk.services.access import Access, requires
from clinicdesk.services.backup_copy import Source, copy_store
from clinicdesk.services.backup_place import (
    change_plan,
    free_name,
    is_on_disk_of,
    place_of,
    remove_backup,
    sweep_abandoned,
)
from clinicdesk.services.backup_register import BackupRegister, Look
from clinicdesk.services.manifest import Manifest
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.restoring import NotCopiedBack
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.database import Database
from clinicdesk.vault import CopyWithoutUs, Unlocked


class BackupAway(StoreError):
    def __init__(self) -> None:
        super().__init__("This backup is not where it was made. Connect its disk, then try again.")


class Backups:
    """Copies of an unlocked store. zone: of the clinic, whose days and weeks are counted."""

    def __init__(
        self,
        database: Database,
        access: Access,
        folder: Path,
        keys: Unlocked,
        *,
        zone: tzinfo,
        now: Callable[[], datetime],
        disk_usage: DiskUsage = shutil.disk_usage,
    ) -> None:
        self._database = database
        self._access = access
        self._folder = folder
        self._keys = keys
        self._register = BackupRegister(database, access.principal, now)
        self._zone = zone
        self._now = now
        self._disk_usage = disk_usage

    @requires(Action.BACKUP)
    def make(self, out: Path, progress: Progress = SILENT) -> Mapping[str, int]:
        """Copy the store into a new folder somebody chose; return its rows by table."""
        return self._made(out.absolute(), BackupKind.MANUAL, progress).rows

    @requires(Action.BACKUP)
    def make_now(self, progress: Progress = SILENT) -> Backup:
        """Make the backup of the day now, whether or not it is due."""
        return self._scheduled(progress)

    @requires(Action.STORE_UPKEEP)
    def make_due(self, progress: Progress = SILENT) -> Backup | None:
        """Make the backup of the day if it is not made yet; rehearse it once a month."""
        plan, known = self._register.known()
        return self._scheduled(progress) if domain.is_due(plan, known, self._now()) else None

    @requires(Action.STORE_UPKEEP)
    def status(self) -> BackupStatus:
        """What everybody should know of the backups."""
        plan, known = self._register.known()
        place = place_of(plan, self._folder)
        return BackupStatus(
            plan=plan,
            folder=str(place),
            same_disk=is_on_disk_of(place, self._folder),
            last=domain.last_verified(known),
            due=domain.is_due(plan, known, self._now()),
        )

    @requires(Action.BACKUP)
    def every(self) -> list[Backup]:
        """Those that are kept, newest first."""
        return [replace(b, is_there=Path(b.folder).is_dir()) for b in self._register.known()[1]]

    @requires(Action.BACKUP)
    def verify(self, backup_id: int, progress: Progress = SILENT) -> Backup:
        """Look through a backup again; a damaged one does not count as one any more."""
        return self._looked_at(backup_id, Look.VERIFIED, restoring.verify, progress)

    @requires(Action.BACKUP)
    def rehearse(self, backup_id: int, progress: Progress = SILENT) -> Backup:
        """Make a store of a backup in a temporary folder, look through it, throw it away."""
        return self._looked_at(backup_id, Look.REHEARSED, restoring.rehearse, progress)

    @requires(Action.SETTINGS_CHANGE)
    def change_plan(self, plan: BackupPlan) -> None:
        """Decide whether there is a backup every day, and in which folder."""
        change_plan(self._database, self._folder, plan, self._access.principal, self._now())

    def _scheduled(self, progress: Progress) -> Backup:
        plan, _ = self._register.known()
        place = place_of(plan, self._folder)
        sweep_abandoned(place, self._now())
        out = free_name(place, self._now().astimezone(self._zone))
        made = self._made(out, BackupKind.SCHEDULED, progress)
        self._drop_superfluous()
        if domain.is_rehearsal_due(self._register.last_rehearsal(), self._now()):
            made = self._looked_at(made.id, Look.REHEARSED, restoring.rehearse, progress)
        return made

    def _made(self, out: Path, kind: BackupKind, progress: Progress) -> Backup:
        source = Source(self._folder, self._database, self._keys, self._newest_in(out.parent))
        manifest = copy_store(
            source, out, kind, self._now(), progress=progress, disk_usage=self._disk_usage
        )
        return self._register.add(manifest, out)

    def _newest_in(self, place: Path) -> Path | None:
        """The newest backup beside it, whose documents need not be copied again."""
        _, known = self._register.known()
        beside = (Path(each.folder) for each in known if each.verified_at)
        return next((path for path in beside if path.parent == place and path.is_dir()), None)

    def _drop_superfluous(self) -> None:
        _, known = self._register.known()
        for backup in domain.superfluous(known, self._zone):
            if remove_backup(Path(backup.folder), self._keys.store_id):
                self._register.note_gone(backup.id)

    def _looked_at(
        self,
        backup_id: int,
        look: Look,
        through: Callable[[Path, Unlocked, Progress], Manifest],
        progress: Progress,
    ) -> Backup:
        folder = self._register.folder(backup_id)
        if not folder.is_dir():
            raise BackupAway
        try:
            through(folder, self._keys, progress)
        except (CopyWithoutUs, NotCopiedBack):
            raise  # which says nothing of the backup
        except StoreError:
            self._register.note(look, backup_id, whole=False)
            raise
        return self._register.note(look, backup_id, whole=True)
