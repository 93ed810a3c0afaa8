"""An estimate in plain sentences: what they say, and which verbs they never use (F47, F48)."""

import re
from datetime import UTC
from itertools import product

import pytest

from clinicdesk.domain.phrases import listed, shortened, within_sentence
from clinicdesk.domain.reasons import speaking
from clinicdesk.domain.risk import RiskEstimate, Task
from clinicdesk.models.sentences import sentences
from tests.models.explained import GAPS, diabetes_card, estimate, inputs

# A contribution is no cause: none of these may be said of one.
CAUSAL = re.compile(
    r"\b(caus\w*|because of|due to|leads?|led|result(s|ed|ing)? in|driv\w+|rais\w+|reduc\w+|"
    r"increas\w+|decreas\w+|protect\w*|prevent\w*|improv\w+|worsened by|makes?|made higher|"
    r"effects?|affect\w*|contribut\w+ to|responsible|triggers?|produc\w+)\b",
    re.IGNORECASE,
)


def said(given: RiskEstimate, possible: tuple[float, float] | None = (0.2, 0.47)) -> list[str]:
    return sentences(diabetes_card(), given, GAPS if possible else (), possible, UTC)


def test_four_sentences_name_number_reasons_and_what_is_missing() -> None:
    number, up, down, missing = said(estimate())
    assert number == (
        "The model puts diabetes within 5 years at 35.0 % (90 % interval 30.0 % to 40.0 %); "
        "before this patient's values it starts from 33.0 %."
    )
    assert up.startswith(
        "What adds most is glucose, 2 h after 75 g, of 148 mg/dL on 21-Oct-2026 (+6.0"
    )
    assert "body mass index of 33.6 kg/m² on 21-Oct-2026 (+2.0 points)" in up
    assert down.startswith("What speaks against it is diastolic blood pressure of 72 mm")
    assert "(–4.0 points)" in down
    assert missing == (
        "Not recorded: insulin, 2 h after 75 g; and triceps skin fold; with values the number "
        "could be 20.0 % to 47.0 %, and triceps skin fold would narrow it most, to about "
        "±11.0 points."
    )


def test_the_reference_range_stands_beside_the_value() -> None:
    found = inputs(reference="up to 140")
    assert "(reference up to 140, +6.0 points)" in said(estimate(found=found))[1]


def test_nothing_is_invented_where_nothing_speaks() -> None:
    quiet = estimate({"Glucose": 0.001, "Insulin": 0.2})
    assert said(quiet)[1] == "No value on record adds half a point or more."
    assert said(quiet)[2].startswith("No value on record speaks against it")


def test_out_of_scope_comes_first_and_nothing_is_recommended() -> None:
    words = said(estimate(in_scope=False))
    assert words[0].startswith("The model was not made for this patient")
    assert len(words) == 4
    assert not any("narrow" in each for each in words)


def test_an_amount_speaks_in_its_unit() -> None:
    days = estimate(
        {"Glucose": 1.2, "BMI": -0.4}, (2.0, 9.0), task=Task.VALUE, unit="d", number=4.2, base=3.4
    )
    number, up, down, _ = said(days, (2.0, 6.0))
    assert "at 4.2 d (90 % interval 2.0 d to 9.0 d)" in number
    assert "(+1.2 d)" in up
    assert "(–0.4 d)" in down


def test_of_several_classes_the_one_that_is_meant_is_named() -> None:
    shares = {"improving": 0.2, "stable": 0.45, "worsening": 0.35}
    given = estimate(task=Task.CLASSES, probabilities=shares, explained="stable")
    assert said(given)[0].startswith("The model puts stable (diabetes within 5 years) at 35.0 %")
    assert ", improving at 20.0 %, worsening at 35.0 %; before" in said(given)[0]


@pytest.mark.parametrize(
    ("in_scope", "possible", "points"),
    list(
        product(
            (True, False),
            (None, (0.1, 0.6)),
            ({"Glucose": 0.2}, {"Glucose": -0.2, "BMI": 0.1}, {"Age": 0.0}),
        )
    ),
)
def test_two_to_four_sentences_without_a_causal_verb(
    in_scope: bool, possible: tuple[float, float] | None, points: dict[str, float]
) -> None:
    words = said(estimate(points, in_scope=in_scope), possible)
    assert 2 <= len(words) <= 4
    for each in words:
        assert not CAUSAL.search(each), each
        assert each.endswith(".")


def test_every_clause_is_a_bar_of_the_chart() -> None:
    given = estimate()
    bars = {each.feature for each in given.contributions}
    named = [*speaking(given, up=True), *speaking(given, up=False)]
    assert {each.feature for each in named} <= bars
    values = {each.name: each.shown for each in given.inputs}
    text = " ".join(said(given))
    for each in named:
        assert values[each.feature] in text


def test_words_are_listed_as_people_do() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a, 2 h", "b"]) == "a, 2 h; and b"
    assert shortened(list("abcde")) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("label", "inside"),
    [("Body mass index", "body mass index"), ("eGFR", "eGFR"), ("HbA1c", "HbA1c"), ("BMI", "BMI")],
)
def test_only_words_lose_their_capital(label: str, inside: str) -> None:
    assert within_sentence(label) == inside
