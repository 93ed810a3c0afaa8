"""Databases as the first released schema made them, with something in every table."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, inspect, text
from sqlalchemy.orm import Session

from clinicdesk.storage import schema
from clinicdesk.storage.database import Database
from tests.conftest import CANARY

FIRST = "0001"
ROWS = 3  # in each table but those that the schema fills itself
NOON_MS = int(datetime(2026, 3, 1, 12, 0, tzinfo=UTC).timestamp() * 1000)
_BY_ITSELF = frozenset({"alembic_version", "patient_list", "store", "user"})
_ONE_A_USER = frozenset({"patient_account"})
_WORDS = {
    "family_name": CANARY,
    "given_name": "Ann",
    "birth_date": "1945-07-14",
    "role": "administrator",
}

Content = dict[str, list[dict[str, Any]]]  # table -> its rows


def make_first(path: Path, key: bytes) -> Content:
    """Make a database of schema 0001 with rows in every table; return what is in it."""
    database = Database(path, key, create=True)
    with database.writing() as session:
        schema.upgrade(session, FIRST)
        add_user(session, 1, "1" * 32)
        fill(session)
        content = content_of(session)
    database.close()
    return content


def add_user(session: Session, number: int, user_id: str, public_key: str = "") -> None:
    """An administrator, as the first program wrote one down."""
    _insert(
        session,
        _tables(session)["user"],
        number,
        user_id=user_id,
        login="admin",
        display_name="Ada",
        role="administrator",
        status="active",
        public_key=public_key,
        changing="",
    )


def fill(session: Session) -> None:
    """Write rows into every table of the clinic, whatever its columns are; there is a user 1."""
    for name, table in _tables(session).items():
        if name not in _BY_ITSELF:
            for number in range(1, 2 if name in _ONE_A_USER else ROWS + 1):
                _insert(session, table, number)


def content_of(session: Session) -> Content:
    """Every row of every table that is no part of the search index."""
    return {
        name: [dict(row) for row in session.execute(text(f'SELECT * FROM "{name}"')).mappings()]
        for name in _tables(session)
        if name != "alembic_version"
    }


def _tables(session: Session) -> dict[str, Table]:
    """Tables as they are there, those that others point to first."""
    found = MetaData()
    names = inspect(session.connection()).get_table_names()
    found.reflect(session.connection(), only=[n for n in names if not n.startswith("patient_s")])
    return {table.name: table for table in found.sorted_tables}


def _insert(session: Session, table: Table, number: int, **given: Any) -> None:
    row = {
        column.name: given.get(column.name, _value(table, column, number))
        for column in table.columns
    }
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f":{name}" for name in row)
    session.execute(text(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'), row)


def _value(table: Table, column: Any, number: int) -> Any:
    if column.foreign_keys:
        (target,) = column.foreign_keys
        return 1 if target.column.table.name == "user" else number
    if column.primary_key and column.type.python_type is int:
        return number
    if column.name in _WORDS:
        return _WORDS[column.name]
    return _of_type(column.type.python_type, f"{table.name}.{column.name}.{number}", number)


def _of_type(kind: type, words: str, number: int) -> Any:
    plain = {
        str: words,
        bytes: words.encode(),
        bool: False,
        float: number + 0.5,
        date: f"2026-03-0{number}",
    }
    return plain.get(kind, NOON_MS + number)
