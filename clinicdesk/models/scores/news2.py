"""National Early Warning Score 2: how ill is this adult, now."""

from collections.abc import Mapping

from clinicdesk.domain.assessment import to_tenth
from clinicdesk.models.scores.inputs import (
    HEART_RATE,
    RESPIRATORY_RATE,
    SYSTOLIC,
    TEMPERATURE,
    yes_no,
)
from clinicdesk.models.scores.protocol import Choice, Quantity, Score, Value, Values
from clinicdesk.models.scores.tables import Chart, Part, Read, by_number, by_word, earned, if_yes

_RR = Chart({8: 3, 11: 1}, {21: 2, 25: 3})
_SPO2_SCALE_1 = Chart({91: 3, 93: 2, 95: 1}, {})
_SPO2_SCALE_2_AIR = Chart({83: 3, 85: 2, 87: 1}, {})
_SPO2_SCALE_2_OXYGEN = Chart({83: 3, 85: 2, 87: 1}, {93: 1, 95: 2, 97: 3})
_SBP = Chart({90: 3, 100: 2, 110: 1}, {220: 3})
_HR = Chart({40: 3, 50: 1}, {91: 1, 111: 2, 131: 3})
_TEMPERATURE = Chart({35.0: 3, 36.0: 1}, {38.1: 1, 39.1: 2})

# The five vital signs that are numbers, for who scores them by the hour; SpO2 on scale 1.
CHARTS: Mapping[str, Chart] = {
    "rr": _RR,
    "spo2": _SPO2_SCALE_1,
    "sbp": _SBP,
    "hr": _HR,
    "temp_c": _TEMPERATURE,
}


def _spo2_points(read: Read) -> int | None:
    """On scale 2 the points of SpO2 rest on oxygen too: 93 % and more on air is no worry."""
    if not {"spo2", "spo2_scale"} <= read.keys():
        return None
    spo2 = float(read["spo2"])
    if read["spo2_scale"] == "1":
        return _SPO2_SCALE_1(spo2)
    if "supplemental_o2" not in read:
        return None
    on_oxygen = read["supplemental_o2"] == "1"
    return (_SPO2_SCALE_2_OXYGEN if on_oxygen else _SPO2_SCALE_2_AIR)(spo2)


def _temperature_points(celsius: float) -> int:
    """The one vital sign whose bands are in tenths, to which the RCP rounds first."""
    return _TEMPERATURE(to_tenth(celsius))


PARTS = (
    by_number("rr_pts", _RR, 3, of="rr"),
    Part("spo2_pts", ("spo2", "spo2_scale"), _spo2_points, 3),
    if_yes("o2_pts", 2, of="supplemental_o2"),
    by_number("sbp_pts", _SBP, 3, of="sbp"),
    by_number("hr_pts", _HR, 3, of="hr"),
    by_word("consciousness_pts", {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}, of="acvpu"),
    by_number("temp_pts", _temperature_points, 3, of="temp_c"),
)


def risk_band(total: float, highest: float) -> tuple[str, str]:
    """The clinical risk and the least frequency of monitoring. highest: the largest single part."""
    if total >= 7:
        return "high", "continuous"
    if total >= 5:
        return "medium", "min_1h"
    if highest == 3:
        return "low_medium", "min_1h"
    return "low", "min_4_6h" if total else "min_12h"


def _news2(values: dict[str, Value]) -> Values:
    points = earned(PARTS, values)
    total = sum(points.values())
    band, monitoring = risk_band(total, max(points.values()))
    return {"total": total, **points, "risk_band": band, "monitoring": monitoring}


def _headline(values: Values) -> str:
    return f"NEWS2 {values['total']} - {str(values['risk_band']).replace('_', '-')}"


SCORE = Score(
    id="news2",
    title="NEWS2",
    version="2017.2",
    inputs=(
        RESPIRATORY_RATE,
        Quantity("spo2", "SpO2", "%", 20, 100, code="59408-5"),
        Choice("spo2_scale", "SpO2 scale", ("1", "2")),
        yes_no("supplemental_o2", "Supplemental oxygen", code="3151-8"),
        SYSTOLIC,
        HEART_RATE,
        Choice("acvpu", "Consciousness (ACVPU)", ("A", "C", "V", "P", "U"), code="67775-7"),
        TEMPERATURE,
    ),
    outputs=("total", *(part.name for part in PARTS), "risk_band", "monitoring"),
    citation=(
        "Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the "
        "assessment of acute-illness severity in the NHS. London: RCP, 2017."
    ),
    licence="Free to use with its title and attribution, thresholds unaltered (RCP).",
    scope=(
        "Age 16 and over; not in pregnancy, not after spinal cord injury. SpO2 scale 2 only on a "
        "clinician's documented decision (hypercapnic failure, target 88-92 %)."
    ),
    formula=_news2,
    headline=_headline,
    parts=PARTS,
)
