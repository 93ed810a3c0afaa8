"""A store of an older program is brought to the newest schema with nothing lost (D05)."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.errors import StoreError
from clinicdesk.storage import integrity, migration, schema, search
from clinicdesk.storage.database import Database
from clinicdesk.storage.migration import bring_to_newest
from tests.storage import old_stores
from tests.storage.old_stores import FIRST, Content, content_of, make_first

KEY = bytes(range(32))
MOVED = {("document", "content"): ("document_content", "content")}  # to where a later schema has it
STEPS = ("copy", "upgrade", "check", "replace")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clinic.db"


def test_the_first_schema_becomes_the_newest_with_every_value(path: Path) -> None:
    before = make_first(path, KEY)
    assert all(rows for name, rows in before.items() if name not in {"store", "audit_event"})
    bring_to_newest(path, KEY)
    _require_everything(path, before)


def test_the_search_finds_whom_it_found(path: Path) -> None:
    make_first(path, KEY)
    bring_to_newest(path, KEY)
    database = Database(path, KEY)
    with database.reading() as session:
        integrity.require_complete_search(session)
        found = search.find_ids(session, "ann", search.list_order(session))
        assert len(found) == old_stores.ROWS
    database.close()


def test_what_was_only_in_the_log_comes_along(path: Path, tmp_path: Path) -> None:
    """The older program was killed: its newest rows are in the write-ahead log."""
    make_first(path, KEY)
    database = Database(path, KEY)
    with database.writing() as session:
        session.execute(text("INSERT INTO store VALUES ('late', 'but there')"))
        before = content_of(session)
    files = {file.name: file.read_bytes() for file in tmp_path.glob("clinic.db*")}
    database.close()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert files["clinic.db-wal"]
    bring_to_newest(path, KEY)
    _require_everything(path, before)


def test_nothing_is_left_beside_it(path: Path) -> None:
    make_first(path, KEY)
    bring_to_newest(path, KEY)
    assert [file.name for file in path.parent.iterdir()] == ["clinic.db"]


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_at_any_step_leaves_the_old_store_as_it_was(path: Path, step: str) -> None:
    before = make_first(path, KEY)
    digest = _digest(path)

    def fail_before(begun: str) -> None:
        if begun == step:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bring_to_newest(path, KEY, between=fail_before)
    assert _digest(path) == digest
    assert [file.name for file in path.parent.iterdir()] == ["clinic.db"]
    bring_to_newest(path, KEY)
    _require_everything(path, before)


def test_a_copy_that_lost_rows_is_thrown_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_first(path, KEY)
    digest = _digest(path)

    def upgrade_and_forget(session: Any) -> None:
        schema.upgrade(session)
        session.execute(text("DELETE FROM rejected_row"))

    forgetting = SimpleNamespace(upgrade=upgrade_and_forget, require_newest=schema.require_newest)
    monkeypatch.setattr(migration, "schema", forgetting)
    with pytest.raises(StoreError, match=r"missing in rejected_row.*untouched"):
        bring_to_newest(path, KEY)
    assert _digest(path) == digest


def test_a_disk_without_room_is_said_before_anything_is_done(path: Path) -> None:
    """D06."""
    make_first(path, KEY)
    digest = _digest(path)
    with pytest.raises(StoreError, match="more free space"):
        bring_to_newest(path, KEY, disk_usage=lambda _: SimpleNamespace(free=1000))
    assert _digest(path) == digest


def test_somebody_who_still_reads_it_stops_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_first(path, KEY)
    monkeypatch.setattr("clinicdesk.storage.database.BUSY_TIMEOUT", 0.05)
    other = Database(path, KEY)
    with other.reading() as session:
        session.execute(text("SELECT count(*) FROM store"))
        with pytest.raises(StoreError, match="Another program"):
            bring_to_newest(path, KEY)
    other.close()
    database = Database(path, KEY)
    with database.reading() as session:
        assert schema.current(session) == FIRST
    database.close()


def _require_everything(path: Path, before: Content) -> None:
    """Every value of every row is where it was, or where the newer schema keeps it."""
    database = Database(path, KEY)
    with database.reading() as session:
        schema.require_newest(session)
        integrity.require_no_orphans(session)
        after = content_of(session)
    database.close()
    for table, rows in before.items():
        for number, row in enumerate(rows):
            for column, value in row.items():
                now_in, now_as = MOVED.get((table, column), (table, column))
                assert after[now_in][number][now_as] == value, (table, column)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
