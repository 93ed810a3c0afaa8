"""Domain values go to JSON and come back the same, or are refused."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.canonical import NotCanonical, from_json, to_json

Number = NewType("Number", int)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Inner:
    day: date | None
    at: datetime
    share: float


@dataclass(frozen=True, slots=True)
class Outer:
    id: Number
    text: str
    sure: bool
    colour: Colour
    span: tuple[float, float] | None
    inner: Inner
    many: Sequence[Inner]
    words: Sequence[str] = ()


INNER = Inner(date(2026, 2, 28), datetime(2026, 3, 1, 12, tzinfo=UTC), 0.1)
OUTER = Outer(Number(3), 'Zoë "\n', True, Colour.BLUE, (0.25, 1.0), INNER, [INNER], ["a"])

inners = st.builds(
    Inner,
    day=st.none() | st.dates(),
    at=st.datetimes(timezones=st.just(UTC)),
    share=st.floats(allow_nan=False, allow_infinity=False),
)
outers = st.builds(
    Outer,
    id=st.integers(),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    sure=st.booleans(),
    colour=st.sampled_from(Colour),
    span=st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1)),
    inner=inners,
    many=st.lists(inners, max_size=3),
    words=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3),
)


@given(outers)
def test_what_was_written_is_read(value: Outer) -> None:
    assert from_json(Outer, to_json(value)) == value


def test_there_is_one_spelling() -> None:
    assert to_json(OUTER) == to_json(replace(OUTER, words=tuple(OUTER.words)))
    assert b" " not in to_json(INNER)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"id": "3"},
        {"id": True},
        {"id": None},
        {"sure": 1},
        {"colour": "green"},
        {"span": [0.5]},
        {"span": "ab"},
        {"inner": []},
        {"inner": {"day": None}},
        {"many": {}},
        {"words": "abc"},
        {"text": 5},
        {"more": 1},
    ],
    ids=str,
)
def test_another_type_is_refused(spoilt: dict[str, Any]) -> None:
    fields = json.loads(to_json(OUTER)) | spoilt
    with pytest.raises(NotCanonical):
        from_json(Outer, json.dumps(fields).encode())


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_value_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        from_json(Outer, text)


def test_a_missing_field_is_refused() -> None:
    fields = json.loads(to_json(OUTER))
    del fields["text"]
    with pytest.raises(NotCanonical):
        from_json(Outer, json.dumps(fields).encode())


def test_what_is_no_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(replace(INNER, share=float("nan")))
