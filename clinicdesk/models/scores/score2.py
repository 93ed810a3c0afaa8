"""SCORE2 and SCORE2-OP: cardiovascular events within 10 years, by region of Europe."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from clinicdesk.models.scores.answers import PUBLISHED, risk_headline
from clinicdesk.models.scores.inputs import SEX, SYSTOLIC, age, yes_no
from clinicdesk.models.scores.protocol import Choice, Quantity, Score, Value, Values, number
from clinicdesk.models.scores.tables import From

_REGIONS = ("low", "moderate", "high", "very_high")
_OLDER = 70  # SCORE2-OP from here


@dataclass(frozen=True, slots=True)
class _Equation:
    """Coefficients of age, smoking, pressure, total cholesterol, HDL; then each with age."""

    main: tuple[float, float, float, float, float]
    with_age: tuple[float, float, float, float]  # smoking, pressure, total cholesterol, HDL
    survival: float
    mean: float
    scales: tuple[tuple[float, float], ...]  # by region

    def risk(self, terms: Sequence[float], region: str) -> float:
        """The calibrated risk as a fraction. terms: centred, in the order of `main`."""
        years, *others = terms
        predictor = sum(a * b for a, b in zip(self.main, terms, strict=True))
        predictor += years * sum(a * b for a, b in zip(self.with_age, others, strict=True))
        uncalibrated = 1 - self.survival ** exp(predictor - self.mean)
        shift, scale = self.scales[_REGIONS.index(region)]
        return 1 - exp(-exp(shift + scale * log(-log(1 - uncalibrated))))


# Diabetes has a coefficient too; the equations are not for people with diabetes, so it is nought.
_SCORE2 = {
    "male": _Equation(
        (0.3742, 0.6012, 0.2777, 0.1458, -0.2698),
        (-0.0755, -0.0255, -0.0281, 0.0426),
        0.9605,
        0.0,
        ((-0.5699, 0.7476), (-0.1565, 0.8009), (0.3207, 0.9360), (0.5836, 0.8294)),
    ),
    "female": _Equation(
        (0.4648, 0.7744, 0.3131, 0.1002, -0.2606),
        (-0.1088, -0.0277, -0.0226, 0.0613),
        0.9776,
        0.0,
        ((-0.7380, 0.7019), (-0.3143, 0.7701), (0.5710, 0.9369), (0.9412, 0.8329)),
    ),
}
_SCORE2_OP = {
    "male": _Equation(
        (0.0634, 0.3524, 0.0094, 0.0850, -0.3564),
        (-0.0247, -0.0005, 0.0073, 0.0091),
        0.7576,
        0.0929,
        ((-0.34, 1.19), (0.01, 1.25), (0.08, 1.15), (0.05, 0.70)),
    ),
    "female": _Equation(
        (0.0789, 0.4921, 0.0102, 0.0605, -0.3040),
        (-0.0255, -0.0004, -0.0009, 0.0154),
        0.8082,
        0.229,
        ((-0.52, 1.01), (-0.10, 1.10), (0.38, 1.09), (0.38, 0.69)),
    ),
}


def _bands(years: float) -> From[str]:
    """ESC 2021: limits of high and very high, by age."""
    high, very_high = From((0.025, 0.075), {50: (0.05, 0.10), 70: (0.075, 0.15)})(years)
    return From("low_moderate", {high: "high", very_high: "very_high"})


def _score2(values: dict[str, Value]) -> Values:
    sex, region, years = str(values["sex"]), str(values["region"]), number(values, "age")
    smoker, pressure = number(values, "smoker"), number(values, "sbp")
    total, hdl = number(values, "total_chol_mmol_l"), number(values, "hdl_mmol_l")
    if years >= _OLDER:
        older = (years - 73, smoker, pressure - 150, total - 6, hdl - 1.4)
        risk = _SCORE2_OP[sex].risk(older, region)
    else:
        younger = ((years - 60) / 5, smoker, (pressure - 120) / 20, total - 6, (hdl - 1.3) / 0.5)
        risk = _SCORE2[sex].risk(younger, region)
    model = "SCORE2-OP" if years >= _OLDER else "SCORE2"
    return {"risk": risk, "esc2021_band": _bands(years)(risk), "model": model}


SCORE = Score(
    id="score2",
    title="SCORE2",
    version="2021.1",
    inputs=(
        Choice("region", "Risk region", _REGIONS),
        age(40, 89),
        SEX,
        yes_no("smoker", "Smoker", code="72166-2"),
        SYSTOLIC,
        Quantity("total_chol_mmol_l", "Total cholesterol", "mmol/L", 1, 20, code="2093-3"),
        Quantity("hdl_mmol_l", "HDL cholesterol", "mmol/L", 0.2, 5, code="2085-9"),
    ),
    outputs=("risk", "esc2021_band", "model"),
    citation=(
        "SCORE2 working group. Eur Heart J 2021;42:2439-54. doi:10.1093/eurheartj/ehab309; "
        "SCORE2-OP: 2021;42:2455-67. doi:10.1093/eurheartj/ehab312"
    ),
    licence=PUBLISHED,
    scope=(
        "Age 40-89 (70 and over by SCORE2-OP). Not with diabetes, chronic kidney disease, familial "
        "hypercholesterolaemia or known cardiovascular disease."
    ),
    formula=_score2,
    headline=risk_headline("Cardiovascular events within 10 years", "esc2021_band"),
)
