"""Give the store new data keys: the header has both, the databases are encrypted anew one by one.

The order, so that a stop at any moment loses nothing: the header gets the next key beside the
present one (`vault.begin_rotation`); each database is replaced by a copy under the next key in one
step; the header forgets the old key. Whoever unlocks in between takes whichever of the two opens
the file, and the next administrator brings it to its end.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import documents
from clinicdesk.storage.condition import DiskUsage
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.presence import Presence
from clinicdesk.storage.rotation import encrypt_anew, opens, require_room
from clinicdesk.vault import Domain, Recovery, Unlocked
from clinicdesk.wiping import wipe

RESEARCH_FILE = "research.db"  # there is none before it was published
_FILES = {Domain.CLINICAL: DATABASE_FILE, Domain.RESEARCH: RESEARCH_FILE}


class NotYetEncrypted(StoreError):
    """The header has two keys until the trouble is gone."""

    def __init__(self, trouble: StoreError) -> None:
        super().__init__(
            f"The store is not yet encrypted under its new key. {trouble} ClinicDesk tries again"
            " when an administrator unlocks it next."
        )


class KeyChange:
    """The databases of an unlocked store, from one key to the next."""

    def __init__(
        self,
        folder: Path,
        keys: Unlocked,
        presence: Presence,
        database: Database,
        disk_usage: DiskUsage = shutil.disk_usage,
    ) -> None:
        self._folder = folder
        self._keys = keys
        self._presence = presence
        self._database = database
        self._disk_usage = disk_usage

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Be alone with the store for the block, and sure that the disk has the room."""
        with self._presence.alone():
            for _, path in self._databases():
                require_room(path, self._disk_usage)
            yield

    def finish(self, progress: Progress = SILENT) -> None:
        """Encrypt anew what has not the next key yet, then forget the old one. Be alone."""
        with self._database.set_aside():
            try:
                for domain, path in self._databases():
                    progress.report(0.1, f"Encrypting {path.name} anew")
                    self._bring_to_next(domain, path)
            finally:
                self._database.take_key(key_in_use(self._folder, self._keys))
        for domain in Domain:
            if _keys_of(self._keys, domain)[1] is not None:
                vault.confirm_rotation(self._keys, domain)

    def finish_now_or_later(self, progress: Progress = SILENT) -> None:
        """Bring a change that is under way to its end, or raise `NotYetEncrypted`."""
        try:
            with self.prepared():
                self.finish(progress)
        except StoreError as trouble:
            raise NotYetEncrypted(trouble) from None

    def give_up(self) -> None:
        """Forget the next keys while every database still has its present one."""
        if all(opens(path, _keys_of(self._keys, domain)[0]) for domain, path in self._databases()):
            for domain in Domain:
                if _keys_of(self._keys, domain)[1] is not None:
                    vault.abandon_rotation(self._keys, domain)

    def _databases(self) -> Iterator[tuple[Domain, Path]]:
        """Those there are; the clinic's always is."""
        for domain, name in _FILES.items():
            path = self._folder / name
            if domain is Domain.CLINICAL or path.exists():
                yield domain, path

    def _bring_to_next(self, domain: Domain, path: Path) -> None:
        old, new = _keys_of(self._keys, domain)
        if new is not None and not opens(path, new):
            within = self._seal_documents_anew if domain is Domain.CLINICAL else _as_it_is
            encrypt_anew(path, old, new, within=within, disk_usage=self._disk_usage)

    def _seal_documents_anew(self, connection: Any, schema: str) -> None:
        """The keys of the documents change with the database that holds them, in one step."""
        old, new = self._keys.documents_key(), self._keys.pending_documents_key()

        def anew(file_id: str, sealed: bytes) -> bytes:
            label = vault.stream_label(self._keys.store_id, file_id)
            key = vault.open_file_key(old, sealed, label)
            try:
                return vault.seal_file_key(new or old, key, label)
            finally:
                wipe(key)

        documents.seal_keys_anew(connection, schema, anew)


def key_in_use(folder: Path, keys: Unlocked | Recovery) -> bytes:
    """The key clinic.db has at this moment: the present one, or the next while keys change."""
    old, new = keys.database_key(), keys.pending_database_key()
    return new if new is not None and opens(folder / DATABASE_FILE, new) else old


def documents_key_in_use(folder: Path, keys: Unlocked) -> bytes:
    """What the keys of documents are sealed under at this moment: it changes with clinic.db's.

    Within a session of the database, so that no change of keys comes between.
    """
    pending, database = keys.pending_documents_key(), keys.pending_database_key()
    if pending is None or database is None:
        return keys.documents_key()
    return pending if opens(folder / DATABASE_FILE, database) else keys.documents_key()


def is_under_way(keys: Unlocked) -> bool:
    """Whether the header still has two keys of something. keys: an administrator's."""
    return any(_keys_of(keys, domain)[1] is not None for domain in Domain)


def _as_it_is(_connection: Any, _schema: str) -> None:
    """Change nothing of the copy but its key."""


def _keys_of(keys: Unlocked, domain: Domain) -> tuple[bytes, bytes | None]:
    if domain is Domain.CLINICAL:
        return keys.database_key(), keys.pending_database_key()
    return keys.research_key(), keys.pending_research_key()
