"""Train a model reproducibly: the same file and seed give the same model and the same figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV

from clinicdesk.models.bundle import CARD, write_bundle
from clinicdesk.models.card import CardInput, Metric, ModelCard, card_to_json
from clinicdesk.models.learned import ckd35, diabetes
from clinicdesk.models.learned.artefact import Resamples, facts, model_files
from clinicdesk.models.learned.pipeline import affine, best_strength, calibrated_parts, fit
from clinicdesk.models.learned.population import POPULATION, population_file
from clinicdesk.models.learned.spec import ModelSpec
from clinicdesk.models.learned.table import Table, read_table
from clinicdesk.models.learned.validation import REPEATS, cross_validate, measure

Floats = NDArray[np.float64]

SEED = 20261120
RESAMPLES = 200
SPECS: Mapping[str, ModelSpec] = {each.id: each for each in (diabetes.SPEC, ckd35.SPEC)}


def train(
    model: str,
    path: Path,
    folder: Path,
    today: date,
    private_key: bytes | None = None,
    *,
    repeats: int = REPEATS,
    resamples: int = RESAMPLES,
) -> tuple[ModelCard, str]:
    """Train, measure, write and sign. Return the card and the public key (hex) of the files.

    private_key: 32 bytes, Ed25519; without one a new key signs once and is forgotten.
    """
    spec = SPECS[model]
    table = read_table(path, spec)
    metrics = measure(spec, table, cross_validate(table, SEED, repeats), SEED)
    strength = best_strength(table.x, table.y, SEED)
    classifier = fit(table.x, table.y, strength, SEED)
    card = _card(spec, table, metrics, strength, today)
    refitted = resample(table, strength, SEED, resamples)
    files = model_files(classifier, background(classifier, table.x), refitted)
    files[POPULATION] = population_file(table.x)
    files[CARD] = card_to_json(card).encode()
    manifest = facts(card, classifier, self_tests(table.x), table.sha256)
    return card, write_bundle(folder, files, manifest, _signing_key(private_key)).hex()


def resample(table: Table, strength: float, seed: int, times: int) -> Resamples:
    """Refit on resampled patients; what is missing is drawn from its column's distribution."""
    rng = np.random.default_rng(seed)
    levels = np.linspace(0.05, 0.95, 19)
    grid = np.log1p(np.nanquantile(table.x, levels, axis=0))
    fitted, fills = [], []
    for _ in range(times):
        drawn = rng.integers(0, len(table.y), len(table.y))
        fitted.append(affine(fit(table.x[drawn], table.y[drawn], strength, seed)))
        spots = rng.uniform(0.05, 0.95, size=(grid.shape[1],))
        fills.append([np.interp(s, levels, g) for s, g in zip(spots, grid.T, strict=True)])
    return Resamples(
        np.array([each.intercept for each in fitted]),
        np.array([each.weights for each in fitted]),
        np.array(fills),
    )


def background(classifier: CalibratedClassifierCV, x: Floats) -> Floats:
    """The mean of each scaled column: an aggregate, never a patient."""
    fitted, _, _ = calibrated_parts(classifier)
    return np.asarray(fitted[:-1].transform(x).mean(axis=0, keepdims=True))


def self_tests(x: Floats) -> Floats:
    """Synthetic rows: five quantiles of every column, every third value of the last missing."""
    rows = np.round(np.nanquantile(x, [0.1, 0.3, 0.5, 0.7, 0.9], axis=0), 2)
    rows[-1, ::3] = np.nan
    return np.asarray(rows)


def _signing_key(private_key: bytes | None) -> Ed25519PrivateKey:
    if private_key is None:
        return Ed25519PrivateKey.generate()
    return Ed25519PrivateKey.from_private_bytes(private_key)


def _card(
    spec: ModelSpec, table: Table, metrics: Mapping[str, Metric], strength: float, today: date
) -> ModelCard:
    algorithm = f"{spec.sections['algorithm']} Chosen: C = {strength:g}."
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
        events=int(table.y.sum()),
        metrics=metrics,
        sections={**spec.sections, "algorithm": algorithm, "date": today.isoformat()},
        references=spec.references,
    )


def _measured_ranges(inputs: Sequence[CardInput], x: Floats) -> tuple[CardInput, ...]:
    """The 1st to the 99th percentile: what the model has seen enough of."""
    low, high = np.nanpercentile(x, [1, 99], axis=0)
    return tuple(
        replace(each, trained_low=round(float(lo), 3), trained_high=round(float(hi), 3))
        for each, lo, hi in zip(inputs, low, high, strict=True)
    )
