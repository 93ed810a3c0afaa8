"""Estimates and cards for tests of words: nothing is computed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from clinicdesk.domain.explanation import Gap
from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput
from clinicdesk.models.card import ModelCard
from clinicdesk.models.doubt import Grounds
from clinicdesk.models.registry import card

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MONTH_AGO = NOW - timedelta(days=30)
VALUES = {"Glucose": 148.0, "BMI": 33.6, "BloodPressure": 72.0, "Age": 50.0, "Pregnancies": 2.0}


def diabetes_card() -> ModelCard:
    return card("diabetes")


def inputs(**changes: Any) -> list[RiskInput]:
    """The inputs of a patient with five values a month old. changes: fields of the glucose."""
    found = [
        RiskInput(
            each.name,
            each.label,
            VALUES.get(each.name),
            each.unit,
            each.code,
            MONTH_AGO if each.name in VALUES and each.name != "Age" else None,
            "observation 17" if each.name in VALUES else "",
        )
        for each in diabetes_card().inputs
    ]
    return [replace(i, **changes) if i.name == "Glucose" else i for i in found]


def estimate(
    points: dict[str, float] | None = None,
    interval: tuple[float, float] = (0.30, 0.40),
    found: Sequence[RiskInput] | None = None,
    **more: Any,
) -> RiskEstimate:
    """An estimate of 35 % from a base of 33 %. points: contributions by name, probability."""
    moved = points or {"Glucose": 0.06, "BMI": 0.02, "BloodPressure": -0.04, "Age": -0.02}
    found = found if found is not None else inputs()
    by_name = {each.name: each for each in found}
    contributions = [
        Contribution(name, by_name[name].label, by_name[name].value, by_name[name].unit, part)
        for name, part in sorted(moved.items(), key=lambda each: -abs(each[1]))
    ]
    missing = [each.label for each in found if each.missing]
    number = 0.33 + sum(moved.values())
    return replace(
        RiskEstimate(
            "diabetes", "1.0.0", number, interval, "moderate", 0.33, contributions, found, missing
        ),
        **more,
    )


GAPS = (
    Gap("Insulin", "Insulin, 2 h after 75 g", 0.25, 0.45, 0.04, 0.8, recordable=False),
    Gap("SkinThickness", "Triceps skin fold", 0.31, 0.36, 0.11, 0.2),
)


def grounds(**changes: Any) -> Grounds:
    """A patient like the training patients with little missing."""
    usual = Grounds(NOW, GAPS, (0.30, 0.40), 0.5, ())
    return replace(usual, **changes)
