"""In which encoding a text that is no UTF-8 was written: every candidate reads it, one is right.

A candidate is judged by the words with letters beyond A-Z: whether they are words at all (one
script, no sign within, no capital after a small letter), and whether one language writes all their
letters. Candidates that read the whole sample alike are one. Where two stay, a person is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clinicdesk.etl.alphabets import ALPHABETS, COMMON, ENCODINGS, SIGNS

_WORD = re.compile(rf"[{re.escape(''.join(SIGNS))}]|(?:(?![ªµº])[\w\u0300-\u0323'’-])+|\S")
_PARTS = re.compile("['’_-]")
_CLINICAL = re.compile(r"[µμ](?:mol|g|l|L|m|kat|I?U)\b|°\s?[CF]\b|m²|10³|10⁹")
_BEYOND = re.compile(r"[^\x00-\x7f]")
MARGIN = 0.1  # of the letters beyond A-Z that the best candidate must read better
GOOD = 0.75  # of them that must make sense
LINES = 400
CHOICES = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding, how much of the sample makes sense in it, and the lines as it reads them."""

    encoding: str
    score: float
    lines: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """Lines with bytes beyond ASCII. numbers: which physical lines they are, from 1."""

    numbers: Sequence[int]
    lines: Sequence[bytes] = field(repr=False)


def sample_of(lines: Iterable[bytes], first: int = 1) -> Sample:
    """The first lines that an encoding can be told by."""
    found = []
    for number, line in enumerate(lines, first):
        if not line.isascii():
            found.append((number, line.strip(b"\r\n")))
        if len(found) == LINES:
            break
    return Sample([number for number, _ in found], [line for _, line in found])


def candidates(sample: Sample) -> list[Candidate]:
    """Who could have written this, best first, each reading once. One: it is decided."""
    read = [c for encoding in ENCODINGS if (c := _read(encoding, sample))]
    read.sort(key=lambda candidate: -candidate.score)  # stable: preference stays
    readings: Mapping[tuple[str, ...], Candidate] = {tuple(c.lines): c for c in reversed(read)}
    ranked = sorted(readings.values(), key=lambda c: (-c.score, ENCODINGS.index(c.encoding)))
    if not ranked:
        return []
    best = ranked[0]
    near = [c for c in ranked if c.score > best.score - MARGIN]
    return near[:CHOICES] if best.score >= GOOD else ranked[:CHOICES]


def decided(found: Sequence[Candidate]) -> str:
    """The encoding where only one makes sense, else ""."""
    return found[0].encoding if len(found) == 1 and found[0].score >= GOOD else ""


def _read(encoding: str, sample: Sample) -> Candidate | None:
    try:
        lines = [line.decode(encoding) for line in sample.lines]
    except UnicodeDecodeError:
        return None
    text = "\n".join(lines)
    if any(unicodedata.category(letter) in ("Cc", "Cn", "Co") for letter in _beyond(text)):
        return None
    return Candidate(encoding, _sense(text), lines)


def _beyond(text: str) -> set[str]:
    return set(_BEYOND.findall(text))


def _sense(text: str) -> float:
    """The share of the letters beyond A-Z that one language's words account for."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    total = sum(len(_BEYOND.findall(word)) for word in words)
    if not total:
        return 0.0
    formed = [word for word in words if _well_formed(word)]
    signs = sum(len(word) for word in words if set(word) <= SIGNS)
    letters = [_BEYOND.findall(word) for word in formed if not set(word) <= SIGNS]
    best = max(_spoken(language, letters) for language in ALPHABETS)
    some = sum(len(found) for found in letters if _any_language(frozenset(found)))
    unit = 0.2 if _CLINICAL.search(text) else 0.0  # nobody writes µmol by chance
    return (signs + 0.8 * best + 0.2 * some) / total + unit


def _spoken(language: str, words: Sequence[Sequence[str]]) -> float:
    """How many letters of these words the language accounts for, the rare ones counted less."""
    alphabet = ALPHABETS[language]
    fitting = [letter for word in words if alphabet.issuperset(word) for letter in word]
    if language not in COMMON or not fitting:
        return float(len(fitting))
    usual = sum(letter in COMMON[language] for letter in fitting) / len(fitting)
    return len(fitting) * min(1.0, usual / 0.55)


def _any_language(letters: frozenset[str]) -> bool:
    return any(alphabet >= letters for alphabet in ALPHABETS.values())


def _well_formed(word: str) -> bool:
    """Whether this is a word of one script with its capitals in front, or a sign of its own."""
    if set(word) <= SIGNS:
        return True
    letters = [letter for letter in word if letter.isalpha()]
    if not letters or len({_script(letter) for letter in letters}) > 1:
        return False
    return all(_capitals_in_place(part) for part in _PARTS.split(word))


def _capitals_in_place(part: str) -> bool:
    """Whether a capital beyond A-Z stands in front, or among capitals alone."""
    inner = any(letter.isupper() and not letter.isascii() for letter in part[1:])
    return not inner or part.upper() == part


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]
