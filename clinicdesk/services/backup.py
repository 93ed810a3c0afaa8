"""A copy of the whole store that opens by itself: backup and restore, both looked through.

A backup is a folder like a store: the database of one committed state, encrypted as it is, and the
key header beside it, so that it takes nothing but somebody's password to open (B05). The header is
copied first: its pins may be older than the database and never newer.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from clinicdesk import vault
from clinicdesk.domain.roles import Action
from clinicdesk.errors import StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.rotation import key_in_use
from clinicdesk.services.shares import SHARES
from clinicdesk.storage import audit, integrity, schema, store
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.flushing import flush_file
from clinicdesk.storage.folders import new_folder
from clinicdesk.vault import KEYS_COPY, KEYS_FILE
from clinicdesk.vault.kdf import LIMITS, Limits

_KEYS = (KEYS_FILE, KEYS_COPY)
STORE_FILES = (DATABASE_FILE, *_KEYS)


class Backups:
    """Copies of an unlocked store."""

    def __init__(
        self, database: Database, access: Access, folder: Path, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._access = access
        self._folder = folder
        self._now = now

    @requires(Action.BACKUP)
    def make(self, out: Path, progress: Progress = SILENT) -> Mapping[str, int]:
        """Copy the store into a new folder while others work; return its rows by table.

        The copy is opened and looked through before the folder gets its name. The research copy
        is not in it: it is published anew from the records.
        """

        def between(left: int, all_: int) -> None:
            progress.raise_if_cancelled()
            progress.report(0.8 * (1 - left / all_), "Copying")

        with new_folder(out, STORE_FILES) as making:
            _copy(self._folder, making, (*_KEYS, *_shares(self._folder)))
            with closing(self._database.copy_to(making / DATABASE_FILE, between)) as copy:
                progress.report(0.8, "Looking through the copy")
                rows = _looked_through(copy)
            flush_file(making / DATABASE_FILE)
        with self._database.writing() as session:
            audit.record(
                session, self._access.principal, "store.backup", detail=rows, at=self._now()
            )
        return rows


def restore(
    backup: Path, folder: Path, *, login: str, password: str, limits: Limits = LIMITS
) -> Mapping[str, int]:
    """Make a store of a backup; return its rows by table. The backup stays as it is.

    login, password: of an account as it was then.  folder: new or empty.
    """
    if not (backup / DATABASE_FILE).is_file():
        raise StoreError("There is no clinic.db in this folder: it is not a backup.")
    with new_folder(folder, STORE_FILES) as making:
        found = (name for name in STORE_FILES if (backup / name).is_file())
        _copy(backup, making, (*found, *_shares(backup)))
        with (
            closing(vault.unlock(making, login, password, limits=limits)) as keys,
            closing(Database(making / DATABASE_FILE, key_in_use(making, keys))) as database,
        ):
            return _looked_through(database, keys.store_id)


def _looked_through(database: Database, store_id: str = "") -> dict[str, int]:
    """Raise a StoreError unless the copy is sound; return its rows."""
    integrity.require_authentic_pages(database)
    integrity.require_sound_structure(database)
    with database.reading() as session:
        schema.require_newest(session)
        found = store.read(session).store_id
        if store_id and found != store_id:
            raise StoreError("clinic.db and clinic.keys of this backup are of different stores.")
        integrity.require_no_orphans(session)
        integrity.require_complete_search(session)
        return integrity.row_counts(session)


def _shares(folder: Path) -> list[str]:
    """What clinicians shared with patients, sealed as it is; names relative to the folder."""
    return [f"{SHARES}/{file.name}" for file in (folder / SHARES).glob("*.share")]


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    try:
        for name in names:
            (target / name).parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(source / name, target / name)
            (target / name).chmod(0o600)
            flush_file(target / name)
    except OSError:
        raise StoreError(
            "A file of the store could not be copied. Check the disk and try again."
        ) from None
