"""A copy of the whole store that opens by itself, and looking through one.

A backup is a folder like a store: the database of one committed state, encrypted as it is, the
documents, and the key header beside them, so that it takes nothing but somebody's password to open
(B05). The header is copied first: its pins may be older than the database and never newer.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from clinicdesk.domain.backup import BackupKind
from clinicdesk.errors import StoreError
from clinicdesk.services import manifest as manifests
from clinicdesk.services.manifest import BackupDamaged, Manifest, digest_of
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.shares import SHARES
from clinicdesk.storage import audit, audit_check, documents, integrity, schema, store
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.document_files import FOLDER as DOCUMENTS
from clinicdesk.storage.flushing import flush_file, flush_folder
from clinicdesk.storage.folders import new_folder
from clinicdesk.storage.replacing import ROOM, size_of
from clinicdesk.vault import KEYS_COPY, KEYS_FILE

KEYS = (KEYS_FILE, KEYS_COPY)
STORE_FILES = (DATABASE_FILE, *KEYS)


class BackupKeys(Protocol):
    """Whoever holds the clinical key."""

    store_id: str

    def backup_key(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied. earlier: a backup whose documents need not be copied again."""

    folder: Path
    database: Database
    keys: BackupKeys
    earlier: Path | None = None


def copy_store(
    source: Source,
    out: Path,
    kind: BackupKind,
    at: datetime,
    *,
    progress: Progress = SILENT,
    disk_usage: DiskUsage = shutil.disk_usage,
) -> Manifest:
    """Copy the store into a new folder while others work; return what is in it.

    The copy is opened and looked through before the folder gets its name. The research copy is not
    in it: it is published anew from the records.
    """

    def between(left: int, all_: int) -> None:
        progress.raise_if_cancelled()
        progress.report(0.7 * (1 - left / max(all_, 1)), "Copying")

    with _plainly(), new_folder(out, STORE_FILES) as making:
        _require_room(source, making, disk_usage)
        copy_files(source.folder, making, (*KEYS, *shares_of(source.folder)))
        with closing(source.database.copy_to(making / DATABASE_FILE, between)) as copy:
            lacking = _copy_documents(copy, source, making, progress)
            progress.report(0.8, "Looking through the copy")
            rows = looked_through(copy, source.keys.store_id)
            version, head, code = _head(copy)
            fault = chain_fault(copy)
        flush_file(making / DATABASE_FILE)
        manifest = Manifest(
            store_id=source.keys.store_id,
            schema=version,
            kind=kind,
            made_at=at.isoformat(),
            files={name: digest_of(making / name) for name in _names(making)},
            rows=rows,
            audit_seq=head,
            audit_code=code,
            audit_fault=fault,
            lacking=lacking,
        ).signed(source.keys.backup_key())
        manifests.write(making, manifest)
    return manifest


def looked_through(database: Database, store_id: str = "") -> dict[str, int]:
    """Raise a StoreError unless the copy is sound; return its rows. Older schemas are fine."""
    integrity.require_authentic_pages(database)
    integrity.require_sound_structure(database)
    with database.reading() as session:
        is_older = schema.is_older(session)
        found = store.read(session).store_id
        if store_id and found != store_id:
            raise StoreError("clinic.db and clinic.keys of this backup are of different stores.")
        integrity.require_no_orphans(session)
        if not is_older:
            integrity.require_complete_search(session)
        return integrity.row_counts(session)


def chain_fault(database: Database) -> int:
    """The event at which the audit's chain is broken since the key in use began; 0 for none.

    A chain that somebody broke keeps nobody from a backup: it is what the backup is to show.
    """
    with database.reading() as session:
        if schema.is_older(session):
            return 0
        walk, last = audit_check.recent_walk(session), audit.head(session).seq
        while walk.seq < last:
            if fault := walk.on(session, last):
                return fault.seq
    return 0


