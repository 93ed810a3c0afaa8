"""Predict plain rows of a file: one result for each row, or why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinicdesk.cli.rows import read_rows
from clinicdesk.domain.risk import RiskEstimate, RiskInput, Task
from clinicdesk.errors import BadInput
from clinicdesk.models.card import CardInput, ModelCard
from clinicdesk.models.prediction import Prediction, to_estimate
from clinicdesk.models.rows import Features, columns_of, features
from clinicdesk.models.scope import below_minimum, labels, outside_values
from clinicdesk.models.vitals_record import asks_over_time
from clinicdesk.models.vitals_rows import hour_features
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import SILENT

_PREDICT = "clinicdesk.models.learned.serving:predict"

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that gets no number."""

    code: str
    message: str
    missing: tuple[str, ...] = ()

    def as_json(self) -> Result:
        return {"error": self.code, "missing": list(self.missing), "message": self.message}


def predicted(model: ModelCard, path: Path, *, explain: bool) -> list[Result]:
    """Predict every row of a file in the layout of the model's inputs."""
    read = _read_hours(model, path) if asks_over_time(model) else _read_rows(model, path)
    predictions = iter(_computed(model, [each for each in read if not isinstance(each, Refused)]))
    about = {"model": model.id, "version": model.version}
    return [
        {"row": number, **about, **_result(model, each, predictions, explain=explain)}
        for number, each in enumerate(read, start=1)
    ]


def as_json(estimate: RiskEstimate, *, explain: bool) -> Result:
    """An estimate as scripts know it; with `explain`, base + contributions = probability."""
    result: Result = {
        **_numbers(estimate),
        "interval": list(estimate.interval or ()),
        "band": estimate.band,
        "missing": [each.name for each in estimate.inputs if each.missing],
        "warnings": list(estimate.warnings),
    }
    if explain:
        words = {each.name: each.text for each in estimate.inputs}
        result["base"] = estimate.base
        result["contributions"] = [
            {
                "feature": each.feature,
                "value": words[each.feature] or each.value,
                "unit": each.unit,
                "contribution": each.contribution,
            }
            for each in estimate.contributions
        ]
    return result


def _numbers(estimate: RiskEstimate) -> Result:
    """The answer by its kind: a probability, one for each class, or an amount."""
    if estimate.task == Task.CLASSES:
        return {"probabilities": dict(estimate.probabilities), "class": estimate.explained}
    if estimate.task == Task.VALUE:
        return {"value": estimate.number, "unit": estimate.unit}
    return {"probability": estimate.probability}


def _read_rows(model: ModelCard, path: Path) -> list[Features | Refused]:
    table = read_rows(path)
    columns = columns_of(model.inputs, table.header)
    if not columns:
        names = ", ".join(each.name for each in model.inputs)
        raise BadInput(f"{path.name} has no column that the model knows. They are: {names}.")
    return [_read(model, columns, row) for row in table.rows]


def _read_hours(model: ModelCard, path: Path) -> list[Features | Refused]:
    """Rows that are hours of patients, each told from its patient's rows up to it."""
    table = read_rows(path)
    return [
        Refused("bad_value", str(each)) if isinstance(each, BadInput) else _known(each)
        for each in hour_features(table.header, table.rows)
    ]


def _read(
    model: ModelCard, columns: Mapping[str, str], row: Mapping[str, str]
) -> Features | Refused:
    try:
        values = features(model.inputs, columns, row)
    except BadInput as error:
        return Refused("bad_value", str(error))
    return _known(values)


def _known(values: Features) -> Features | Refused:
    if all(value is None for value in values.values()):
        return Refused("missing_input", "The row has none of the model's inputs.", tuple(values))
    return values


def _computed(model: ModelCard, rows: list[Features]) -> list[Prediction]:
    if not rows:
        return []
    compute = ComputeProcess()
    try:
        numbers = [[row[each.name] for each in model.inputs] for row in rows]
        return list(compute.call(SILENT, _PREDICT, model.id, numbers))
    finally:
        compute.shutdown()


def _result(
    model: ModelCard, read: Features | Refused, predictions: Iterator[Prediction], *, explain: bool
) -> Result:
    if isinstance(read, Refused):
        return read.as_json()
    inputs = [_input(each, read[each.name]) for each in model.inputs]
    estimate = to_estimate(model, next(predictions), inputs, _warnings(model, read))
    return as_json(estimate, explain=explain)


def _input(wanted: CardInput, value: float | None) -> RiskInput:
    text = "" if value is None else wanted.label_of(value)
    return RiskInput(wanted.name, wanted.label, value, wanted.unit, wanted.code, text=text)


def _warnings(model: ModelCard, values: Features) -> list[str]:
    warnings = outside_values(model, values)
    if lacking := below_minimum(model, values):
        warnings.append(
            f"Below the minimum set, without {labels(model, lacking)}: not for a decision about "
            "a person."
        )
    return warnings
