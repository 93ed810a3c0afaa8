"""Make a store of a backup: for good, or as a rehearsal that is thrown away."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.services import manifest as manifests
from clinicdesk.services.backup_copy import (
    STORE_FILES,
    chain_fault,
    copy_files,
    documents_in,
    looked_through,
    require_as_written,
    shares_of,
)
from clinicdesk.services.backup_place import size_of
from clinicdesk.services.clock import utc_now
from clinicdesk.services.manifest import BackupDamaged, Manifest
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.rotation import key_in_use
from clinicdesk.storage import accounts, audit, documents, schema
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.document_files import DocumentFolder
from clinicdesk.storage.folders import new_folder
from clinicdesk.storage.places import require_safe_place
from clinicdesk.storage.rotation import opens
from clinicdesk.vault import CopyKeys, Unlocked
from clinicdesk.vault.kdf import LIMITS, Limits

_REHEARSAL = ".rehearsal-"


class NotCopiedBack(StoreError):
    """Says nothing of the backup: there was no place to put it."""

    def __init__(self) -> None:
        super().__init__(
            "The backup could not be copied. Check the disk, its free space and the permissions of"
            " the folder, then try again."
        )


def restore(
    backup: Path,
    folder: Path,
    *,
    login: str,
    password: str,
    now: Callable[[], datetime] = utc_now,
    limits: Limits = LIMITS,
) -> Mapping[str, int]:
    """Make a store of a backup; return its rows by table. The backup stays as it is.

    login, password: of an account as it was then.  folder: new or empty. The audit of the new
    store says that it was restored: from there on it goes another way than the one it is of.
    """
    _require_backup(backup)
    require_safe_place(folder)
    manifest = manifests.read(backup)
    with _plainly(), new_folder(folder, STORE_FILES) as making:
        _copy_all(backup, making)
        with closing(vault.unlock(making, login, password, limits=limits)) as keys:
            if manifest is not None:
                require_as_written(making, manifest, keys.backup_key())
            path = making / DATABASE_FILE
            with closing(Database(path, key_in_use(making, keys))) as database:
                rows = _whole(database, making, manifest, keys.store_id)
                _note(database, keys.user_id, now())
                return rows


def verify(backup: Path, keys: Unlocked, progress: Progress = SILENT) -> Manifest:
    """Look through a backup where it lies: every file, page, tree, reference and count.

    keys: of the store it is of; raise a StoreError that says what is wrong with it.
    """
    _require_backup(backup)
    manifest = manifests.read(backup)
    if manifest is None:
        raise BackupDamaged("its manifest is missing.")
    copy_keys = vault.keys_of_copy(keys, backup)
    progress.report(0.1, "Reading every file")
    require_as_written(backup, manifest, copy_keys.backup)
    progress.raise_if_cancelled()
    progress.report(0.5, "Looking through the records")
    with closing(_opened(backup, copy_keys)) as database:
        _whole(database, backup, manifest, keys.store_id)
    return manifest


def rehearse(
    backup: Path,
    keys: Unlocked,
    progress: Progress = SILENT,
    disk_usage: DiskUsage = shutil.disk_usage,
) -> Manifest:
    """Make a store of the backup in a hidden folder beside it, look through it, throw it away."""
    _require_backup(backup)
    if size_of(backup) > disk_usage(backup.parent).free:
        raise NotCopiedBack
    with _plainly(), _hidden_folder(backup.parent) as making:
        progress.report(0.0, "Making a store of the backup")
        _copy_all(backup, making)
        copy_files(backup, making, [manifests.MANIFEST])
        progress.raise_if_cancelled()
        return verify(making, keys, progress)


def _whole(
    database: Database, folder: Path, manifest: Manifest | None, store_id: str
) -> dict[str, int]:
    rows = looked_through(database, store_id)
    if manifest is not None and dict(manifest.rows) != rows:
        raise BackupDamaged("it has not the rows that were written into it.")
    if manifest is not None and chain_fault(database) != manifest.audit_fault:
        raise BackupDamaged("its audit is not the one that was written into it.")
    lacking = frozenset(manifest.lacking) if manifest else frozenset()
    with database.reading() as session:
        if not schema.is_older(session):
            files = [each for each in documents.files(session) if each[0] not in lacking]
            DocumentFolder(folder).verify(files)
    return rows


def _note(database: Database, user_id: str, at: datetime) -> None:
    with database.writing() as session:
        if not schema.is_older(session):  # its migration is an event of its own
            principal = accounts.get_user(session, user_id).principal
            audit.record(session, principal, "store.restore", at=at)


def _opened(folder: Path, keys: CopyKeys) -> Database:
    path = folder / DATABASE_FILE
    for key in keys.databases:
        if opens(path, key):
            return Database(path, key)
    raise BackupDamaged("its keys do not open its clinic.db.")


def _require_backup(folder: Path) -> None:
    if not (folder / DATABASE_FILE).is_file():
        raise StoreError("There is no clinic.db in this folder: it is not a backup.")


def _copy_all(backup: Path, making: Path) -> None:
    found = (name for name in STORE_FILES if (backup / name).is_file())
    copy_files(backup, making, (*found, *shares_of(backup), *documents_in(backup)))


@contextmanager
def _hidden_folder(parent: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_REHEARSAL, dir=parent))  # 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say what the system refuses without its paths, which may name people."""
    try:
        yield
    except OSError:
        raise NotCopiedBack from None
