"""dev.py: what it installs, when it does, and what it says when it cannot."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev

ENTRY = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; .+)? \\\n(?P<hashes>(?:    .+\n)+)"
)


@pytest.fixture(scope="module")
def locked() -> dict[str, str]:
    """Name -> version of every entry of the lock."""
    entries = re.split(r"\n(?=[a-z])", dev.LOCK.read_text())[1:]
    found = [ENTRY.match(entry + "\n") for entry in entries]
    assert all(found), "an entry without an exact version or without hashes"
    return {entry["name"]: entry["version"] for entry in found if entry}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A project in `tmp_path`; the commands dev.py would have run there."""
    ran: list[str] = []
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")

    def do(*command: str | Path, **_: Any) -> None:
        ran.append(" ".join(map(str, command)))
        (tmp_path / "python").touch()

    monkeypatch.setattr(dev, "do", do)
    return ran


def test_every_line_of_the_lock_is_a_version_a_hash_or_a_remark(locked: dict[str, str]) -> None:
    for line in dev.LOCK.read_text().splitlines():
        assert re.match(r"#|[a-z0-9-]+==|    --hash=sha256:[0-9a-f]{64}( \\)?$", line), line
    assert locked["pyside6-essentials"].startswith("6.11.")  # 6.12.0 aborts on 3.11
    assert "setuptools" in locked  # the project itself is installed without a network


def test_the_lock_holds_what_the_project_asks_for(locked: dict[str, str]) -> None:
    project = tomllib.loads((dev.ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), (
            requirement
        )


def test_a_marker_true_on_all_three_systems_is_left_out() -> None:
    mac = "platform_machine == 'arm64' and sys_platform == 'darwin'"
    everywhere = f"({mac}) or sys_platform == 'linux' or sys_platform == 'win32'"
    assert dev.plain(f"a==1 ; {everywhere} \\\n") == "a==1 \\\n"
    assert dev.plain(f"a==1 ; {mac} \\\n") == "a==1 ; sys_platform == 'darwin' \\\n"
    assert dev.plain("    --hash=sha256:00\n") == "    --hash=sha256:00\n"
    for_all = " or ".join(
        f"(implementation_name != 'PyPy' and {system})"
        for system in (mac, "sys_platform == 'linux'", "sys_platform == 'win32'")
    )
    assert dev.plain(f"a==1 ; {for_all} \\\n") == "a==1 ; implementation_name != 'PyPy' \\\n"
    windows = "a==1 ; sys_platform == 'win32' \\\n"
    assert dev.plain(windows) == windows


def test_a_finished_setup_is_left_alone(commands: list[str]) -> None:
    dev.set_up({})
    assert any("--require-hashes --only-binary :all:" in command for command in commands)
    commands.clear()
    dev.set_up({})
    assert commands == []


def test_a_new_lock_is_installed_into_the_same_environment(commands: list[str]) -> None:
    dev.set_up({})
    commands.clear()
    dev.LOCK.write_text("another")
    dev.set_up({})
    assert not any("-m venv" in command for command in commands)
    assert any("--require-hashes" in command for command in commands)


def test_an_interrupted_install_begins_anew(
    commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(dev, "pip_install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            dev.set_up({})
    commands.clear()
    dev.set_up({})
    assert "-m venv --clear" in commands[0]


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_without_a_suitable_python_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "version_and_path", lambda *_: "3.9 /usr/bin/python3")
    with pytest.raises(SystemExit, match=r"3\.11, 3\.12 or 3\.13"):
        dev.suitable_python()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no Debian packages")
def test_who_may_not_install_is_told_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"sudo apt-get install .* libegl1 libgl1"):
        dev.install_debian(["libegl1", "libgl1"])


def test_the_first_failure_is_the_exit_code() -> None:
    assert dev.first_failure([0, 3, 1]) == 3
    assert dev.first_failure([0, 0]) == 0
