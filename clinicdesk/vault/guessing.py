"""Estimate what a password costs somebody who knows how people choose them.

The cheapest way to put the password together from common passwords, plain words, names of this
clinic, keyboard rows and single characters. An estimate from below for the choices people make,
not a measure of randomness.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from clinicdesk.resources import resource

_WORD = 11.0  # bits; there are some 3,400 in the two lists
_NAME = 2.0  # login, clinic, product: the first things tried
_NEXT = 1.0  # the same character again, or the next one of a row
_SPACE = 1.0
_DIGIT = 1.6  # people's digits are dates: eight of them have some 13 bits
_OTHER = 4.0
_AGAIN = 2.0  # the whole written twice or more
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
)
_STEPS = frozenset(step for row in _ROWS for way in (row, row[::-1]) for step in pairwise(way))
_LEET = str.maketrans("013457@$!", "oieastasi")
_PRODUCT = "clinicdesk"


def bits_to_guess(password: str, names: Iterable[str] = ()) -> float:
    """Estimate in bits: the lowest of as typed, run together, and digits read as letters."""
    typed = password.casefold()
    together = re.sub(r"[\s._,;:'-]+", "", typed)
    costs = _word_costs(names)
    return min(_bits(text, costs) for text in (typed, together, typed.translate(_LEET)))


def _bits(text: str, costs: dict[str, float]) -> float:
    unit = _unit(text)
    again = _AGAIN if len(unit) < len(text) else 0.0
    return again + _cheapest(unit, costs)


def _unit(text: str) -> str:
    """What the text repeats, itself if it does not; a last repetition may be cut short."""
    for length in range(1, len(text) // 2 + 1):
        if text[length:] == text[:-length]:
            return text[:length]
    return text


def _cheapest(text: str, costs: dict[str, float]) -> float:
    """The cheapest way through the text, word by word or character by character."""
    longest = max(map(len, costs))
    best = [0.0]
    for end in range(1, len(text) + 1):
        ways = [best[end - 1] + _character(text, end - 1)]
        for start in range(max(0, end - longest), end - 2):
            if (cost := costs.get(text[start:end])) is not None:
                ways.append(best[start] + cost)
        best.append(min(ways))
    return best[-1]


def _character(text: str, at: int) -> float:
    here, before = text[at], text[at - 1] if at else ""
    if here == before or (before, here) in _STEPS:
        return _NEXT
    if here.isspace():
        return _SPACE
    return _DIGIT if here.isdecimal() else _OTHER


def _word_costs(names: Iterable[str]) -> dict[str, float]:
    words = dict.fromkeys((*read_words("common.txt"), *read_words("words.txt")), _WORD)
    return words | dict.fromkeys(_parts((_PRODUCT, *names)), _NAME)


def _parts(names: Iterable[str]) -> set[str]:
    """Every name, whole and in its parts, that is long enough to be recognised."""
    found = {part for name in names for part in re.split(r"[\W\d_]+", name.casefold())}
    found |= {re.sub(r"[\W\d_]+", "", name.casefold()) for name in names}
    return {part for part in found if len(part) >= 3}


def read_words(name: str) -> list[str]:
    """Read one of the shipped word lists."""
    return resource("passwords", name).read_text("utf-8").split()
