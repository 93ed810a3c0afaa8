"""A fitted model as bytes, and back: skops with a frozen list of types, never pickle."""

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
import sklearn
import skops.io
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import InconsistentVersionWarning

from clinicdesk.models.bundle import Bundle, DamagedModel
from clinicdesk.models.card import ModelCard
from clinicdesk.models.learned.explain import expit

Floats = NDArray[np.float64]

MODEL, BACKGROUND, BOOTSTRAP = "model.skops", "background.npz", "bootstrap.npz"
SELF_TEST_TOLERANCE = 1e-9

# What a model file may be made of beyond skops' own defaults. Frozen: a file that needs more is
# refused. Never fill this from `get_untrusted_types`.
TRUSTED = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.model_selection._split.StratifiedKFold",
)


@dataclass(frozen=True, slots=True)
class Resamples:
    """The model refitted on resampled patients, each written out as in `pipeline.Affine`."""

    intercept: Floats  # (resamples)
    weights: Floats  # (resamples, inputs)
    fill: Floats  # (resamples, inputs): a value a missing input could have had

    def interval(self, x: Floats, level: float = 0.90) -> tuple[Floats, Floats]:
        """The central interval of the probability for each row; x: (n, inputs), NaN missing."""
        missing = np.isnan(x)
        known = np.where(missing, 0.0, np.log1p(np.where(missing, 0.0, x)))
        margins = self.intercept + known @ self.weights.T + missing @ (self.weights * self.fill).T
        tail = (1 - level) / 2
        low, high = np.quantile(expit(margins), [tail, 1 - tail], axis=1)
        return low, high


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A model that was verified, opened and found to answer as it did when it was released."""

    card: ModelCard
    classifier: CalibratedClassifierCV
    background: Floats
    resamples: Resamples


def model_files(
    classifier: CalibratedClassifierCV, background: Floats, resamples: Resamples
) -> dict[str, bytes]:
    """The files of a model, without its card."""
    columns = {
        "intercept": resamples.intercept,
        "weights": resamples.weights,
        "fill": resamples.fill,
    }
    return {
        MODEL: skops.io.dumps(classifier),
        BACKGROUND: _npz({"mean": background}),
        BOOTSTRAP: _npz(columns),
    }


def facts(
    card: ModelCard, classifier: CalibratedClassifierCV, tests: Floats, data_sha256: str
) -> dict[str, Any]:
    """What the manifest says beside the hashes. tests: (n, inputs), synthetic rows."""
    answers = classifier.predict_proba(tests)[:, 1]
    return {
        "model": card.id,
        "version": card.version,
        "made_with": {
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "skops": skops.__version__,
        },
        "features": [{"name": each.name, "unit": each.unit} for each in card.inputs],
        "training_data_sha256": data_sha256,
        "self_test": [
            {"x": [None if np.isnan(v) else float(v) for v in row], "probability": float(answer)}
            for row, answer in zip(tests, answers, strict=True)
        ],
    }


def open_model(bundle: Bundle) -> LearnedModel:
    """Open verified bytes. Raise `DamagedModel` when they hold more than a model of ours, were
    made with another scikit-learn, or do not answer as they did at their release.
    """
    classifier = _classifier(bundle)
    _self_test(bundle, classifier)
    background = _arrays(bundle.files[BACKGROUND])["mean"]
    resamples = Resamples(**_arrays(bundle.files[BOOTSTRAP]))
    return LearnedModel(bundle.card, classifier, background, resamples)


def _classifier(bundle: Bundle) -> CalibratedClassifierCV:
    made_with = bundle.manifest["made_with"]["scikit-learn"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", InconsistentVersionWarning)
            return skops.io.loads(bundle.files[MODEL], trusted=TRUSTED)
    except InconsistentVersionWarning:
        raise DamagedModel(
            bundle.card.id,
            f"it was made with scikit-learn {made_with}, and this is {sklearn.__version__}",
        ) from None
    except (skops.io.exceptions.UntrustedTypesFoundException, BadZipFile):
        raise DamagedModel(bundle.card.id, "its file holds something else than a model") from None


def _self_test(bundle: Bundle, classifier: CalibratedClassifierCV) -> None:
    tests: Sequence[Mapping[str, Any]] = bundle.manifest["self_test"]
    rows = np.array([each["x"] for each in tests], dtype=np.float64)  # None becomes NaN
    expected = np.array([each["probability"] for each in tests])
    right = len(tests) > 0 and np.allclose(
        classifier.predict_proba(rows)[:, 1], expected, rtol=0, atol=SELF_TEST_TOLERANCE
    )
    if not right:
        raise DamagedModel(bundle.card.id, "it does not answer its test questions as it should")


def _npz(arrays: Mapping[str, Floats]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **dict[str, Any](arrays))
    return file.getvalue()


def _arrays(content: bytes) -> dict[str, Floats]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
