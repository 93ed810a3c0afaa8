"""What words of a file mean: whole words of several languages, and letters as a set.

One letter tells nothing alone: M is a man beside F and a woman beside H (hombre). A set of letters
counts only where it explains most letters of the column, and no other set reads them otherwise.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from clinicdesk.etl.synonyms import unaccented
from clinicdesk.resources import resource

Meanings = Mapping[str, str]


def known_words(name: str, words: Sequence[str]) -> Meanings:
    """Casefolded word -> what it means for the field, as far as that is certain.

    name: gender, class, readmitted or a LOINC code.  words: those of the column, whose letters
    count together.
    """
    long = _words().get(name, {})
    return {**long, **_read_as_one(name, letters_of(words) - long.keys())}


def letters_of(words: Iterable[str]) -> set[str]:
    """The words that are one or two letters or digits, casefolded."""
    short = (word.casefold() for word in words if len(word) <= 2)
    return {word for word in short if word.isalnum()}


def readings(name: str, words: Iterable[str]) -> Sequence[Meanings]:
    """The ways in which sets of letters read all of these words; none when none does."""
    spelled = {word.casefold() for word in words if word}
    fitting = [entry for entry in _sets().get(name, ()) if spelled and spelled <= entry.keys()]
    found: list[Meanings] = []
    for entry in fitting:
        reading = {word: entry[word] for word in sorted(spelled)}
        if reading not in found:
            found.append(reading)
    return found


def _read_as_one(name: str, letters: set[str]) -> Meanings:
    """The one way to read the letters, or two and more of them: M and F beside a slip."""
    explained = [letters & entry.keys() for entry in _sets().get(name, ())]
    most = max(map(len, explained), default=0)
    if most < min(2, len(letters)):
        return {}
    best = {frozenset(some) for some in explained if len(some) == most}
    ways = [way for some in best for way in readings(name, some)]
    return ways[0] if len(ways) == 1 else {}


@cache
def _words() -> Mapping[str, Meanings]:
    found: dict[str, dict[str, str]] = {}
    for row in _rows("words.csv"):
        spellings = {row["word"].casefold(), unaccented(row["word"])}  # KADIN is kadın
        found.setdefault(row["field"], {}).update(dict.fromkeys(spellings, row["meaning"]))
    return found


@cache
def _sets() -> Mapping[str, Sequence[Meanings]]:
    found: dict[str, list[Meanings]] = {}
    for row in _rows("letters.csv"):
        pairs = (pair.partition("=") for pair in row["letters"].split(";"))
        found.setdefault(row["field"], []).append({letter: means for letter, _, means in pairs})
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with resource("synonyms", name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