def require_as_written(folder: Path, manifest: Manifest, key: bytes) -> None:
    """Raise `BackupDamaged` unless manifest and files are those that were written."""
    if not manifest.is_genuine(key):
        raise BackupDamaged("its manifest was changed.")
    manifests.require_files(folder, manifest.files)


def copy_files(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy files for their owner alone, down to the disk."""
    for name in names:
        (target / name).parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(source / name, target / name)
        (target / name).chmod(0o600)
        flush_file(target / name)


def shares_of(folder: Path) -> list[str]:
    """What clinicians shared with patients, sealed as it is; names relative to the folder."""
    return [f"{SHARES}/{file.name}" for file in sorted((folder / SHARES).glob("*.share"))]


def documents_in(folder: Path) -> list[str]:
    """The encrypted files of documents in a copy."""
    return [f"{DOCUMENTS}/{file.name}" for file in sorted((folder / DOCUMENTS).glob("*"))]


def _copy_documents(
    copy: Database, source: Source, making: Path, progress: Progress
) -> tuple[str, ...]:
    """Copy what the copied state names; return the ids of those that are damaged in the store.

    One damaged document must not keep everything else from being saved.
    """
    wanted = _documents_of(copy)
    if not wanted:
        return ()
    (making / DOCUMENTS).mkdir(mode=0o700)
    lacking = []
    for number, (file_id, digest) in enumerate(wanted.items()):
        progress.raise_if_cancelled()
        progress.report(0.7 + 0.1 * number / len(wanted), "Copying documents")
        if not _copy_document(f"{DOCUMENTS}/{file_id}", digest, source, making):
            lacking.append(file_id)
    flush_folder(making / DOCUMENTS)
    return tuple(lacking)


def _copy_document(name: str, digest: str, source: Source, making: Path) -> bool:
    """Link what an earlier backup has already, copy what it has not; False for a damaged one.

    An encrypted document never changes, so that two backups may share one file; a backup and the
    store may not, or one bad spot on the disk would take both.
    """
    earlier = source.earlier / name if source.earlier else None
    if earlier is not None and _link(earlier, making / name):
        return True
    if digest_of(source.folder / name) != digest:
        return False
    copy_files(source.folder, making, [name])
    return digest_of(making / name) == digest


def _link(old: Path, new: Path) -> bool:
    try:
        os.link(old, new)
    except OSError:  # none there, another disk, or a file system without links
        return False
    return True


def _documents_of(copy: Database) -> Mapping[str, str]:
    with copy.reading() as session:
        return {} if schema.is_older(session) else dict(documents.files(session))


def _head(copy: Database) -> tuple[str, int, str]:
    """The version of the schema; the newest event, and the code it is printed with."""
    with copy.reading() as session:
        version = schema.current(session)
        if schema.is_older(session):
            return version, 0, ""
        return version, audit.head(session).seq, audit.short_code(session)


def _names(folder: Path) -> list[str]:
    return [*STORE_FILES, *shares_of(folder), *documents_in(folder)]


def _require_room(source: Source, making: Path, disk_usage: DiskUsage) -> None:
    """Raise a StoreError unless the disk of the backup has the room for it."""
    needed = ROOM * size_of(source.database.path) + _size_of_new_documents(source)
    lacking = needed - disk_usage(making).free
    if lacking > 0:
        raise StoreError(
            f"The disk of the backup needs {lacking / 1e6:,.1f} MB more free space. Free some, or"
            " choose another folder for backups; nothing was changed."
        )


def _size_of_new_documents(source: Source) -> int:
    names = documents_in(source.folder)
    new = [n for n in names if source.earlier is None or not (source.earlier / n).exists()]
    return sum((source.folder / name).stat().st_size for name in new)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say what the system refuses without its paths, which may name people."""
    try:
        yield
    except OSError:
        raise StoreError(
            "A file of the store could not be copied. Check the disk and the permissions of the"
            " folder for backups, then try again."
        ) from None
