"""The files that were imported, as they came: list them, hand them back, prove them whole."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from clinicdesk.domain.imported import KeptFile
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput
from clinicdesk.services.access import Access, requires
from clinicdesk.services.files import put_in_place
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, bronze
from clinicdesk.storage.database import Database


class Bronze:
    """The first stage of every import: bytes as somebody picked them."""

    def __init__(self, database: Database, access: Access, now: Callable[[], datetime]) -> None:
        self._database, self._access, self._now = database, access, now

    @requires(Action.IMPORT)
    def files(self, progress: Progress = SILENT) -> list[KeptFile]:
        """Every kept file, oldest first."""
        with self._database.reading() as session:
            return bronze.files(session)

    @requires(Action.ORIGINAL_EXPORT)
    def save(self, sha256: str, out: Path, progress: Progress = SILENT) -> KeptFile:
        """Write a file as it came to `out`, where nothing may be. sha256: as much as tells it."""
        if out.exists():
            raise BadInput(f"{out.name} exists. Choose another name; nothing was written.")
        with self._database.writing() as session:
            file = bronze.get(session, sha256)
            self._record(session, "bronze.export", {"sha256": file.sha256})
            with put_in_place(out, _parts(session, file, progress), starts_with=b""):
                pass
        return file

    @requires(Action.STORE_VERIFY)
    def verify(self, progress: Progress = SILENT) -> int:
        """Read every file back and compare its SHA-256; return how many are whole.

        Raise `FileDamaged` for the first that is not.
        """
        with self._database.reading() as session:
            return bronze.verify(session, progress.raise_if_cancelled)

    def _record(self, session: Any, action: str, detail: dict[str, Any]) -> None:
        principal = self._access.principal
        audit.record(session, principal, action, detail=detail, at=self._now())


def _parts(session: Any, file: KeptFile, progress: Progress) -> Iterator[bytes]:
    for part in bronze.parts(session, file.sha256):
        progress.raise_if_cancelled()
        yield part
