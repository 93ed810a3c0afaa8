"""What `clinicdesk demo` does when it cannot do what it was asked."""

from pathlib import Path

import pytest

from clinicdesk.cli import demo, run


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("patients", ["0", "-1", "100000"])
def test_an_impossible_size_is_said(
    patients: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", str(tmp_path / "demo"), "--patients", patients]) == 1
    assert "1 to 99,999 patients" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_other_files_is_said_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")
    assert run(["demo", str(tmp_path), "--headless"]) == 1
    assert "other files" in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_size_that_is_no_number_is_wrong_usage(tmp_path: Path) -> None:
    assert run(["demo", str(tmp_path / "demo"), "--patients", "many"]) == 2


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_display_is_found_where_there_is_one(
    platform: str,
    variables: dict[str, str],
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo.sys, "platform", platform)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert demo.has_display() is expected
