"""A model's files are used as released or not at all; nothing in them ever runs."""

import hashlib
import json
import pickle
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sklearn.base import BaseEstimator

from clinicdesk.domain.risk import Task
from clinicdesk.models.bundle import (
    CARD,
    MANIFEST,
    SIGNATURE,
    Bundle,
    DamagedModel,
    read_bundle,
    write_bundle,
)
from clinicdesk.models.card import METRICS, SECTIONS, card_from_json, card_to_json
from clinicdesk.models.learned.artefact import BACKGROUND, BOOTSTRAP, MODEL, open_model
from clinicdesk.models.learned.intervals import Resamples
from clinicdesk.models.learned.population import POPULATION
from clinicdesk.models.registry import PUBLIC_KEYS, folder_of, shipped

KEY = bytes.fromhex(PUBLIC_KEYS["diabetes"])
FILES = (MANIFEST, SIGNATURE, CARD, MODEL, BACKGROUND, BOOTSTRAP, POPULATION)


class Canary:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


class Stranger(BaseEstimator):
    """A type that no model of ours is made of."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder_of("diabetes"), tmp_path / "diabetes"))


def resigned(folder: Path, **changed: bytes) -> tuple[Path, bytes]:
    """What somebody who holds a signing key could ship: other files, correctly signed."""
    bundle = shipped("diabetes")
    names = {"model": MODEL, "card": CARD}
    files = {**bundle.files, **{names[name]: content for name, content in changed.items()}}
    facts = {name: value for name, value in bundle.manifest.items() if name != "files"}
    return folder, write_bundle(folder, files, facts, Ed25519PrivateKey.generate())


def with_files(bundle: Bundle, **manifest: Any) -> Bundle:
    return replace(bundle, manifest={**bundle.manifest, **manifest})


def test_the_shipped_model_opens_and_its_card_has_no_gap() -> None:
    learned = open_model(shipped("diabetes"))
    assert learned.card.gaps() == []
    assert set(FILES) == {each.name for each in folder_of("diabetes").iterdir()}


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_refused(folder: Path, name: str) -> None:
    rng = random.Random(name)
    content = (folder / name).read_bytes()
    for _ in range(200):
        flipped = bytearray(content)
        flipped[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        (folder / name).write_bytes(flipped)
        with pytest.raises(DamagedModel):
            read_bundle(folder, KEY)
    (folder / name).write_bytes(content)
    read_bundle(folder, KEY)


@pytest.mark.parametrize("model", PUBLIC_KEYS)
def test_a_flipped_bit_in_any_file_of_any_model_is_refused(tmp_path: Path, model: str) -> None:
    folder = Path(shutil.copytree(folder_of(model), tmp_path / model))
    key, rng = bytes.fromhex(PUBLIC_KEYS[model]), random.Random(model)
    for file in folder.iterdir():
        content = file.read_bytes()
        for _ in range(20):
            flipped = bytearray(content)
            flipped[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            file.write_bytes(flipped)
            with pytest.raises(DamagedModel):
                read_bundle(folder, key)
        file.write_bytes(content)
    read_bundle(folder, key)


@pytest.mark.parametrize("model", PUBLIC_KEYS)
def test_a_pickle_in_any_model_never_runs(tmp_path: Path, model: str) -> None:
    """Even where somebody signed it: it is not interpreted."""
    touched = tmp_path / "touched"
    bundle = shipped(model)
    for name in bundle.files:
        if name.endswith(".skops"):
            poison = pickle.dumps(Canary(touched))
            with pytest.raises(DamagedModel, match="something else"):
                open_model(replace(bundle, files={**bundle.files, name: poison}))
    assert not touched.exists()


@pytest.mark.parametrize("model", PUBLIC_KEYS)
def test_every_shipped_model_opens_and_its_card_has_no_gap(model: str) -> None:
    learned = open_model(shipped(model))
    assert learned.card.gaps() == []
    assert learned.card.sections["command"].startswith(f"clinicdesk models train {model} ")
    assert (learned.background is None) == (BOOTSTRAP not in shipped(model).files)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_said(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DamagedModel, match=f"{name} is missing"):
        read_bundle(folder, KEY)


def test_another_signature_is_refused(folder: Path) -> None:
    _, other_key = resigned(folder)
    read_bundle(folder, other_key)
    with pytest.raises(DamagedModel, match="signature"):
        read_bundle(folder, KEY)


def test_a_pickle_never_runs(folder: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    poison = pickle.dumps(Canary(touched))
    (folder / MODEL).write_bytes(poison)
    with pytest.raises(DamagedModel):
        read_bundle(folder, KEY)
    signed = read_bundle(*resigned(folder, model=poison))  # even signed it is not interpreted
    with pytest.raises(DamagedModel, match="something else"):
        open_model(signed)
    assert not touched.exists()
    pickle.loads(poison)
    assert touched.exists()


def test_a_type_that_is_not_on_the_list_is_refused(folder: Path) -> None:
    signed = read_bundle(*resigned(folder, model=skops.io.dumps(Stranger())))
    with pytest.raises(DamagedModel, match="something else"):
        open_model(signed)


def test_a_manifest_cannot_point_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"x")
    key = Ed25519PrivateKey.generate()
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["files"]["../outside"] = hashlib.sha256(b"x").hexdigest()
    content = json.dumps(manifest).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(key.sign(content))
    with pytest.raises(DamagedModel, match="outside its folder"):
        read_bundle(folder, key.public_key().public_bytes_raw())


def test_another_scikit_learn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sklearn.base.__version__", "1.8.0")
    with pytest.raises(DamagedModel, match="made with scikit-learn"):
        open_model(shipped("diabetes"))


def test_a_wrong_answer_to_its_test_questions_is_refused() -> None:
    bundle = shipped("diabetes")
    questions = [dict(each) for each in bundle.manifest["self_test"]]
    assert len(questions) == 5
    questions[2]["answer"] = [questions[2]["answer"][0] + 1e-8]
    with pytest.raises(DamagedModel, match="test questions"):
        open_model(with_files(bundle, self_test=questions))
    with pytest.raises(DamagedModel, match="test questions"):
        open_model(with_files(bundle, self_test=[]))


@pytest.mark.parametrize("gap", [*SECTIONS, *METRICS[Task.PROBABILITY], "references"])
def test_a_card_with_a_gap_is_refused(folder: Path, gap: str) -> None:
    card = shipped("diabetes").card
    sections = {**card.sections, **({gap: " "} if gap in SECTIONS else {})}
    metrics = {name: each for name, each in card.metrics.items() if name != gap}
    references = () if gap == "references" else card.references
    holed = replace(card, sections=sections, metrics=metrics, references=references)
    signed = resigned(folder, card=card_to_json(holed).encode())
    with pytest.raises(DamagedModel, match=gap):
        read_bundle(*signed)


def test_a_card_comes_back_whole() -> None:
    card = shipped("diabetes").card
    assert card_from_json(card_to_json(card)) == card


def test_no_file_holds_a_patient(shared_data: Path) -> None:
    """The background is one row of means; no training row is its scaled self in any array."""
    learned = open_model(shipped("diabetes"))
    assert learned.background is not None
    assert learned.background.shape == (1, len(learned.card.inputs))
    rows = np.loadtxt(
        shared_data / "pima" / "pima.csv", delimiter=",", skiprows=1, usecols=range(8)
    )
    assert np.abs(np.log1p(rows) - learned.background).max(axis=1).min() > 1e-6
    assert isinstance(learned.intervals, Resamples)
    assert len(learned.intervals.intercept) == 200
