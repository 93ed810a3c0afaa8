"""Whatever a person, a template or a stranger's file says, it is understood or refused in words."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.planned import columns_of, mapped_by
from clinicdesk.etl.suggest import THRESHOLD, by_target, suggest
from clinicdesk.etl.targets import targets
from clinicdesk.etl.templates import Template, applied, fingerprint, template_of
from clinicdesk.etl.unit_split import split_of

HEADERS = st.lists(st.text(max_size=30), min_size=1, max_size=8)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(HEADERS)
def test_any_header_gets_one_suggestion_a_column_and_no_target_twice(header: list[str]) -> None:
    found = suggest(header)
    given = [suggestion.target for suggestion in found if suggestion.target]
    assert [suggestion.header for suggestion in found] == header
    assert len(set(given)) == len(given)
    assert all(s.score >= THRESHOLD for s in found if s.target)
    assert all(suggestion.reason for suggestion in found)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(sorted(targets())), min_size=1, max_size=12, unique=True))
def test_any_choice_of_targets_is_mapped_whole_or_refused(chosen: list[str]) -> None:
    header = [f"c{at}" for at in range(len(chosen))]
    said = dict(zip(header, chosen, strict=True))
    try:
        mapped = mapped_by(header, said, None, {})
    except BadInput:
        return
    assert mapped.used == set(range(len(header)))
    assert set(columns_of(mapped).values()) >= {t for t in chosen if not t.endswith("_system")}


@settings(max_examples=150, deadline=None)
@given(HEADERS)
def test_a_fingerprint_is_of_names_and_not_of_their_order(header: list[str]) -> None:
    assert fingerprint(header) == fingerprint(list(reversed(header)))
    template = template_of(header, "f", Plan())
    assert Template.from_json(template.as_json()) == template
    assert applied(Plan(), "f", header, template) == Plan()


@settings(max_examples=200, deadline=None)
@given(JSON, st.text(max_size=40))
def test_no_text_breaks_what_reads_templates_and_splits(document: Any, text: str) -> None:
    split_of(text)
    for content in (text, json.dumps(document), json.dumps({"header": document, "said": document})):
        try:
            Template.from_json(content)
        except BadInput:
            continue


def test_suggestions_of_a_header_are_a_plan_that_can_be_taken() -> None:
    header = ["mrn", "sex", "dob", "visit id", "visit date", "pulse", "drug name", "allergies"]
    mapped = mapped_by(header, by_target(suggest(header)), None, {})
    assert len(mapped.used) == len(header)
