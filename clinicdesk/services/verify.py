"""Check that a store is whole: each check has a name, an outcome and what was seen."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from clinicdesk.domain.roles import Action
from clinicdesk.errors import StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.audit_verifying import verify_chain
from clinicdesk.services.pinning import require_not_older
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.standings import standings
from clinicdesk.storage import (
    agreement,
    audit,
    bronze,
    documents,
    integrity,
    schema,
    store,
    triggers,
)
from clinicdesk.storage.database import Database, cipher_version
from clinicdesk.storage.document_files import DocumentFolder
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, Unlocked


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; detail: what was seen, or what is wrong and the way out."""

    name: str
    ok: bool
    detail: str


class Verification:
    """What can be said of the store as it lies on the disk."""

    def __init__(
        self,
        database: Database,
        access: Access,
        folder: Path,
        keys: Unlocked,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._folder = folder
        self._keys = keys
        self._now = now

    @requires(Action.STORE_VERIFY)
    def checks(self, progress: Progress = SILENT) -> list[Check]:
        """Run every check; one that fails does not stop the others."""
        probes: dict[str, Callable[[], str]] = {
            "key files": self._key_files,
            "encryption": self._encryption,
            "encrypted pages": self._pages,
            "structure": self._structure,
            "references": self._references,
            "schema": self._schema,
            "store": self._store,
            "accounts": self._accounts,
            "pins": self._pins,
            "audit": partial(self._audit, progress),
            "search": self._search,
            "documents": partial(self._documents, progress),
            "imported files": partial(self._imported, progress),
            "rows": self._rows,
        }
        done: list[Check] = []
        for name, probe in probes.items():
            progress.raise_if_cancelled()
            progress.report(len(done) / len(probes), name)
            done.append(_check(name, probe))
        with suppress(StoreError):  # a store that cannot be written can still be looked through
            self._note(done)
        return done

    def _note(self, done: Sequence[Check]) -> None:
        failed = [check.name for check in done if not check.ok]
        with self._database.writing() as session:
            audit.record(
                session,
                self._access.principal,
                "store.verify",
                outcome="failed" if failed else "success",
                detail={"failed": failed} if failed else None,
                at=self._now(),
            )

    def _key_files(self) -> str:
        copies = {self._key_file(name) for name in (KEYS_FILE, KEYS_COPY)}
        if len(copies) != 1:
            raise StoreError(f"{KEYS_FILE} and its copy differ. Unlock the store again to mend it.")
        return "both copies are the same"

    def _key_file(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            raise StoreError(f"{name} cannot be read. Unlock the store again to mend it.") from None

    def _encryption(self) -> str:
        with self._database.reading() as session:
            return f"SQLCipher {cipher_version(session)}"

    def _pages(self) -> str:
        integrity.require_authentic_pages(self._database)
        return "every page is authentic"

    def _structure(self) -> str:
        integrity.require_sound_structure(self._database)
        return "tables and indexes are well formed"

    def _references(self) -> str:
        with self._database.reading() as session:
            integrity.require_no_orphans(session)
        return "no row points to a missing one"

    def _schema(self) -> str:
        with self._database.reading() as session:
            schema.require_newest(session)
            rules = triggers.require_as_made(session)
            return f"version {schema.current(session)}, {rules} rules of the database as made"

    def _store(self) -> str:
        with self._database.reading() as session:
            if store.read(session).store_id != self._keys.store_id:
                raise StoreError("clinic.db belongs to another store. Restore the last backup.")
        return "the database belongs to the keys"

    def _accounts(self) -> str:
        header = standings(self._keys)
        with self._database.reading() as session:
            agreement.require_agreement(session, header)
        return f"keys and database agree about {len(header)}"

    def _pins(self) -> str:
        require_not_older(self._database, self._keys)
        return "nothing is older than the keys remember"

    def _audit(self, progress: Progress) -> str:
        found = verify_chain(self._database, self._keys, progress)
        if found.first_fault:
            raise StoreError(found.first_fault.what)
        return f"{found.checked} events are as they were written"

    def _search(self) -> str:
        with self._database.reading() as session:
            integrity.require_complete_search(session)
        return "the search finds every patient"

    def _documents(self, progress: Progress) -> str:
        with self._database.reading() as session:
            files, all_ = documents.files(session), documents.count(session)
        whole = DocumentFolder(self._folder).verify(files, progress.raise_if_cancelled)
        return f"{all_} of them, {whole} in files that are whole"

    def _imported(self, progress: Progress) -> str:
        with self._database.reading() as session:
            whole = bronze.verify(session, progress.raise_if_cancelled)
        return f"{whole} are byte for byte what was imported"

    def _rows(self) -> str:
        with self._database.reading() as session:
            counts = integrity.row_counts(session)
        return ", ".join(f"{name} {count}" for name, count in counts.items())


def _check(name: str, probe: Callable[[], str]) -> Check:
    try:
        return Check(name, True, probe())
    except StoreError as error:
        return Check(name, False, str(error))
