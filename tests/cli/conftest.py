"""Commands on a store of their own, whose passwords cost next to nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.cli import run
from clinicdesk.services.recovery import recover_clinic
from clinicdesk.services.session import change_password, create_clinic, unlock, unlock_clinic
from tests.conftest import CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """These commands unlock a store some fifty times, and none of them is about the cost."""
    for function in (create_clinic, unlock, unlock_clinic, change_password, recover_clinic):
        costs = {"limits": CHEAP_LIMITS, "cost": CHEAP}
        known = function.__kwdefaults__ or {}
        defaults = known | {name: costs[name] for name in costs if name in known}
        monkeypatch.setattr(function, "__kwdefaults__", defaults)


@pytest.fixture
def secrets(tmp_path: Path) -> Callable[[str], str]:
    """A file with a password or a recovery key."""

    def written(secret: str) -> str:
        file = tmp_path / f"secret{len(list(tmp_path.glob('secret*')))}"
        file.write_text(f"{secret}\n", encoding="utf-8")
        return str(file)

    return written


@pytest.fixture
def command(
    cheap: None, tmp_path: Path, capsys: Capture, secrets: Callable[[str], str]
) -> Callable[..., Any]:
    """Run `clinicdesk NAME STORE ... --json` as somebody; the exit code and the document."""
    store = str(tmp_path / "store")

    def ran(
        name: str, *arguments: str, who: str = LOGIN, password: str = PASSWORD, plain: bool = False
    ) -> Any:
        more = [] if plain else ["--json"]
        proof = ["--login", who, "--password-file", secrets(password)]
        code = run([name, store, *arguments, *proof, *more])
        told = capsys.readouterr()
        return code, (told.out if plain or code else json.loads(told.out)), told.err

    made = ran("init", "--timezone", "Europe/Berlin")
    ran.recovery_key = made[1]["recovery_key"]  # type: ignore[attr-defined] # shown only here
    return ran
