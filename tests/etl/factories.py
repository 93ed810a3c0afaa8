"""A desk to import at: files from text, an encrypted store, and a look at what arrived."""

import os
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.etl.files import TableFile, recognise
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.readers.csv import chunks
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.sources import sources
from clinicdesk.services.access import Access
from clinicdesk.services.import_report import ImportPreview, ImportReport
from clinicdesk.services.imports import Imports
from clinicdesk.storage import schema
from clinicdesk.storage.database import Database, driver_connection
from clinicdesk.storage.tables import UserRow

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
PATIENTS = "patient_id,gender,birth_date\nP1,Female,1950-02-01\nP2,M,1980-12-31\n"
TABLES = ("patient", "encounter", "condition", "observation", "medication", "allergy")


class Desk:
    """One importer over one store."""

    def __init__(self, folder: Path, database: Database) -> None:
        with database.writing() as session:
            session.add(_user())
        self._sit_down(folder, database)

    @classmethod
    def again(cls, folder: Path, database: Database) -> "Desk":
        """At a store whose account is there already."""
        desk = cls.__new__(cls)
        desk._sit_down(folder, database)
        return desk

    @classmethod
    def beside(cls, other: "Desk", folder: Path) -> "Desk":
        """At another, empty store."""
        place = folder / "beside"
        place.mkdir()
        database = Database(place / "clinic.db", os.urandom(32), create=True)
        with database.writing() as session:
            schema.upgrade(session)
        return cls(other.folder, database)

    def _sit_down(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        principal = Principal(1, "desk", Role.ADMINISTRATOR)
        self._now = NOW
        self.imports = Imports(database, Access(principal), ZoneInfo(ZONE), lambda: self._now)

    def tomorrow(self) -> None:
        """Let a day pass."""
        self._now += timedelta(days=1)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(raw)
        return path

    def run(self, files: Mapping[str, str | bytes], **options: Any) -> ImportReport:
        """Import files given by name and content."""
        paths = [self.write(name, content) for name, content in files.items()]
        return self.imports.run(paths, planned(options), **options)

    def preview(self, files: Mapping[str, str | bytes], **options: Any) -> ImportPreview:
        paths = [self.write(name, content) for name, content in files.items()]
        return self.imports.preview(paths, planned(options), **options)

    def rows(self, table: str, columns: str = "*", order: str = "id") -> list[tuple[Any, ...]]:
        """What the store holds."""
        with self.database.reading() as session:
            connection = driver_connection(session.connection())
            query = f'SELECT {columns} FROM "{table}" ORDER BY {order}'
            return list(connection.execute(query))

    def observations(self) -> list[tuple[Any, ...]]:
        """Code, value, unit, text, original value and unit, by patient, code and time."""
        columns = "code, value, unit, text, original_value, original_unit"
        return self.rows("observation", columns, "patient_id, code, effective_at, ordinal")

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        return {table: self.rows(table) for table in (*TABLES, "import_run", "rejected_row")}


def _user() -> UserRow:
    return UserRow(
        user_id="00",
        login="desk",
        display_name="",
        role="administrator",
        status="active",
        public_key="",
        created_at=NOW,
    )


def planned(options: dict[str, Any]) -> Plan:
    """The plan among some options, which keep the rest. One word is for every column."""
    said = {each.name: options.pop(each.name) for each in fields(Plan) if each.name in options}
    for name in ("date_order", "decimal"):
        if isinstance(answer := said.get(name), str):
            said[name] = {"": answer}
    return Plan(**said)


def tables_of(path: Path, **options: Any) -> list[TableFile]:
    """The files as the importer understands them."""
    return recognise(sources([path]), Plan(**options))


def chunks_of(path: Path, **options: Any) -> list[Chunk]:
    """All rows of the only table of a file."""
    [file] = tables_of(path, **options)
    return list(chunks(file.source, file.dialect))


def rules_of(report: ImportReport) -> list[tuple[str, int, str, str]]:
    """Table, row, column and rule of every reject."""
    return [(r.table, r.row, r.column, r.rule) for r in report.rejects]
