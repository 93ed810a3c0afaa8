"""Train the diabetes model reproducibly: the same file and seed give the same model and figures."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import RepeatedStratifiedKFold

from clinicdesk.errors import BadInput
from clinicdesk.models.bundle import CARD, write_bundle
from clinicdesk.models.card import CardInput, Metric, ModelCard, card_to_json
from clinicdesk.models.evaluation.metrics import MEASURES, auroc, interval, net_benefit
from clinicdesk.models.learned import diabetes
from clinicdesk.models.learned.artefact import Resamples, facts, model_files
from clinicdesk.models.learned.pipeline import (
    FOLDS,
    affine,
    best_strength,
    calibrated_parts,
    fit,
)
from clinicdesk.models.rows import columns_of, features

Floats = NDArray[np.float64]

SEED = 20261120
REPEATS = 5
RESAMPLES = 200
_AGE_GROUPS = {"auroc_age_21_29": (21, 30), "auroc_age_30_up": (30, 200)}


@dataclass(frozen=True, slots=True)
class Table:
    """Training rows: x (n, inputs) with NaN for missing, y 0/1."""

    x: Floats
    y: Floats
    sha256: str


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Out-of-fold predictions of each repeat, and the AUROC of each fold."""

    predictions: Sequence[Floats]
    folds: Floats


def read_table(path: Path, inputs: Sequence[CardInput]) -> Table:
    """Read a training file in the Pima layout. Raise `BadInput` naming the row it stops at."""
    content = path.read_bytes()
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not a text file in UTF-8.") from None
    columns = columns_of(inputs, reader.fieldnames or ())
    absent = [each.name for each in inputs if each.name not in columns]
    if absent or diabetes.OUTCOME_COLUMN not in (reader.fieldnames or ()):
        raise BadInput(f"The file lacks columns: {', '.join(absent) or diabetes.OUTCOME_COLUMN}.")
    rows, outcomes = [], []
    for number, row in enumerate(reader, start=1):
        try:
            rows.append([*features(inputs, columns, row).values()])
            outcomes.append(_outcome(row[diabetes.OUTCOME_COLUMN]))
        except BadInput as error:
            raise BadInput(f"Row {number}: {error}") from None
    x = np.array(rows, dtype=np.float64)
    return Table(x, np.array(outcomes), hashlib.sha256(content).hexdigest())


def _outcome(text: str) -> float:
    if text.strip() not in ("0", "1"):
        raise BadInput(f"{diabetes.OUTCOME_COLUMN} must be 0 or 1.")
    return float(text)


