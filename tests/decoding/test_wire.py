"""Whoever takes over the decoding process can say what it will: nothing of it does harm (G05)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.decoding import wire
from clinicdesk.decoding.active import KNOWN
from clinicdesk.decoding.wire import Drawing, Facts, Malformed, Refusal


def test_what_is_said_is_heard() -> None:
    facts = Facts(3, 595, 842, ("JavaScript", "an attached file"))
    drawing = Drawing(2, 3, bytes(range(18)))
    assert wire.facts_said(wire.facts_message(facts), KNOWN) == facts
    assert wire.drawing_said(wire.drawing_message(drawing)) == drawing
    assert wire.part_wanted(wire.part_message(1 << 40, 77)) == (1 << 40, 77)
    for refusal in Refusal:
        assert wire.refusal_said(wire.refusal_message(refusal)) is refusal


HEARING: dict[str, Callable[[bytes], Any]] = {
    "facts": lambda said: wire.facts_said(said, KNOWN),
    "drawing": wire.drawing_said,
    "part": wire.part_wanted,
    "refusal": wire.refusal_said,
}


@pytest.mark.parametrize("what", HEARING)
@given(said=st.binary(max_size=200))
def test_anything_else_is_malformed(what: str, said: bytes) -> None:
    try:
        heard = HEARING[what](said)
    except Malformed:
        return
    if isinstance(heard, Drawing):
        assert len(heard.rgb) == 3 * heard.width * heard.height <= 3 * wire.MOST_PIXELS
    elif isinstance(heard, Facts):
        assert KNOWN.issuperset(heard.active)
    elif isinstance(heard, tuple):
        assert 0 < heard[1] <= wire.LARGEST_PART


@pytest.mark.parametrize(
    "said",
    [
        wire.PIXELS + wire._SIZE.pack(4_000_000, 4_000_000, 3),
        wire.PIXELS + wire._SIZE.pack(2, 2, 3) + bytes(11),
        wire.PIXELS + wire._SIZE.pack(0, 0, 3),
    ],
)
def test_pixels_are_as_many_as_they_are_said_to_be(said: bytes) -> None:
    with pytest.raises(Malformed):
        wire.drawing_said(said)


@given(
    width=st.floats(0.1, 1e6),
    height=st.floats(0.1, 1e6),
    box=st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
)
def test_what_is_drawn_fits(width: float, height: float, box: tuple[int, int]) -> None:
    across, down = wire.fitted(width, height, box)
    assert 1 <= across <= box[0]
    assert 1 <= down <= box[1]
    assert across * down <= max(wire.MOST_PIXELS, *box)
