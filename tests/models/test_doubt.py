"""'Why can't I trust this number': one sentence for every state, the gravest first (section 3)."""

from itertools import product

import pytest

from clinicdesk.domain.risk import RiskEstimate
from clinicdesk.models.doubt import Grounds, doubt, is_unsure
from tests.models.explained import GAPS, diabetes_card, estimate, grounds, inputs
from tests.models.test_sentences import CAUSAL

SCOPE = "This model was made for women; the patient's sex is male."
UNUSUAL = "Fewer than 1 in 100 training patients were as unusual as this one, mostly by BMI."
UNSURE = "The model is unsure: its 90 % interval runs from 20.0 % to 50.0 %."
STALE = "It rests on a value that is too old to rely on: glucose, 2 h after 75 g, 4w old."
OPEN = (
    "What is not recorded (insulin, 2 h after 75 g; and triceps skin fold) leaves anything from "
    "12.0 % to 47.0 % possible."
)
TYPICAL = (
    "2 of 8 inputs stand at typical values, because the record has none: insulin, 2 h after 75 g; "
    "and triceps skin fold."
)
LAST = "It was tested on patients like those it was trained on, and not yet in this clinic."
ORDER = ("scope", "unusual", "unsure", "stale", "open", "typical")
SENTENCES = dict(zip(ORDER, (SCOPE, UNUSUAL, UNSURE, STALE, OPEN, TYPICAL), strict=True))


def state(*kinds: str) -> tuple[RiskEstimate, Grounds]:
    """An estimate with these weak points."""
    loud = ["OUT OF SCOPE: this model was made for women; the patient's sex is male."]
    given = estimate(
        interval=(0.2, 0.5) if "unsure" in kinds else (0.3, 0.4),
        found=inputs(stale="stale" in kinds),
        warnings=loud if "scope" in kinds else [],
        in_scope="scope" not in kinds,
    )
    return given, grounds(
        nearer=0.995 if "unusual" in kinds else 0.5,
        unlike=["BMI"],
        gaps=GAPS if {"open", "typical"} & {*kinds} else (),
        possible=(0.12, 0.47) if "open" in kinds else None,
    )


STATES = [
    tuple(kind for kind, there in zip(ORDER, present, strict=True) if there)
    for present in product((True, False), repeat=len(ORDER))
]


@pytest.mark.parametrize("kinds", STATES, ids="+".join)
def test_each_of_64_states_has_its_sentence(kinds: tuple[str, ...]) -> None:
    given, why = state(*kinds)
    assert doubt(diabetes_card(), given, why) == (SENTENCES[kinds[0]] if kinds else LAST)


def test_another_test_in_its_place_is_the_weak_point_before_typical_values() -> None:
    given = estimate(found=inputs(code="2345-7"))
    assert "unknown timing" in doubt(diabetes_card(), given, grounds(possible=None))


def test_a_value_beyond_the_training_range_is_named() -> None:
    given = estimate(warnings=["BMI is outside what the model has seen (19 to 50): less certain."])
    assert doubt(diabetes_card(), given, grounds(possible=None)).startswith("BMI is outside")


def test_reasons_that_turn_within_a_measurement_are_said() -> None:
    why = grounds(gaps=(), possible=None, unsteady=["Glucose, 2 h after 75 g", "BMI"])
    assert doubt(diabetes_card(), estimate(), why) == (
        "The order of its reasons turns within the error of a measurement: "
        "glucose, 2 h after 75 g; and BMI."
    )


@pytest.mark.parametrize("width", [0.10, 0.1501, 0.25, 0.2501, 0.6])
def test_a_wide_interval_is_never_without_a_word(width: float) -> None:
    given = estimate(interval=(0.2, 0.2 + width))
    assert is_unsure(given) == (width > 0.25)
    said = doubt(diabetes_card(), given, grounds(gaps=(), possible=None))
    assert said
    assert ("unsure" in said) == (width > 0.25)


@pytest.mark.parametrize("kinds", STATES[::7], ids="+".join)
def test_a_doubt_has_no_causal_verb(kinds: tuple[str, ...]) -> None:
    assert not CAUSAL.search(doubt(diabetes_card(), *state(*kinds)))