def train(
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
    table = read_table(path, diabetes.INPUTS)
    validation = cross_validate(table, SEED, repeats)
    strength = best_strength(table.x, table.y, SEED)
    model = fit(table.x, table.y, strength, SEED)
    refitted = resample(table, strength, SEED, resamples)
    card = _card(table, validation, strength, today)
    files = model_files(model, background(model, table.x), refitted)
    files[CARD] = card_to_json(card).encode()
    manifest = facts(card, model, self_tests(table.x), table.sha256)
    return card, write_bundle(folder, files, manifest, _signing_key(private_key)).hex()


def _signing_key(private_key: bytes | None) -> Ed25519PrivateKey:
    if private_key is None:
        return Ed25519PrivateKey.generate()
    return Ed25519PrivateKey.from_private_bytes(private_key)


def cross_validate(table: Table, seed: int, repeats: int = REPEATS) -> CrossValidation:
    """Nested: penalty, imputation and calibration see only the training part of each fold."""
    splitter = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=repeats, random_state=seed)
    predictions = [np.full(len(table.y), np.nan) for _ in range(repeats)]
    folds = []
    for number, (train_rows, test_rows) in enumerate(splitter.split(table.x, table.y)):
        x, y = table.x[train_rows], table.y[train_rows]
        model = fit(x, y, best_strength(x, y, seed), seed)
        p = model.predict_proba(table.x[test_rows])[:, 1]
        predictions[number // FOLDS][test_rows] = p
        folds.append(auroc(table.y[test_rows], p))
    return CrossValidation(predictions, np.array(folds))


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


def background(model: CalibratedClassifierCV, x: Floats) -> Floats:
    """The mean of each scaled column: an aggregate, never a patient."""
    fitted, _, _ = calibrated_parts(model)
    return np.asarray(fitted[:-1].transform(x).mean(axis=0, keepdims=True))


def self_tests(x: Floats) -> Floats:
    """Synthetic rows: five quantiles of every column, the last with gaps."""
    rows = np.round(np.nanquantile(x, [0.1, 0.3, 0.5, 0.7, 0.9], axis=0), 2)
    rows[4, 3:5] = np.nan
    return np.asarray(rows)


def measure(table: Table, validation: CrossValidation, seed: int) -> dict[str, Metric]:
    """Every figure of the card."""
    predictions = validation.predictions
    metrics = {}
    for name, function in MEASURES.items():
        value = float(np.mean([function(table.y, p) for p in predictions]))
        metrics[name] = Metric(value, *interval(function, table.y, predictions, seed))
    pooled = metrics["auroc"]
    spread = float(validation.folds.std(ddof=1))
    metrics["auroc"] = replace(pooled, value=float(validation.folds.mean()), sd=spread)
    return {
        **metrics,
        "auroc_pooled": pooled,
        **_by_age(table, validation, seed),
        **_of_all(table, seed),
    }


def _of_all(table: Table, seed: int) -> dict[str, Metric]:
    """What treating everybody would bring at the two thresholds."""
    metrics = {}
    for name, threshold in (("0_20", 0.20), ("0_50", 0.50)):
        everybody = np.ones_like(table.y)
        measured = partial(net_benefit, threshold=threshold)
        ends = interval(measured, table.y, [everybody], seed)
        metrics[f"net_benefit_of_all_{name}"] = Metric(measured(table.y, everybody), *ends)
    return metrics


def _by_age(table: Table, validation: CrossValidation, seed: int) -> dict[str, Metric]:
    ages = table.x[:, [each.name for each in diabetes.INPUTS].index("Age")]
    metrics = {}
    for name, (low, high) in _AGE_GROUPS.items():
        members = (ages >= low) & (ages < high)
        y, predictions = table.y[members], [p[members] for p in validation.predictions]
        value = float(np.mean([auroc(y, p) for p in predictions]))
        metrics[name] = Metric(value, *interval(auroc, y, predictions, seed))
    return metrics


def _card(table: Table, validation: CrossValidation, strength: float, today: date) -> ModelCard:
    algorithm = f"{diabetes.SECTIONS['algorithm']} Chosen: C = {strength:g}."
    sections: Mapping[str, str] = {
        **diabetes.SECTIONS,
        "algorithm": algorithm,
        "date": today.isoformat(),
    }
    return ModelCard(
        id=diabetes.ID,
        version=diabetes.VERSION,
        title=diabetes.TITLE,
        outcome_label=diabetes.OUTCOME_LABEL,
        outcome_codes=diabetes.OUTCOME_CODES,
        outcome_words=diabetes.OUTCOME_WORDS,
        inputs=_measured_ranges(diabetes.INPUTS, table.x),
        minimum=diabetes.MINIMUM,
        minimum_age=diabetes.MINIMUM_AGE,
        sexes=diabetes.SEXES,
        bands=diabetes.BANDS,
        n=len(table.y),
        events=int(table.y.sum()),
        metrics=measure(table, validation, SEED),
        sections=sections,
        references=diabetes.REFERENCES,
    )


def _measured_ranges(inputs: Sequence[CardInput], x: Floats) -> tuple[CardInput, ...]:
    """The 1st to the 99th percentile: what the model has seen enough of."""
    low, high = np.nanpercentile(x, [1, 99], axis=0)
    return tuple(
        replace(each, trained_low=round(float(lo), 3), trained_high=round(float(hi), 3))
        for each, lo, hi in zip(inputs, low, high, strict=True)
    )
