"""`gold`: what people read, what scripts rely on, the exit codes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.services.session import unlock_clinic
from clinicdesk.storage.database import Database
from tests.conftest import LOGIN, PASSWORD
from tests.storage.factories import add_observation, add_patient, database_of

Command = Callable[..., Any]


@pytest.fixture
def filled(command: Command, tmp_path: Path) -> Command:
    """The store of `command` with one patient and one heart rate."""
    _inside(
        tmp_path,
        lambda database: add_observation(database, add_patient(database, "1"), "8867-4", 70),
    )
    return command


def test_it_computes_says_what_there_is_and_proves_it(filled: Command) -> None:
    assert filled("gold")[1]["built_at"] is None
    code, words, _ = filled("gold", "--verify", plain=True)
    assert code == 1
    assert "--refresh" in words
    code, shown, _ = filled("gold", "--refresh")
    assert (code, shown["fresh"]) == (0, True)
    assert shown["rows"] == {
        "feature": 1, "patient": 1, "encounter": 0, "diagnosis": 0, "prescription": 0,
    }  # fmt: skip
    assert filled("gold", "--verify")[:2] == (0, {"ok": True, "different": []})


def test_tables_that_were_changed_are_named_and_mended(filled: Command, tmp_path: Path) -> None:
    assert filled("gold", "--refresh")[0] == 0
    _inside(tmp_path, _drop_patients)
    code, words, _ = filled("gold", "--verify", plain=True)
    assert code == 1
    assert "patient" in words
    code, words, _ = filled("gold", "--rebuild", plain=True)
    assert code == 0
    assert "Computed on" in words
    assert filled("gold", "--verify")[0] == 0


def _inside(folder: Path, work: Callable[[Database], object]) -> None:
    clinic = unlock_clinic(folder / "store", login=LOGIN, password=PASSWORD)
    work(database_of(clinic))
    clinic.lock()


def _drop_patients(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DELETE FROM gold_column WHERE table_name = 'patient'"))
