"""Where rows came from: the import and the file behind `file_id` and `row`."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.domain.provenance import Provenance
from clinicdesk.storage.tables import ImportFileRow


class Imported(Protocol):
    """A row of any table that an import fills."""

    file_id: int | None
    row: int | None


class Origins:
    """The files behind some rows, read once for all of them."""

    def __init__(self, files: Mapping[int, tuple[int, str]]) -> None:
        self._files = files

    def of(self, row: Imported) -> Provenance | None:
        """Where the row came from, None when no import brought it."""
        if row.file_id is None or row.row is None:
            return None
        import_id, name = self._files[row.file_id]
        return Provenance(import_id, name, row.row)


def origins(session: Session, rows: Iterable[Imported]) -> Origins:
    """Read the files that these rows came from."""
    ids = {row.file_id for row in rows if row.file_id is not None}
    query = select(ImportFileRow.id, ImportFileRow.import_id, ImportFileRow.name)
    found = session.execute(query.where(ImportFileRow.id.in_(ids))) if ids else ()
    return Origins({id: (import_id, name) for id, import_id, name in found})
