"""A watched folder: off by default, whole files by their template, the rest waits for a person."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from clinicdesk.domain.understood import WatchedState, WatchPlan
from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan
from clinicdesk.services.clinic import Clinic

HEADER = "Nr;Geschlecht;Erfasst am;Kalium\n"
COLUMNS = {
    "Nr": "patient.mrn",
    "Geschlecht": "patient.gender",
    "Erfasst am": "observation.effective_at",
    "Kalium": "observation:2823-3",
}
Write = Callable[[str, str], Path]


@pytest.fixture
def watched(clinic: Clinic, tmp_path: Path) -> Path:
    """A watched folder, and a template for its files."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    may = tmp_path / "may.csv"
    may.write_text(HEADER + "1;w;2026-05-01;4,1\n")
    words = {"patient.gender": {"w": "female", "m": "male"}}
    plan = Plan(columns={"may.csv": COLUMNS}, units={"Kalium": "mmol/L"}, words=words)
    clinic.templates.save("Labor", may, plan)
    clinic.watching.change_plan(WatchPlan(on=True, folder=str(folder)))
    return folder


def arrives(clinic: Clinic, folder: Path, name: str, text: str, *, age: int = 3600) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    at = (clinic.now() - timedelta(seconds=age)).timestamp()
    os.utime(path, (at, at))
    return path


def test_it_is_off_until_an_administrator_says_so(clinic: Clinic) -> None:
    assert clinic.watching.plan() == WatchPlan()
    assert clinic.watching.once() == []


def test_a_new_file_is_imported_once_by_its_template(clinic: Clinic, watched: Path) -> None:
    arrives(clinic, watched, "june.csv", HEADER + "2;m;2026-06-01;4,4\n")
    [file] = clinic.watching.once()
    assert (file.state, file.problem) == (WatchedState.IMPORTED, "")
    assert [run.id for run in clinic.imports.history()] == [file.import_id]
    assert clinic.watching.once() == []
    arrives(clinic, watched, "same bytes.csv", HEADER + "2;m;2026-06-01;4,4\n")
    assert clinic.watching.once() == []


def test_a_file_that_is_still_written_is_left_alone(clinic: Clinic, watched: Path) -> None:
    path = arrives(clinic, watched, "june.csv", HEADER + "2;m;2026-06-01;4,4\n", age=10)
    arrives(clinic, watched, ".half.csv", HEADER)
    arrives(clinic, watched, "notes.docx", "x")
    arrives(clinic, watched, "empty.csv", "")
    assert clinic.watching.once() == []
    at = (clinic.now() - timedelta(seconds=90)).timestamp()
    os.utime(path, (at, at))
    assert [file.name for file in clinic.watching.once()] == ["june.csv"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a;b;c\n1;2;3\n", "No saved template fits its columns"),
        (HEADER.replace("Kalium", "Natrium") + "2;m;2026-06-01;4,4\n", "Kalium vanished"),
        (HEADER + "2;zz;2026-06-01;4,4\n", "Geschlecht has words that nobody has explained"),
        (HEADER + "2;m;03/04/2026;4,4\n", "question open: Does the day or the month come first"),
    ],
)
def test_what_is_not_certain_waits_for_a_person_and_is_not_tried_again(
    clinic: Clinic, watched: Path, text: str, problem: str
) -> None:
    arrives(clinic, watched, "june.csv", text)
    [file] = clinic.watching.once()
    assert file.state is WatchedState.WAITING
    assert problem in file.problem
    assert clinic.imports.history() == []
    assert clinic.watching.once() == []
    assert clinic.watching.every() == [file]


def test_a_person_may_have_it_tried_again_or_dismissed(clinic: Clinic, watched: Path) -> None:
    arrives(clinic, watched, "june.csv", "a;b;c\n1;2;3\n")
    [file] = clinic.watching.once()
    clinic.watching.try_again(file.id)
    [again] = clinic.watching.once()
    clinic.watching.dismiss(again.id)
    [dismissed] = clinic.watching.every()
    assert dismissed.state is WatchedState.DISMISSED
    assert clinic.watching.once() == []


def test_what_ends_the_program_is_not_tried_twice(
    clinic: Clinic, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(clinic, watched, "june.csv", HEADER + "2;m;2026-06-01;4,4\n")

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clinic.imports, "run", dies, raising=True)
    with pytest.raises(KeyboardInterrupt):
        clinic.watching.once()
    [file] = clinic.watching.every()
    assert (file.state, file.problem[:26]) == (WatchedState.WAITING, "The import did not end. Lo")
    assert clinic.watching.once() == []


def test_rejected_rows_are_told(clinic: Clinic, watched: Path) -> None:
    arrives(clinic, watched, "june.csv", HEADER + "2;m;2026-06-01;4,4\n3;m;2026-06-01;900\n")
    [file] = clinic.watching.once()
    assert file.state is WatchedState.IMPORTED
    assert file.problem == "1 record was rejected; see the import."


@pytest.mark.parametrize("folder", ["relative", "/nowhere/at/all", ""])
def test_a_folder_that_cannot_be_watched_is_refused(clinic: Clinic, folder: str) -> None:
    with pytest.raises(BadInput):
        clinic.watching.change_plan(WatchPlan(on=True, folder=folder))


def test_the_store_itself_is_not_watched(clinic: Clinic) -> None:
    with pytest.raises(BadInput, match="inside the store"):
        clinic.watching.change_plan(WatchPlan(on=True, folder=str(clinic.folder)))


def test_a_folder_that_is_gone_says_so(clinic: Clinic, watched: Path) -> None:
    watched.rmdir()
    with pytest.raises(BadInput, match="watched folder cannot be read"):
        clinic.watching.once()
