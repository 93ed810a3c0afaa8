"""National Early Warning Score 2: how ill is this adult, now."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from clinicdesk.models.scores.protocol import (
    YES_NO,
    Choice,
    Given,
    Quantity,
    Score,
    Value,
    Values,
    number,
)

# (upper bounds, included; points of the bands between them), as on the chart of the report.
_RR = ((8, 11, 20, 24), (3, 1, 0, 2, 3))
_SPO2_SCALE_1 = ((91, 93, 95), (3, 2, 1, 0))
_SPO2_SCALE_2_AIR = ((83, 85, 87), (3, 2, 1, 0))
_SPO2_SCALE_2_OXYGEN = ((83, 85, 87, 92, 94, 96), (3, 2, 1, 0, 1, 2, 3))
_SBP = ((90, 100, 110), (3, 2, 1, 0))
_HR = ((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3))
_TEMPERATURE = ((35.0, 36.0, 38.0, 39.0), (3, 1, 0, 1, 2))

_Bands = tuple[Sequence[float], Sequence[int]]

POINTS = {  # output -> the inputs it needs
    "rr_pts": ("rr",),
    "spo2_pts": ("spo2", "spo2_scale"),
    "o2_pts": ("supplemental_o2",),
    "sbp_pts": ("sbp",),
    "hr_pts": ("hr",),
    "consciousness_pts": ("acvpu",),
    "temp_pts": ("temp_c",),
}
_MOST = {name: 2 if name == "o2_pts" else 3 for name in POINTS}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that an incomplete set can add up to; never a score."""

    low: int
    high: int


def _points(value: float, bands: _Bands) -> int:
    bounds, points = bands
    return points[bisect_left(bounds, value)]


def _spo2_points(values: Mapping[str, Value]) -> int:
    spo2 = number(values, "spo2")
    if values["spo2_scale"] == "1":
        return _points(spo2, _SPO2_SCALE_1)
    on_oxygen = values["supplemental_o2"] == "1"  # 93 % and more on air is no reason to worry
    return _points(spo2, _SPO2_SCALE_2_OXYGEN if on_oxygen else _SPO2_SCALE_2_AIR)


def _systolic_points(pressure: float) -> int:
    return 3 if pressure >= 220 else _points(pressure, _SBP)


def _temperature_points(celsius: float) -> int:
    tenths = Decimal(str(celsius)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return _points(float(tenths), _TEMPERATURE)


_RULES: Mapping[str, Callable[[Mapping[str, Value]], int]] = {
    "rr_pts": lambda values: _points(number(values, "rr"), _RR),
    "spo2_pts": _spo2_points,
    "o2_pts": lambda values: 2 if values["supplemental_o2"] == "1" else 0,
    "sbp_pts": lambda values: _systolic_points(number(values, "sbp")),
    "hr_pts": lambda values: _points(number(values, "hr"), _HR),
    "consciousness_pts": lambda values: 0 if values["acvpu"] == "A" else 3,
    "temp_pts": lambda values: _temperature_points(number(values, "temp_c")),
}


def _known_points(values: Mapping[str, Value]) -> dict[str, int]:
    return {
        name: _RULES[name](values)
        for name, inputs in POINTS.items()
        if values.keys() >= {*inputs, *_also_needed(name, values)}
    }


def _also_needed(name: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """On scale 2 the points of SpO2 rest on oxygen too."""
    scale_2 = name == "spo2_pts" and values.get("spo2_scale") == "2"
    return ("supplemental_o2",) if scale_2 else ()


def risk_band(total: int, highest: int) -> tuple[str, str]:
    """The clinical risk and the least frequency of monitoring. highest: the largest single part."""
    if total >= 7:
        return "high", "continuous"
    if total >= 5:
        return "medium", "min_1h"
    if highest == 3:
        return "low_medium", "min_1h"
    return "low", "min_4_6h" if total else "min_12h"


def _news2(values: dict[str, Value]) -> Values:
    points = _known_points(values)
    total = sum(points.values())
    band, monitoring = risk_band(total, max(points.values()))
    return {"total": total, **points, "risk_band": band, "monitoring": monitoring}


def bounds(given: Given) -> Bounds:
    """Bound the total of an incomplete set; a missing part may be anything on its scale.

    Raise `CannotScore` for a value that is there and cannot be.
    """
    points = _known_points(SCORE.read(given))
    unknown = sum(most for name, most in _MOST.items() if name not in points)
    low = sum(points.values())
    return Bounds(low, low + unknown)


def _headline(values: Values) -> str:
    return f"NEWS2 {values['total']} - {str(values['risk_band']).replace('_', '-')}"


SCORE = Score(
    id="news2",
    title="NEWS2",
    version="2017.1",
    inputs=(
        Quantity("rr", "Respiratory rate", "/min", 1, 120, code="9279-1"),
        Quantity("spo2", "SpO2", "%", 20, 100, code="59408-5"),
        Choice("spo2_scale", "SpO2 scale", ("1", "2")),
        Choice(
            "supplemental_o2", "Supplemental oxygen", ("0", "1"), code="3151-8", spellings=YES_NO
        ),
        Quantity("sbp", "Systolic blood pressure", "mm[Hg]", 20, 375, code="8480-6"),
        Quantity("hr", "Heart rate", "/min", 10, 350, code="8867-4"),
        Choice("acvpu", "Consciousness (ACVPU)", ("A", "C", "V", "P", "U"), code="67775-7"),
        Quantity("temp_c", "Temperature", "Cel", 20, 45, code="8310-5"),
    ),
    outputs=("total", *POINTS, "risk_band", "monitoring"),
    citation=(
        "Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the "
        "assessment of acute-illness severity in the NHS. London: RCP, 2017."
    ),
    licence="Free to use with its title and attribution, thresholds unaltered (RCP).",
    scope=(
        "Age 16 and over; not in pregnancy, not after spinal cord injury. SpO2 scale 2 only on a "
        "clinician's documented decision."
    ),
    formula=_news2,
    headline=_headline,
)
