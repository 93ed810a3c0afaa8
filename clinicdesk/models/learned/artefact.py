"""A fitted model as bytes, and back: skops with a frozen list of types, never pickle."""

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile

import numpy as np
import sklearn
import skops.io
from numpy.typing import NDArray
from sklearn.exceptions import InconsistentVersionWarning

from clinicdesk.models.bundle import Bundle, DamagedModel
from clinicdesk.models.card import ModelCard
from clinicdesk.models.learned.explain import Margins, margins
from clinicdesk.models.learned.fitting import answers
from clinicdesk.models.learned.intervals import Intervals, Quantiles, Resamples, Spread

Floats = NDArray[np.float64]

MODEL, BACKGROUND = "model.skops", "background.npz"
BOOTSTRAP = "bootstrap.npz"  # of a regression
INTERVAL, LEVELS = "interval.skops", "levels.npz"  # of trees
SELF_TEST_TOLERANCE = 1e-9

# What a model file may be made of beyond skops' own defaults. Frozen: a file that needs more is
# refused. Never fill this from `get_untrusted_types`.
TRUSTED = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.KFold",
)


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A model that was verified, opened and found to answer as it did when it was released."""

    card: ModelCard
    model: Any
    background: Floats | None
    intervals: Intervals
    reasons: Margins


def model_files(model: Any, background: Floats | None, intervals: Intervals) -> dict[str, bytes]:
    """The files of a model, without its card."""
    files = {MODEL: _skops(model)}
    if background is not None:
        files[BACKGROUND] = _npz({"mean": background})
    return files | _interval_files(intervals)


def facts(card: ModelCard, model: Any, tests: Floats, data_sha256: str) -> dict[str, Any]:
    """What the manifest says beside the hashes. tests: (n, inputs), synthetic rows."""
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
            {"x": [None if np.isnan(v) else float(v) for v in row], "answer": answer.tolist()}
            for row, answer in zip(tests, answers(model, tests), strict=True)
        ],
    }


def open_model(bundle: Bundle) -> LearnedModel:
    """Open verified bytes. Raise `DamagedModel` when they hold more than a model of ours, were
    made with another scikit-learn, or do not answer as they did at their release.
    """
    model = _loaded(bundle, MODEL)
    _self_test(bundle, model)
    files = bundle.files
    background = _arrays(files[BACKGROUND])["mean"] if BACKGROUND in files else None
    return LearnedModel(
        bundle.card, model, background, _intervals(bundle), margins(model, background)
    )


def _interval_files(intervals: Intervals) -> dict[str, bytes]:
    if isinstance(intervals, Spread):
        trees: Any = list(intervals.deviations)
        return {INTERVAL: _skops(trees), LEVELS: _npz({"levels": intervals.levels})}
    if isinstance(intervals, Quantiles):
        trees = [intervals.low, intervals.high]
        arrays = {"levels": intervals.levels, "moved": np.array([intervals.moved])}
        return {INTERVAL: _skops(trees), LEVELS: _npz(arrays)}
    assert isinstance(intervals, Resamples)
    columns = {
        "intercept": intervals.intercept,
        "weights": intervals.weights,
        "fill": intervals.fill,
    }
    return {BOOTSTRAP: _npz(columns)}


def _intervals(bundle: Bundle) -> Intervals:
    if BOOTSTRAP in bundle.files:
        return Resamples(**_arrays(bundle.files[BOOTSTRAP]))
    trees, arrays = _loaded(bundle, INTERVAL), _arrays(bundle.files[LEVELS])
    if "moved" in arrays:
        low, high = trees
        return Quantiles(low, high, float(arrays["moved"][0]), arrays["levels"])
    return Spread(trees, arrays["levels"])


def _loaded(bundle: Bundle, name: str) -> Any:
    made_with = bundle.manifest["made_with"]["scikit-learn"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", InconsistentVersionWarning)
            return skops.io.loads(bundle.files[name], trusted=TRUSTED)
    except InconsistentVersionWarning:
        raise DamagedModel(
            bundle.card.id,
            f"it was made with scikit-learn {made_with}, and this is {sklearn.__version__}",
        ) from None
    except (skops.io.exceptions.UntrustedTypesFoundException, BadZipFile):
        raise DamagedModel(bundle.card.id, "its file holds something else than a model") from None


def _self_test(bundle: Bundle, model: Any) -> None:
    tests: Sequence[Mapping[str, Any]] = bundle.manifest["self_test"]
    rows = np.array([each["x"] for each in tests], dtype=np.float64)  # None becomes NaN
    expected = np.array([each["answer"] for each in tests])
    right = len(tests) > 0 and np.allclose(
        answers(model, rows), expected, rtol=0, atol=SELF_TEST_TOLERANCE
    )
    if not right:
        raise DamagedModel(bundle.card.id, "it does not answer its test questions as it should")


def _skops(model: Any) -> bytes:
    """Compressed: three hundred trees are nine hundred small arrays with a header each."""
    return bytes(skops.io.dumps(model, compression=ZIP_DEFLATED))


def _npz(arrays: Mapping[str, Floats]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **dict[str, Any](arrays))
    return file.getvalue()


def _arrays(content: bytes) -> dict[str, Floats]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
