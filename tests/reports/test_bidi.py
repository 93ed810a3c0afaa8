"""Names written from right to left, drawn from left to right (expected order after UAX 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.reports.bidi import joined, visual

ALEF, BET, GIMEL, DALET = "\u05d0\u05d1\u05d2\u05d3"


@pytest.mark.parametrize(
    ("logical", "drawn"),
    [
        ("abc", "abc"),
        ("", ""),
        (f"{ALEF}{BET}", f"{BET}{ALEF}"),
        (f"{ALEF}{BET}, {GIMEL}{DALET}", f"{DALET}{GIMEL} ,{BET}{ALEF}"),
        (f"{ALEF}{BET} (Mr)", f"{BET}{ALEF} (Mr)"),
        (f"{ALEF} 123 {BET}", f"{BET} 123 {ALEF}"),
        (f"{ALEF} 12-03", f"12-03 {ALEF}"),
        (f"{ALEF} ({BET}) {GIMEL}", f"{GIMEL} ({BET}) {ALEF}"),
        (f"a {ALEF}{BET} b", f"a {BET}{ALEF} b"),
        ("\u05e9\u05c1\u05dc", "\u05dc\u05e9\u05c1"),  # a point stays on its letter
    ],
)
def test_a_line_is_drawn_in_reading_order(logical: str, drawn: str) -> None:
    assert visual(logical) == drawn


@pytest.mark.parametrize(
    ("word", "shapes"),
    [
        ("\u0628", "\ufe8f"),  # beh alone
        ("\u0628\u0628\u0628", "\ufe91\ufe92\ufe90"),  # initial, medial, final
        ("\u0645\u062d\u0645\u062f", "\ufee3\ufea4\ufee4\ufeaa"),  # Muhammad
        ("\u062f\u0628", "\ufea9\ufe8f"),  # dal joins nothing after it
        ("\u0644\u0627", "\ufefb"),  # lam and alef are one sign
        ("\u0633\u0644\u0627\u0645", "\ufeb3\ufefc\ufee1"),  # salam
        ("abc", "abc"),
    ],
)
def test_arabic_letters_take_the_shape_their_neighbours_give(word: str, shapes: str) -> None:
    assert joined(word) == shapes


@given(st.text(max_size=40))
def test_nothing_is_lost_or_made_up(text: str) -> None:
    mirrors = str.maketrans(")]}>»", "([{<«")
    assert sorted(visual(text).translate(mirrors)) == sorted(joined(text).translate(mirrors))
