"""The migrations make exactly what the code reads; a store from the future is left alone (D05)."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from clinicdesk import storage
from clinicdesk.errors import StoreError
from clinicdesk.storage import schema
from clinicdesk.storage.base import Base
from clinicdesk.storage.database import Database


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    def ours(name: str | None, _type: str, _parents: Any) -> bool:
        return not (name or "").startswith("patient_search")  # FTS5 keeps its own tables

    for module in pkgutil.iter_modules(storage.__path__):  # every table there is
        import_module(f"clinicdesk.storage.{module.name}")
    options = {"compare_type": True, "include_name": ours}
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_a_new_store_has_the_newest_schema(database: Database) -> None:
    with database.reading() as session:
        schema.require_newest(session)
        assert schema.current(session) == schema.newest()


def test_a_store_of_a_newer_program_is_refused_and_untouched(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with database.reading() as session:
        with pytest.raises(StoreError, match="newer ClinicDesk"):
            schema.require_newest(session)
        assert schema.current(session) == "9999"


def test_a_database_without_a_schema_is_not_a_store(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    with database.reading() as session, pytest.raises(StoreError, match="not a ClinicDesk store"):
        schema.require_newest(session)


def test_a_migration_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _break_half_way(database)
    with database.reading() as session:
        found = session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'half_done'"))
    assert found == 0


def _break_half_way(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise ZeroDivisionError
