"""What the models over time are told: vital signs by the hour, made into numbers by one function.

Training reads whole stays with it and a patient's record is read with it, so that both mean the
same: `features` of the last 32 hours ends in the row that `features` of the whole stay has there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.models.scores.news2 import CHARTS
from clinicdesk.models.scores.tables import Chart

Floats = NDArray[np.float64]

OVER_TIME = "vital signs"  # how the inputs of a card say that they are made here
CARRIED = 8  # hours that a vital sign stands for the present one
SHORT, LONG = 6, 24  # hours looked back over
HOURS = LONG + CARRIED  # what the last row rests on


@dataclass(frozen=True, slots=True)
class Vital:
    """A vital sign. name: of its inputs.  column: in files of hours (PhysioNet 2019).

    code: LOINC.  low, high: beyond them it cannot be.
    """

    name: str
    column: str
    label: str
    code: str
    unit: str  # UCUM
    low: float
    high: float
    chart: str = ""  # of NEWS2, "" when it is none of its items


VITALS = (
    Vital("hr", "HR", "Heart rate", "8867-4", "/min", 10, 350, "hr"),
    Vital("spo2", "O2Sat", "SpO2", "59408-5", "%", 20, 100, "spo2"),
    Vital("temp", "Temp", "Temperature", "8310-5", "Cel", 20, 45, "temp_c"),
    Vital("sbp", "SBP", "Systolic blood pressure", "8480-6", "mm[Hg]", 20, 375, "sbp"),
    Vital("dbp", "DBP", "Diastolic blood pressure", "8462-4", "mm[Hg]", 5, 300),
    Vital("rr", "Resp", "Respiratory rate", "9279-1", "/min", 1, 120, "rr"),
)
_SCORED = [at for at, vital in enumerate(VITALS) if vital.chart]
CORE = [at for at in _SCORED if VITALS[at].name != "temp"]  # temperature is taken more rarely


def features(hours: Floats) -> Floats:
    """One row of inputs for each hour of a stay, in the order of `names`.

    hours: (n, vitals), the newest value of each hour, oldest hour first, NaN where none was taken.
    """
    now = carried(hours)
    recent = _windows(hours, SHORT)
    score = news2_of(now)[:, None]
    day = _windows(score, LONG)
    return np.hstack(
        [
            now,
            now - _earlier(now, SHORT),
            _mean(recent),
            _spread(recent),
            score,
            _most(day),
            _mean(day),
        ]
    )


def names() -> list[str]:
    """The names of the inputs, in the order of the columns of `features`."""
    kinds = ("now", f"change_{SHORT}h", f"mean_{SHORT}h", f"sd_{SHORT}h")
    of_vitals = [f"{vital.name}_{kind}" for kind in kinds for vital in VITALS]
    return [*of_vitals, "news2_now", f"news2_max_{LONG}h", f"news2_mean_{LONG}h"]


def carried(hours: Floats) -> Floats:
    """The last value of each vital sign, as long as it stands for the present one."""
    at = np.arange(len(hours))[:, None]
    last = np.maximum.accumulate(np.where(np.isnan(hours), -CARRIED - 1, at), axis=0)
    values = np.take_along_axis(hours, np.maximum(last, 0), axis=0)
    return np.where(at - last <= CARRIED, values, np.nan)


def news2_of(now: Floats) -> Floats:
    """NEWS2 of five items (no oxygen, no consciousness); what is not known adds nothing.

    now: (n, vitals). NaN where none of the five is known.
    """
    points = np.column_stack([_points(VITALS[at], now[:, at]) for at in _SCORED])
    unknown = np.isnan(points)
    return np.where(unknown.all(axis=1), np.nan, np.where(unknown, 0.0, points).sum(axis=1))


def known_core(now: Floats) -> NDArray[np.bool_]:
    """Whether heart rate, SpO2, systolic pressure and respiratory rate are all known."""
    return np.asarray(~np.isnan(now[:, CORE]).any(axis=1))


def _points(vital: Vital, values: Floats) -> Floats:
    tenths = np.floor(np.round(values * 10, 6) + 0.5) / 10  # to_tenth of a column
    return chart_points(CHARTS[vital.chart], tenths if vital.name == "temp" else values)


def chart_points(chart: Chart, values: Floats) -> Floats:
    """The points of each value, as `chart` gives them one by one; NaN of NaN."""
    below = np.array([*chart.low.values(), 0.0])[np.searchsorted([*chart.low], values, "left")]
    above = np.array([0.0, *chart.high.values()])[np.searchsorted([*chart.high], values, "right")]
    return np.where(np.isnan(values), np.nan, np.where(below > 0, below, above))


def _earlier(rows: Floats, hours: int) -> Floats:
    before = np.full((min(hours, len(rows)), rows.shape[1]), np.nan)
    return np.vstack([before, rows])[: len(rows)]


def _windows(rows: Floats, hours: int) -> Floats:
    """(n, columns, hours): each row with those before it, NaN before the first."""
    padded = np.vstack([np.full((hours - 1, rows.shape[1]), np.nan), rows])
    return np.lib.stride_tricks.sliding_window_view(padded, hours, axis=0)


def _mean(windows: Floats) -> Floats:
    count = (~np.isnan(windows)).sum(axis=-1)
    total = np.where(np.isnan(windows), 0.0, windows).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _spread(windows: Floats) -> Floats:
    """The standard deviation of at least two values."""
    apart = windows - _mean(windows)[..., None]
    count = (~np.isnan(windows)).sum(axis=-1)
    return np.where(count > 1, np.sqrt(_mean(apart**2)), np.nan)


def _most(windows: Floats) -> Floats:
    highest = np.where(np.isnan(windows), -np.inf, windows).max(axis=-1)
    return np.where(np.isneginf(highest), np.nan, highest)
