"""report: the PDF, what scripts read of it, and the exit codes."""

import hashlib
import json
from pathlib import Path

import pytest

from clinicdesk.cli import run
from clinicdesk.services.session import unlock_clinic
from tests.conftest import CANARY, LOGIN, PASSWORD
from tests.reports.pages import page_sizes, page_texts
from tests.storage.factories import add_patient, database_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """`report STORE` and who asks, on a store with one patient, M1."""
    folder = tmp_path_factory.mktemp("stores")
    password, store = folder / "password", folder / "store"
    password.write_text(PASSWORD, encoding="utf-8")
    who = ["--login", LOGIN, "--password-file", str(password)]
    assert run(["init", str(store), *who, "--timezone", "Europe/Berlin", "--json"]) == 0
    clinic = unlock_clinic(store, login=LOGIN, password=PASSWORD)
    add_patient(database_of(clinic), "M1")
    clinic.lock()
    return ["report", str(store), *who]


def test_a_report_is_written_and_described(
    asked: list[str], tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out.pdf"
    wanted = ["--patient", "M1", "--out", str(out), "--page-size", "Letter", "--json"]
    assert run([*asked, *wanted]) == 0
    told = json.loads(capsys.readouterr().out)
    pdf = out.read_bytes()
    digest = hashlib.sha256(pdf).hexdigest()
    assert told == {"pdf": str(out), "bytes": len(pdf), "sha256": digest}
    assert page_sizes(pdf)[0] == pytest.approx((612, 792))
    assert "ID M1" in page_texts(pdf)[0]


def test_people_are_told_to_keep_it_safe(asked: list[str], tmp_path: Path, capsys: Capture) -> None:
    assert run([*asked, "--patient", "M1", "--out", str(tmp_path / "out.pdf")]) == 0
    told = capsys.readouterr().out
    assert "keep it safe" in told
    assert CANARY not in told


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["--patient", "M7", "--out", "out.pdf"], 1),
        (["--patient", "M1", "--out", "no/such/folder/out.pdf"], 1),
        (["--patient", "M1"], 2),
        (["--patient", "M1", "--out", "out.pdf", "--page-size", "A5"], 2),
    ],
)
def test_what_cannot_be_done_leaves_nothing(
    asked: list[str],
    wanted: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([*asked, *wanted]) == code
    assert list(tmp_path.iterdir()) == []
