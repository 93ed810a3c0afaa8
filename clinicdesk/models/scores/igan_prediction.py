"""International IgA Nephropathy Prediction Tool, without race: the kidney after a biopsy."""

from collections.abc import Mapping
from math import exp, log, sqrt

from clinicdesk.models.scores.answers import PUBLISHED, risk_headline
from clinicdesk.models.scores.inputs import DIASTOLIC, EGFR, SYSTOLIC, age, yes_no
from clinicdesk.models.scores.protocol import Choice, Quantity, Score, Value, Values, number

# term: coefficient at the biopsy (2019), one to two years after it (2022)
_COEFFICIENTS = {
    "sqrt_egfr": (-0.320, -0.5862),
    "map": (0.002, -0.0012),
    "ln_p": (-0.035, 0.1225),
    "map_ln_p": (0.004, 0.0055),
    "m1": (0.201, 0.2693),
    "e1": (-0.035, 0.2447),
    "s1": (0.084, -0.0050),
    "t1": (0.700, 0.3237),
    "t2": (1.237, 0.4221),
    "t1_ln_p": (0.101, -0.1732),
    "t2_ln_p": (-0.321, -0.3120),
    "age": (-0.017, -0.0227),
    "rasb": (0.118, 0.2675),
    "rasb_ln_p": (0.166, -0.0478),
    "immunosuppression": (-0.266, -0.3266),
}
_CENTRES = {"sqrt_egfr": 8.8, "map": 97, "ln_p": 0.09, "map_ln_p": 8.73, "age": 38}
_MODELS = ("at_biopsy", "post_biopsy")


def linear_predictor(terms: Mapping[str, float], model: str) -> float:
    """The sum of the centred terms."""
    column = _MODELS.index(model)
    return sum(
        coefficients[column] * (terms[name] - _CENTRES.get(name, 0))
        for name, coefficients in _COEFFICIENTS.items()
    )


def _survival_at_biopsy(months: float) -> float:
    x = (months + 0.1) / 100
    return 1.0003754 - 0.1131641 * x**2 + 0.0964763 * x**2 * log(x)


def _survival_post_biopsy(months: float) -> float:
    if months < 12:
        u = (months + 0.1) / 10
        return 0.9983872 - 0.0033270 * sqrt(u) - 0.0039851 * sqrt(u) * log(u)
    spline = _cubed(months - 2.73) + (
        46.94 * _cubed(months - 240.86) - 238.13 * _cubed(months - 49.67)
    ) / (191.19)
    return 1.00651 - 0.00105 * months - 0.00281 * spline


def _cubed(value: float) -> float:
    return max(value / 38.41871, 0.0) ** 3


_SURVIVAL = {"at_biopsy": _survival_at_biopsy, "post_biopsy": _survival_post_biopsy}


def _terms(values: Mapping[str, Value]) -> dict[str, float]:
    pulse_third = (number(values, "sbp") - number(values, "dbp")) / 3
    pressure, ln_p = number(values, "dbp") + pulse_third, log(number(values, "proteinuria_g_day"))
    t1, t2 = float(values["mest_t"] == "1"), float(values["mest_t"] == "2")
    rasb = number(values, "rasb")
    return {
        "sqrt_egfr": sqrt(number(values, "egfr")),
        "map": pressure,
        "ln_p": ln_p,
        "map_ln_p": pressure * ln_p,
        "m1": number(values, "mest_m"),
        "e1": number(values, "mest_e"),
        "s1": number(values, "mest_s"),
        "t1": t1,
        "t2": t2,
        "t1_ln_p": t1 * ln_p,
        "t2_ln_p": t2 * ln_p,
        "age": number(values, "age"),
        "rasb": rasb,
        "rasb_ln_p": rasb * ln_p,
        "immunosuppression": number(values, "immunosuppression"),
    }


def _igan(values: dict[str, Value]) -> Values:
    model = str(values["model"])
    predictor = linear_predictor(_terms(values), model)
    survival = _SURVIVAL[model](number(values, "months"))
    return {"linear_predictor": predictor, "risk": 1 - survival ** exp(predictor)}


SCORE = Score(
    id="igan_prediction",
    title="International IgAN Prediction Tool",
    version="2022.1",
    inputs=(
        Choice("model", "When", _MODELS),
        EGFR,
        SYSTOLIC,
        DIASTOLIC,
        Quantity("proteinuria_g_day", "Proteinuria", "g/d", 0, 50, code="2889-4", above_low=True),
        Choice("mest_m", "Mesangial hypercellularity, M", ("0", "1")),
        Choice("mest_e", "Endocapillary hypercellularity, E", ("0", "1")),
        Choice("mest_s", "Segmental sclerosis, S", ("0", "1")),
        Choice("mest_t", "Tubular atrophy, T", ("0", "1", "2")),
        age(),
        yes_no("rasb", "ACE inhibitor or ARB at the time"),
        yes_no("immunosuppression", "Immunosuppression at the time or before"),
        Quantity("months", "Horizon", "mo", 1, 80),
    ),
    outputs=("linear_predictor", "risk"),
    citation=(
        "Barbour SJ, et al. Evaluating a new international risk-prediction tool in IgA "
        "nephropathy. JAMA Intern Med 2019;179:942-52. doi:10.1001/jamainternmed.2019.0600; one "
        "to two years after biopsy: Barbour SJ, et al. Kidney Int 2022."
    ),
    licence=PUBLISHED,
    scope=(
        "Adults with IgA nephropathy proven by biopsy, not on kidney replacement therapy. The "
        "outcome is a fall of eGFR by half, or kidney failure. C of MEST-C is recorded and is not "
        "part of the equation."
    ),
    formula=_igan,
    headline=risk_headline("Half of eGFR lost, or kidney failure,"),
)
