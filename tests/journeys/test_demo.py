"""`clinicdesk demo` from nothing to a PDF and pictures, as on a machine without a display."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.demo.cast import CAST
from tests.hunting import files_under, found_in, text_forms

SURNAMES = sorted({person.family for person in CAST})


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished demo, and everywhere it could have written."""

    places: Path
    document: Mapping[str, Any]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    places = tmp_path_factory.mktemp("machine")
    for name in ("home", "temp", "work"):
        (places / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "clinicdesk", "demo", "--patients", "40", "--json"],
        cwd=places / "work",
        env=_environment(places),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return Ran(places, json.loads(done.stdout))


def test_it_says_what_it_did(ran: Ran) -> None:
    document = ran.document
    assert set(document) == {
        "store",
        "login",
        "password_file",
        "pdf",
        "screenshots",
        "patients",
        "encounters",
        "observations",
        "prediction",
    }
    assert document["patients"] == 40
    assert document["encounters"] == round(40 * 25 / 3)
    assert document["observations"] > 3000
    assert Path(document["pdf"]).read_bytes().startswith(b"%PDF-")


def test_the_pictures_are_there_and_not_empty(ran: Ran) -> None:
    pictures = [Path(picture) for picture in ran.document["screenshots"]]
    assert len(pictures) >= 5
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    assert all(picture.stat().st_size > 10_000 for picture in pictures)


def test_the_reasons_add_up_to_the_probability(ran: Ran) -> None:
    prediction = ran.document["prediction"]
    reasons = (each["contribution"] for each in prediction["contributions"])
    total = prediction["base"] + math.fsum(reasons)
    assert total == pytest.approx(prediction["probability"], abs=1e-6)
    assert 0 < prediction["probability"] < 1


def test_no_planted_surname_is_in_any_file(ran: Ran) -> None:
    """Store, report, pictures, temporary folder, working folder, home: not one in plain text."""
    files = list(files_under(ran.places))
    assert len(files) >= 5  # database, two key files, password, report at least
    assert found_in(files, {surname: text_forms(surname) for surname in SURNAMES}) == []


def _environment(places: Path) -> dict[str, str]:
    home, temp = str(places / "home"), str(places / "temp")
    moved = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), home)
    moved |= dict.fromkeys(("TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR"), temp)
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME"}
    hidden |= {"XDG_CACHE_HOME", "XDG_STATE_HOME"}
    return {name: value for name, value in os.environ.items() if name not in hidden} | moved
