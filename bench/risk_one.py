"""The risk of one patient, from the store to the sentences, and that the window goes on meanwhile.

The limit is SHAP alone: the explainer made beforehand, the row at hand, no calibration, no
interval, no record.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

import numpy as np

from bench.frame import Figure, answer, measure
from bench.unlock import longest_gap
from clinicdesk.domain.patient import PatientId

if TYPE_CHECKING:
    from clinicdesk.services.clinic import Clinic
    from clinicdesk.services.progress import Progress

ROUNDS = 3
TIMES = 100
LOGIN, PASSWORD = "ada", "plum kettle orbit walnut"
ROW = [2.0, 148.0, 72.0, np.nan, np.nan, 33.6, np.nan, 50.0]
MODEL = "diabetes"


def ours() -> float:
    with _clinic() as (clinic, patient):
        return _slowest(lambda: clinic.risks.estimate(patient, MODEL, save=False))


def bare_shap() -> float:
    explain, x = _explainer()
    return _slowest(lambda: explain(x))


def kernel_shap() -> float:
    """What one writes for a calibrated model that SHAP has no explainer for."""
    import shap  # noqa: PLC0415 - the window never loads it

    from clinicdesk.models.learned.serving import loaded  # noqa: PLC0415 - as above

    learned = loaded(MODEL)
    background = np.array([[1.0, 117.0, 72.0, 29.0, 125.0, 32.0, 0.37, 29.0]])
    explainer = shap.KernelExplainer(lambda x: learned.model.predict_proba(x)[:, 1], background)
    return _slowest(lambda: explainer.shap_values(np.array([ROW]), silent=True), 20)


def longest_pause() -> float:
    """The longest time between two beats of the window while estimates are explained."""
    from clinicdesk.ui.application import application_for, load_the_rest  # noqa: PLC0415 - timed from here on

    application = application_for()
    load_the_rest()
    with _clinic() as (clinic, patient):

        def work(progress: "Progress") -> None:
            for _ in range(TIMES):
                clinic.risks.estimate(patient, MODEL, save=False, progress=progress)

        return longest_gap(application, work)


def pause_nobody_feels() -> float:
    return 50.0


def kernel_in_the_window() -> float:
    return kernel_shap()


WAYS = {"ours": ours, "limit": bare_shap, "peer": kernel_shap}
PAUSES = {
    "pause": longest_pause,
    "pause limit": pause_nobody_feels,
    "pause peer": kernel_in_the_window,
}


def figures() -> list[Figure]:
    taken = measure("bench.risk_one", WAYS | PAUSES, ROUNDS, {"OMP_NUM_THREADS": "1"})
    return [
        Figure(
            name="risk of one patient",
            task=f"From the record to number, reasons and sentences, warm, 95 % of {TIMES}",
            unit="ms",
            ours=taken["ours"],
            limit=taken["limit"],
            limit_is="bare shap.LinearExplainer on a ready row: no record, no calibration",
            peer=taken["peer"],
            peer_is="shap.KernelExplainer on the calibrated model",
            goal=5.0,
        ),
        Figure(
            name="risk of one patient, pause",
            task=f"Longest pause of the window while {TIMES} estimates are explained",
            unit="ms",
            ours=taken["pause"],
            limit=taken["pause limit"],
            limit_is="a pause that nobody feels",
            peer=taken["pause peer"],
            peer_is="explaining one on the window's own thread",
            goal=1.0,
        ),
    ]


def _explainer() -> tuple[Callable[[object], object], object]:
    import shap  # noqa: PLC0415 - as above

    from clinicdesk.models.learned.serving import loaded  # noqa: PLC0415 - as above

    (calibrated,) = loaded(MODEL).model.calibrated_classifiers_
    fitted = calibrated.estimator
    masker = shap.maskers.Independent(np.zeros((1, len(ROW))))
    explainer = shap.LinearExplainer(fitted["logistic"], masker)
    return lambda x: explainer.shap_values(fitted[:-1].transform(x)), np.array([ROW])


@contextmanager
def _clinic() -> Iterator[tuple["Clinic", PatientId]]:
    """A store with one patient, warm."""
    from clinicdesk.services.session import create_clinic  # noqa: PLC0415 - as above
    from tests.storage.factories import (  # noqa: PLC0415 - as above
        add_observation,
        add_patient,
        database_of,
    )

    with tempfile.TemporaryDirectory() as folder:
        named = {"clinic_name": "Measured", "timezone": "UTC"}
        clinic, _ = create_clinic(Path(folder, "store"), login=LOGIN, password=PASSWORD, **named)
        store = database_of(clinic)
        patient = add_patient(store, "M1", born=date(1976, 5, 1))
        at = datetime.now(UTC) - timedelta(days=3)
        for code, value, unit in (
            ("1518-0", 148.0, "mg/dL"),
            ("39156-5", 33.6, "kg/m2"),
            ("8462-4", 72.0, "mm[Hg]"),
            ("11996-6", 2.0, "{count}"),
        ):
            add_observation(store, patient, code, value, unit=unit, at=at)
        for _ in range(5):
            clinic.risks.estimate(patient, MODEL, save=False)
        yield clinic, patient
        clinic.lock()


def _slowest(work: Callable[[], object], times: int = TIMES) -> float:
    """The 95th percentile in milliseconds."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return quantiles(taken, n=20)[-1]


if __name__ == "__main__":
    answer(WAYS | PAUSES)
