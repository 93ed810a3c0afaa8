"""The model of how severe the next visit will be: it learns from a clinic's own visits alone.

No public register has visits with a severity, so that none is shipped; `registry.UNTRAINED` says
so wherever models are listed.
"""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from clinicdesk.domain.catalog import plain
from clinicdesk.domain.risk import Task
from clinicdesk.errors import BadInput
from clinicdesk.models.card import CardInput
from clinicdesk.models.learned.learners import Trees
from clinicdesk.models.learned.spec import ModelSpec, Table

CLASSES = ("improving", "stable", "worsening")
FEWEST = 300  # pairs of visits: with fewer the three classes cannot be told apart
_PATIENT, _DATE, _SEVERITY = "patient_id", "visit_date", "severity_score"
_MEASURED = ("length_of_stay", "heart_rate", "systolic")  # glucose has no unit there
_NONE = float("nan")


def _input(
    name: str, label: str, unit: str, high: float, *, note: str = "At the visit.", code: str = ""
) -> CardInput:
    return CardInput(name, label, unit, code, 0, high, max_age_days=30, note=note)


INPUTS = (
    _input(
        "Severity", "Severity of this visit", "{score}", 10, note="1 to 10, as the clinic scores."
    ),
    CardInput(
        "Change",
        "Change since the visit before",
        "{score}",
        "",
        -10,
        10,
        max_age_days=30,
        note="Missing at a first visit.",
    ),
    _input("Gap", "Days since the visit before", "d", 36500, note="Missing at a first visit."),
    _input("VisitsBefore", "Visits before this one", "{count}", 10000, note="In the file."),
    _input("Days", "Days of stay", "d", 3650, note="0 where nobody stayed."),
    _input("HeartRate", "Heart rate", "/min", 350, code="8867-4"),
    _input("Systolic", "Systolic blood pressure", "mm[Hg]", 375, code="8480-6"),
)


def read_visits(path: Path) -> Table:
    """Read a clinic's visits.csv: one row for each visit that was followed by another.

    Raise `BadInput` for a column that is not there, a date that is not year-month-day, or too few
    visits.
    """
    content = path.read_bytes()
    visits = _by_patient(path, content)
    rows, outcomes, groups = [], [], []
    for number, theirs in enumerate(visits.values()):
        for at, (visit, following) in enumerate(pairwise(theirs)):
            rows.append(_features(visit, theirs[at - 1] if at else None, at))
            outcomes.append(1 + np.sign(following[_SEVERITY] - visit[_SEVERITY]))
            groups.append(number)
    if len(rows) < FEWEST:
        raise BadInput(
            f"{path.name} has {len(rows)} visits that were followed by another. "
            f"The model needs {FEWEST}, with a severity each."
        )
    sha256 = hashlib.sha256(content).hexdigest()
    return Table(np.array(rows), np.array(outcomes), sha256, np.array(groups))


Visit = Mapping[str, float]


