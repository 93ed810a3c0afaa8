"""What is said about files goes to the store and back without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.errors import BadInput
from clinicdesk.etl.formats import Kind
from clinicdesk.etl.plan import Plan

_TEXT = st.text(max_size=8)
_SAID = st.dictionaries(_TEXT, _TEXT, max_size=3)
_PLANS = st.builds(
    Plan,
    preset=_TEXT,
    encoding=_TEXT,
    date=st.one_of(st.just(""), st.dates().map(str)),
    date_order=st.dictionaries(_TEXT, st.sampled_from(["dmy", "mdy"]), max_size=3),
    decimal=st.dictionaries(_TEXT, st.sampled_from([".", ","]), max_size=3),
    units=_SAID,
    columns=st.dictionaries(_TEXT, _SAID, max_size=3),
    words=st.dictionaries(_TEXT, _SAID, max_size=3),
    people=_SAID,
    fixes=st.dictionaries(_TEXT, st.dictionaries(st.integers(1, 9), _SAID, max_size=3), max_size=3),
    blanks=st.dictionaries(_TEXT, st.sampled_from(["keep", "erase"]), max_size=3),
)


@given(_PLANS)
def test_a_plan_comes_back_as_it_was_said(plan: Plan) -> None:
    assert Plan.from_json(plan.as_json()) == plan


def test_nothing_said_is_nothing_kept() -> None:
    assert Plan().as_json() == "{}"


def test_the_order_in_which_things_were_said_does_not_matter() -> None:
    one, other = Plan(units={"a": "kg", "b": "g"}), Plan(units={"b": "g", "a": "kg"})
    assert one.as_json() == other.as_json()


@pytest.mark.parametrize(
    "text", ["", "[]", "7", '{"colour": "red"}', '{"fixes": {"a": {"x": {}}}}']
)
def test_what_is_no_plan_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(BadInput, match="no plan of an import"):
        Plan.from_json(text)


@pytest.mark.parametrize(
    "said",
    [
        {"date_order": {"": "ymd"}},
        {"decimal": {"": "point"}},
        {"date": "20.11.2026"},
        {"blanks": {"bmi": "delete"}},
    ],
)
def test_an_answer_that_is_none_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        Plan(**said)  # type: ignore[arg-type] # wrong on purpose


def test_what_the_format_prescribes_gives_way_to_what_a_person_says() -> None:
    formats = Plan(decimal={"bmi": ","}).formats(".")
    assert formats.decimal("BMI", []) == ","
    assert formats.decimal("weight", []) == "."
    assert not formats.open_cells(Kind.DECIMAL)
