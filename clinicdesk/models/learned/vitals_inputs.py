"""The inputs that the models over time share, and where their training rows come from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.card import AGE, CardInput
from clinicdesk.models.learned.spec import Table
from clinicdesk.models.learned.vitals_table import Hours, by_hour, read_stays, sha256_of
from clinicdesk.models.vitals_features import CARRIED, LONG, OVER_TIME, SHORT, VITALS, Vital

_DAY = 24  # hours
ADULT = 18  # years
NEWS2_MOST = 15  # points of the five items


def _of_vital(vital: Vital) -> list[CardInput]:
    width = vital.high - vital.low
    now = CardInput(
        name=f"{vital.name}_now",
        label=vital.label,
        unit=vital.unit,
        code=vital.code,
        low=vital.low,
        high=vital.high,
        max_age_days=CARRIED / _DAY,
        found=OVER_TIME,
        note=f"The newest value, for {CARRIED} hours after it was taken.",
    )
    derived = replace(now, code="", note=f"Of the values of the last {SHORT} hours.")
    return [
        now,
        replace(
            derived,
            name=f"{vital.name}_change_{SHORT}h",
            label=f"{vital.label}, change in {SHORT} h",
            low=-width,
            high=width,
            note=f"The present value less the one that stood {SHORT} hours ago.",
        ),
        replace(
            derived, name=f"{vital.name}_mean_{SHORT}h", label=f"{vital.label}, mean of {SHORT} h"
        ),
        replace(
            derived,
            name=f"{vital.name}_sd_{SHORT}h",
            label=f"{vital.label}, spread in {SHORT} h",
            low=0,
            high=width / 2,
            note=f"The standard deviation of the values of the last {SHORT} hours, from two on.",
        ),
    ]


def _of_news2(name: str, label: str, note: str) -> CardInput:
    return CardInput(
        name=name,
        label=label,
        unit="{score}",
        code="",
        low=0,
        high=NEWS2_MOST,
        max_age_days=CARRIED / _DAY,
        found=OVER_TIME,
        note=note,
    )


_FIVE = (
    "Heart rate, SpO2 (scale 1), temperature, systolic pressure and respiratory rate; one that is "
    "not known adds nothing."
)
NEWS2_NOW = _of_news2("news2_now", "NEWS2 of five vital signs", _FIVE)
_BY_VITAL = [_of_vital(vital) for vital in VITALS]
INPUTS: tuple[CardInput, ...] = (
    *(each for kind in zip(*_BY_VITAL, strict=True) for each in kind),  # as `features` has them
    NEWS2_NOW,
    _of_news2(f"news2_max_{LONG}h", f"NEWS2 of five, highest in {LONG} h", _FIVE),
    _of_news2(f"news2_mean_{LONG}h", f"NEWS2 of five, mean of {LONG} h", _FIVE),
    CardInput("age", "Age", "a", AGE, 0, 120, max_age_days=None, note="Years."),
)
MINIMUM = ("hr_now", "spo2_now", "sbp_now", "rr_now", "age")
AGE_GROUPS = {"under_65": (0.0, 65.0), "65_up": (65.0, 200.0)}


def within_scope(wanted: CardInput, high: float) -> CardInput:
    """The same input of a model that was not made for more."""
    return replace(wanted, scope_high=high)


def hours_of(path: Path) -> Hours:
    """Every hour of every stay of the training file."""
    return by_hour(read_stays(path))


def table_of(path: Path, hours: Hours, rows: NDArray[np.bool_], y: NDArray[np.float64]) -> Table:
    """The training rows among the hours; a stay is a patient. y: of every hour."""
    chosen = np.flatnonzero(rows)
    patients = np.unique(hours.stay[chosen], return_inverse=True)[1]
    return Table(hours.x[chosen], y[chosen], sha256_of(path), patients)


def adults(hours: Hours) -> NDArray[np.bool_]:
    """Hours of adults whose four core vital signs are known."""
    return np.asarray((hours.x[:, -1] >= ADULT) & hours.known)
