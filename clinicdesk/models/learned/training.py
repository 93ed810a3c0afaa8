"""Train a model reproducibly: the same file and seed give the same model and the same figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from clinicdesk.domain.risk import Task
from clinicdesk.errors import BadInput
from clinicdesk.models.bundle import CARD, write_bundle
from clinicdesk.models.card import CardInput, Metric, ModelCard, card_to_json
from clinicdesk.models.learned import (
    ckd35,
    deterioration,
    diabetes,
    length_of_stay,
    migraine_aura,
    readmission30,
    trajectory,
    visit_severity,
)
from clinicdesk.models.learned.artefact import facts, model_files
from clinicdesk.models.learned.fitting import best_settings, fit, inner, is_regression
from clinicdesk.models.learned.intervals import levels_of
from clinicdesk.models.learned.learners import encoded
from clinicdesk.models.learned.population import POPULATION, population_file
from clinicdesk.models.learned.refitting import intervals
from clinicdesk.models.learned.spec import HeldOut, ModelSpec, Table
from clinicdesk.models.learned.table import read_table
from clinicdesk.models.learned.validation import cross_validate, measure

Floats = NDArray[np.float64]

SEED = 20261120
_MODULES = (
    diabetes,
    ckd35,
    migraine_aura,
    readmission30,
    length_of_stay,
    deterioration,
    trajectory,
    visit_severity,
)
SPECS: Mapping[str, ModelSpec] = {each.SPEC.id: each.SPEC for each in _MODULES}
_TWO = 2
_TESTED = (2, 6, 9, 12, 16)  # of the levels: 15 %, 35 %, the median, 65 % and 85 %


def train(
    model: str,
    path: Path,
    folder: Path,
    today: date,
    private_key: bytes | None = None,
    *,
    repeats: int | None = None,
    resamples: int | None = None,
) -> tuple[ModelCard, str]:
    """Train, measure, write and sign. Return the card and the public key (hex) of the files.

    private_key: 32 bytes, Ed25519; without one a new key signs once and is forgotten.
    repeats, resamples: fewer than the model's own, for a trial.
    """
    spec = SPECS[model]
    spec = replace(spec, repeats=repeats or spec.repeats, resamples=resamples or spec.resamples)
    table = spec.read(path) if spec.read else read_table(path, spec)
    _require_values(spec, table, path)
    validation = cross_validate(spec, table, SEED)
    settings = best_settings(spec, table, SEED)
    metrics = measure(spec, table, validation, SEED)
    if spec.more:
        held_out = HeldOut(path, table, validation.predictions, settings, SEED)
        metrics |= spec.more(held_out)
    fitted = fit(spec, table, settings, SEED)
    card = _card(spec, table, metrics, settings, today)
    refitted = intervals(spec, table, fitted, settings, SEED)
    files = model_files(fitted, background(fitted, table.x), refitted)
    files[POPULATION] = population_file(table.x, words_of(spec))
    files[CARD] = card_to_json(card).encode()
    manifest = facts(card, fitted, self_tests(table.x), table.sha256)
    return card, write_bundle(folder, files, manifest, _signing_key(private_key)).hex()


def words_of(spec: ModelSpec) -> list[int]:
    """The inputs that have more than two words, by their place."""
    return [at for at, each in enumerate(spec.inputs) if len(each.choices) > _TWO]


def _require_values(spec: ModelSpec, table: Table, path: Path) -> None:
    """Raise `BadInput` naming the inputs that no row has."""
    empty = [bool(np.isnan(column).all()) for column in table.x.T]
    if names := [each.name for each, nothing in zip(spec.inputs, empty, strict=True) if nothing]:
        raise BadInput(f"{path.name} has no value of: {', '.join(names)}.")


def background(model: Any, x: Floats) -> Floats | None:
    """The mean of each scaled column of a regression: an aggregate, never a patient."""
    if not is_regression(model):
        return None
    return np.asarray(encoded(inner(model), x).mean(axis=0, keepdims=True))


def self_tests(x: Floats) -> Floats:
    """Synthetic rows: five levels of every column, every third value of the last missing."""
    rows = levels_of(x)[list(_TESTED)]
    rows[-1, ::3] = np.nan
    return rows


def _signing_key(private_key: bytes | None) -> Ed25519PrivateKey:
    if private_key is None:
        return Ed25519PrivateKey.generate()
    return Ed25519PrivateKey.from_private_bytes(private_key)


def _card(
    spec: ModelSpec,
    table: Table,
    metrics: Mapping[str, Metric],
    settings: Mapping[str, Any],
    today: date,
) -> ModelCard:
    chosen = ", ".join(f"{name.partition('__')[2] or name} = {v}" for name, v in settings.items())
    algorithm = f"{spec.sections['algorithm']} Chosen: {chosen}."
    counts = {name: int((table.y == at).sum()) for at, name in enumerate(spec.classes)}
    return ModelCard(
        id=spec.id,
        version=spec.version,
        title=spec.title,
        outcome_label=spec.outcome_label,
        outcome_codes=spec.outcome_codes,
        outcome_words=spec.outcome_words,
        inputs=_measured_ranges(spec.inputs, table.x),
        minimum=spec.minimum,
        minimum_age=spec.minimum_age,
        sexes=spec.sexes,
        bands=spec.bands,
        n=len(table.y),
        events=int(table.y.sum()) if spec.task == Task.PROBABILITY else 0,
        metrics=metrics,
        sections={**spec.sections, "algorithm": algorithm, "date": today.isoformat()},
        references=spec.references,
        task=spec.task,
        unit=spec.unit,
        classes=spec.classes,
        groups=table.patients,
        class_counts=counts,
    )


def _measured_ranges(inputs: Sequence[CardInput], x: Floats) -> tuple[CardInput, ...]:
    """The 1st to the 99th percentile: what the model has seen enough of."""
    low, high = np.nanpercentile(x, [1, 99], axis=0)
    return tuple(
        replace(each, trained_low=round(float(lo), 3), trained_high=round(float(hi), 3))
        for each, lo, hi in zip(inputs, low, high, strict=True)
    )