def _by_patient(path: Path, content: bytes) -> dict[str, list[Visit]]:
    """The visits that have a severity, of each patient, in order of their dates."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    columns = {plain(name): name for name in reader.fieldnames or ()}
    if absent := [n for n in (_PATIENT, _DATE, _SEVERITY) if plain(n) not in columns]:
        raise BadInput(f"{path.name} lacks columns: {', '.join(absent)}.")
    visits = defaultdict(list)
    for number, row in enumerate(reader, start=1):
        visit = _visit({key: row[name] or "" for key, name in columns.items()})
        if np.isnan(visit["day"]):
            raise BadInput(f"{path.name}, row {number}: {_DATE} must be written 2024-01-31.")
        if not np.isnan(visit[_SEVERITY]):
            visits[row[columns[plain(_PATIENT)]]].append(visit)
    return {who: sorted(theirs, key=lambda each: each["day"]) for who, theirs in visits.items()}


def _visit(row: Mapping[str, str]) -> Visit:
    """The numbers of a visit; what is not written, or is no number, is missing."""
    text = {name: row.get(plain(name), "") for name in (_SEVERITY, *_MEASURED)}
    text["systolic"] = text["systolic"] or row.get("bloodpressure", "").partition("/")[0]
    return {"day": _day(row[plain(_DATE)]), **{name: _number(each) for name, each in text.items()}}


def _features(visit: Visit, before: Visit | None, number: int) -> Sequence[float]:
    return (
        visit[_SEVERITY],
        visit[_SEVERITY] - before[_SEVERITY] if before else _NONE,
        visit["day"] - before["day"] if before else _NONE,
        float(number),
        *(visit[name] for name in _MEASURED),
    )


def _day(text: str) -> float:
    try:
        return float(date.fromisoformat(text.strip()[:10]).toordinal())
    except ValueError:
        return _NONE


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _NONE


_SECTIONS = {
    "question": "Will the next visit be less severe, as severe, or more severe than this one?",
    "intended_use": "To plan how soon somebody should be seen again, in the clinic it learnt from.",
    "out_of_scope": "Any other clinic; a decision about treatment; people with a single visit.",
    "population": "Patients of this clinic with two visits or more that have a severity.",
    "outcome": "The severity of the next visit less that of this one: below, at or above 0.",
    "horizon": "The next visit, whenever it is.",
    "data_source": "The clinic's own visits.csv.",
    "data_licence": "The clinic's own data; they do not leave it.",
    "data_citation": "None: own data.",
    "data_dates": "Those of the file.",
    "preprocessing": (
        "Visits in order of their dates; one row for each that was followed by another. Nothing of "
        "the next visit but its severity is used, and no count over later visits."
    ),
    "missing_policy": "The severity of this visit is needed; all else may be missing.",
    "algorithm": (
        "Histogram gradient boosting of three classes, temperature scaling on out-of-fold margins; "
        "scikit-learn, random states fixed. No resampling, no class weights."
    ),
    "validation": (
        "5-fold cross-validation by whole patients. `log_loss_of_shares` is what telling everybody "
        "the shares of the classes would cost. Regression to the mean makes a severe visit be "
        "followed by a milder one: look at both."
    ),
    "calibration": "Temperature scaling is part of the model.",
    "thresholds": "None.",
    "explanation": (
        "Exact tree SHAP values of the margins, carried to the probability of each class by "
        "integration along the path (Aumann-Shapley). They describe the model, not causes."
    ),
    "interval": "How far models refitted on resampled patients lay apart.",
    "background": "None is needed; no patient's row is in any file of the model.",
    "fairness": "Not examined: the file has neither sex nor origin.",
    "limits": "A severity is a person's judgement; who scores otherwise teaches another model.",
    "monitoring": "Compare the shares of the classes with what was seen, every quarter.",
    "update_rule": "Train again with each year's visits, or when the way of scoring changes.",
    "regulatory": "Not a certified medical device.",
    "owner": "The clinic that trained it",
    "command": "clinicdesk models train visit-severity --data visits.csv --out DIR",
}

SPEC = ModelSpec(
    id="visit-severity",
    version="1.0.0",
    title="Severity of the next visit",
    outcome_column=_SEVERITY,
    outcome_label="change of severity at the next visit",
    outcome_codes=(),
    outcome_words=(),
    inputs=INPUTS,
    minimum=("Severity",),
    minimum_age=0,
    sexes=("female", "male", "other", "unknown"),
    bands=(),
    sections=_SECTIONS,
    references=("None: it learns from the clinic's own visits.",),
    age_groups={},
    learner=Trees(
        grid={"trees__max_leaf_nodes": (4, 8)},
        settings={"learning_rate": 0.05, "max_iter": 80, "min_samples_leaf": 20},
    ),
    task=Task.CLASSES,
    classes=CLASSES,
    outcomes={},
    repeats=1,
    resamples=20,
    read=read_visits,
)
