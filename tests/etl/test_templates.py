"""A layout is known by its header, and what was said of it is said of the next file (F38)."""

import pytest

from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.templates import (
    Template,
    applied,
    difference,
    fingerprint,
    likeness,
    template_of,
)

HEADER = ("Nr", "Geschlecht", "Kalium", "Datum")
PLAN = Plan(
    encoding="cp1252",
    date_order={"Datum": "dmy"},
    units={"Kalium": "mmol/L"},
    columns={"may.csv": {"Nr": "patient.mrn", "Kalium": "observation:2823-3"}},
    words={"patient.gender": {"w": "female"}},
    people={"somebody": "new"},
    fixes={"ab": {1: {"Kalium": "4.1"}}},
)
TEMPLATE = template_of(HEADER, "may.csv", PLAN)


def test_the_order_case_and_spacing_of_columns_do_not_matter() -> None:
    assert fingerprint(HEADER) == fingerprint(("DATUM", "kalium ", "nr", "Geschlecht"))
    assert fingerprint(HEADER) != fingerprint(HEADER[:-1])


def test_a_template_keeps_neither_people_nor_cells() -> None:
    text = TEMPLATE.as_json()
    assert "somebody" not in text
    assert "4.1" not in text
    assert Template.from_json(text) == TEMPLATE


def test_the_next_file_is_understood_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = applied(Plan(), "june.csv", HEADER, TEMPLATE)
    assert plan.columns == {"june.csv": PLAN.columns["may.csv"]}
    assert (plan.units, plan.words, plan.encoding) == (PLAN.units, PLAN.words, "cp1252")
    assert not plan.people
    assert not plan.fixes


def test_what_a_person_says_now_comes_before_the_template() -> None:
    said = Plan(
        units={"Kalium": "meq/L"},
        words={"patient.gender": {"d": "other", "w": "reject"}},
        columns={"june.csv": {"Kalium": "ignore"}},
    )
    plan = applied(said, "june.csv", HEADER, TEMPLATE)
    assert plan.units == {"Kalium": "meq/L"}
    assert plan.words == {"patient.gender": {"w": "reject", "d": "other"}}
    assert plan.columns["june.csv"] == {"Nr": "patient.mrn", "Kalium": "ignore"}


def test_a_changed_layout_says_what_vanished_and_what_is_new() -> None:
    changed = ("Nr", "Geschlecht", "Natrium", "Datum")
    told = difference(TEMPLATE, changed)
    assert told.words() == ["The column Kalium vanished.", "The column Natrium is new."]
    assert likeness(TEMPLATE, changed) == 3 / 5
    plan = applied(Plan(), "june.csv", changed, TEMPLATE)
    assert plan.columns == {"june.csv": {"Nr": "patient.mrn"}}
    assert plan.units == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"header": [1], "columns": {}, "said": {}}',
        '{"header": ["a"], "columns": {}, "said": {"fixes": {}}}',
        '{"header": ["a"], "columns": {}, "said": {"date_order": {"a": "ymd"}}}',
    ],
)
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Template.from_json(text)
