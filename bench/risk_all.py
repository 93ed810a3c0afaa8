"""A model asked for everybody, from the store to the numbers, beside predict_proba on a matrix.

One process and one store, made once: what is compared is the work on 100,000 patients, warm.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.frame import Figure

if TYPE_CHECKING:
    from clinicdesk.services.clinic import Clinic

PATIENTS = int(os.environ.get("CLINICDESK_BENCH_PATIENTS", "100000"))
ROUNDS, ALONE = 5, 100
LOGIN, PASSWORD = "ada", "plum kettle orbit walnut"
VALUES = (  # LOINC, unit, from, to
    ("1518-0", "mg/dL", 80.0, 220.0),
    ("8462-4", "mm[Hg]", 55.0, 110.0),
    ("39156-5", "kg/m2", 19.0, 45.0),
    ("98979-8", "mL/min/{1.73_m2}", 61.0, 110.0),
    ("4548-4", "%", 5.0, 11.0),
)


def figures() -> list[Figure]:
    """Every model that gold has all inputs of."""
    from clinicdesk.models.cohort import asks_gold_alone  # noqa: PLC0415 - timed from here on
    from clinicdesk.models.registry import PUBLIC_KEYS, card  # noqa: PLC0415 - as above

    with _clinic() as clinic:
        clinic.gold.refresh()
        models = [each for each in PUBLIC_KEYS if asks_gold_alone(card(each))]
        answering = [m for m in models if len(clinic.cohort_risks.numbers(m).ids)]
        ways: dict[str, Callable[[], object]] = {
            "ours": lambda: [clinic.cohort_risks.numbers(model) for model in answering],
            "limit": _bare(answering),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS + 1):
            for name, way in ways.items():
                taken[name].append(_timed(way))
        alone = _timed(lambda: _one_by_one(clinic, answering)) / ALONE * PATIENTS
    return [
        Figure(
            name="risk of everybody",
            task=f"{PATIENTS:,} patients x {', '.join(answering)}, from the store to numbers",
            unit="ms",
            ours=median(taken["ours"][1:]),
            limit=median(taken["limit"][1:]),
            limit_is="bare predict_proba on a matrix that is ready",
            peer=alone,
            peer_is=f"one patient after the other, {ALONE} measured",
            goal=1.5,
        )
    ]


def _bare(models: list[str]) -> Callable[[], object]:
    """predict_proba on as many rows."""
    from clinicdesk.models.learned.serving import loaded  # noqa: PLC0415 - as above

    rng = np.random.default_rng(1)
    ready = []
    for model in models:
        inputs = loaded(model).card.inputs
        columns = [rng.uniform(i.trained_low, i.trained_high, PATIENTS) for i in inputs]
        ready.append((loaded(model).model, np.column_stack(columns)))
    return lambda: [model.predict_proba(x) for model, x in ready]


def _one_by_one(clinic: "Clinic", models: list[str]) -> None:
    for patient in clinic.patients.find("")[:ALONE]:
        for model in models:
            clinic.risks.estimate(patient, model, save=False)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def _clinic() -> Iterator["Clinic"]:
    """A store of women over 20 with five values each."""
    from clinicdesk.services.session import create_clinic  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        clinic, _ = create_clinic(
            Path(folder, "store"),
            login=LOGIN,
            password=PASSWORD,
            clinic_name="Measured",
            timezone="UTC",
        )
        _fill(clinic)
        yield clinic
        clinic.lock()


def _fill(clinic: "Clinic") -> None:
    from sqlalchemy import insert  # noqa: PLC0415 - as above

    from clinicdesk.storage.tables import ObservationRow, PatientRow  # noqa: PLC0415 - as above
    from tests.storage.factories import database_of  # noqa: PLC0415 - as above

    rng, at = np.random.default_rng(2), datetime.now(UTC) - timedelta(days=3)
    with database_of(clinic).writing() as session:
        session.execute(insert(PatientRow), [_person(number) for number in range(PATIENTS)])
        for code, unit, low, high in VALUES:
            values = rng.uniform(low, high, PATIENTS).round(1).tolist()
            rows = [_measured(at, number, code, unit, v) for number, v in enumerate(values)]
            session.execute(insert(ObservationRow), rows)


def _person(number: int) -> dict[str, Any]:
    born = date(1940 + number % 60, 1 + number % 12, 1 + number % 28)
    return {
        "id": number + 1,
        "mrn": f"M{number}",
        "source": "bench",
        "family_name": "Bench",
        "given_name": "Ann",
        "birth_date": born,
        "gender": "female",
        "updated_at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def _measured(at: datetime, number: int, code: str, unit: str, value: float) -> dict[str, Any]:
    return {
        "patient_id": number + 1,
        "code": code,
        "effective_at": at,
        "value": value,
        "unit": unit,
        "original_value": str(value),
        "original_unit": unit,
        "source": "bench",
    }
