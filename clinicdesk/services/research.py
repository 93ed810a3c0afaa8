"""The de-identified copy: an administrator publishes it, researchers read it and nothing else."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from pathlib import Path

from clinicdesk.domain.research import Copied, CopyFacts, CountTable, MeasureSummary
from clinicdesk.domain.roles import Action
from clinicdesk.errors import StoreError
from clinicdesk.services.access import Access, requires
from clinicdesk.services.desk import Desk
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.rotation import RESEARCH_FILE
from clinicdesk.storage import audit, research, research_copy, store
from clinicdesk.storage.database import Database
from clinicdesk.storage.rotation import opens
from clinicdesk.vault import Unlocked

_SECRET = "research_secret"  # names the pseudonyms and shifts the dates; stays in clinic.db


class Publishing:
    """Make the copy that researchers open."""

    def __init__(
        self,
        database: Database,
        access: Access,
        keys: Unlocked,
        folder: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._access = access
        self._keys = keys
        self._path = folder / RESEARCH_FILE
        self._now = now

    @requires(Action.RESEARCH_PUBLISH, fresh=True)
    def publish(self, progress: Progress = SILENT) -> Copied:
        """Copy what may leave the records, as they stand now; the copy before is replaced."""

        def between(fraction: float) -> None:
            progress.raise_if_cancelled()
            progress.report(fraction, "Copying without names")

        copied = research_copy.publish(
            self._database,
            self._path,
            self._keys.research_key(),
            store_id=self._keys.store_id,
            secret=self._secret(),
            at=self._now(),
            between=between,
        )
        with self._database.writing() as session:
            audit.record(
                session,
                self._access.principal,
                "research.publish",
                detail=asdict(copied),
                at=self._now(),
            )
        return copied

    @requires(Action.RESEARCH_PUBLISH)
    def published(self) -> CopyFacts | None:
        """What researchers see now, None when nothing was published."""
        if not self._path.is_file():
            return None
        return _facts(self._path, self._keys)

    def _secret(self) -> bytes:
        """The clinic's own, made once: the same patient has the same pseudonym in every copy."""
        with self._database.writing() as session:
            if not store.setting(session, _SECRET):
                store.change_setting(session, _SECRET, secrets.token_hex(32))
            return bytes.fromhex(store.setting(session, _SECRET))


class Research:
    """Read the copy: counts and distributions, small ones hidden."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database = database
        self._access = access

    @requires(Action.RESEARCH_READ)
    def facts(self) -> CopyFacts:
        """Of which clinic and day the copy is, and how much is in it."""
        with self._database.reading() as session:
            return research.facts(session)

    @requires(Action.RESEARCH_READ)
    def count_tables(self, progress: Progress = SILENT) -> Sequence[CountTable]:
        """Subjects by gender, age and condition."""
        with self._database.reading() as session:
            return research.count_tables(session)

    @requires(Action.RESEARCH_READ)
    def measures(self, progress: Progress = SILENT) -> Sequence[MeasureSummary]:
        """Every kind of measurement with the distribution of the subjects' means."""
        with self._database.reading() as session:
            return research.measures(session)


class ResearchDesk(Desk):
    """What a researcher has unlocked: the copy, under a key that opens nothing else."""

    @cached_property
    def research(self) -> Research:
        """Raise a StoreError while nothing is published."""
        self._access.require_session()
        return Research(self._database, self._access)

    def lock(self) -> None:
        """Drop the key and every connection."""
        if "_database" in vars(self):
            self._database.close()
        super().lock()

    @cached_property
    def _database(self) -> Database:
        path = self.folder / RESEARCH_FILE
        if not path.is_file():
            raise StoreError(
                "Nothing was published for research yet. Ask an administrator to publish."
            )
        return Database(path, _key_in_use(path, self._keys))


def _key_in_use(path: Path, keys: Unlocked) -> bytes:
    """The key the copy has at this moment: the present one, or the next while keys change."""
    new = keys.pending_research_key()
    return new if new is not None and opens(path, new) else keys.research_key()


def _facts(path: Path, keys: Unlocked) -> CopyFacts:
    database = Database(path, _key_in_use(path, keys))
    try:
        with database.reading() as session:
            return research.facts(session)
    finally:
        database.close()
