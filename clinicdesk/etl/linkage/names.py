"""Compare names as people write them: accents, hyphens, swapped parts, initials, slips."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from clinicdesk.domain.identity import Agreement
from clinicdesk.domain.name_order import name_key

_CLOSE = 0.9  # Jaro-Winkler
_LONG = 4  # letters, of which one may be wrong
_SIGNS = re.compile(r"[^\w]+|_")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_PARTICLES = frozenset(
    ("al", "bin", "da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "van", "von", "y")
)


@dataclass(frozen=True, slots=True)
class NamesCompared:
    """How two people's names agree. why: what was noticed, "" where there is nothing to say."""

    family: Agreement
    given: Agreement
    why: str = ""


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name: small letters without marks, no hyphens, apostrophes or particles."""
    words = tuple(word for word in _SIGNS.sub(" ", name_key(name.replace("'", ""))).split() if word)
    return tuple(word for word in words if word not in _PARTICLES) or words


def compare_names(family: str, given: str, known_family: str, known_given: str) -> NamesCompared:
    """Compare two people's names; the two parts may have changed places."""
    as_written = _parts(family, given, known_family, known_given)
    if _poor(as_written) and family and given and known_family and known_given:
        swapped = _parts(given, family, known_family, known_given)
        if _good(swapped):
            return NamesCompared(
                swapped.family, swapped.given, "Family and given name have changed places."
            )
    if _poor(as_written) and _all_words(family, given) == _all_words(known_family, known_given):
        return NamesCompared(Agreement.SAME, Agreement.SAME, "The name is divided in another way.")
    return as_written


def _parts(family: str, given: str, known_family: str, known_given: str) -> NamesCompared:
    one, one_why = _compare(family, known_family)
    other, other_why = _compare(given, known_given, given=True)
    return NamesCompared(one, other, " ".join(filter(None, (one_why, other_why))))


def _good(names: NamesCompared) -> bool:
    fine = (Agreement.SAME, Agreement.CLOSE)
    return names.family in fine and names.given in fine


def _poor(names: NamesCompared) -> bool:
    return Agreement.SAME not in (names.family, names.given)


def _all_words(family: str, given: str) -> list[str]:
    return sorted((*words_of(family), *words_of(given)))


def _compare(name: str, known: str, *, given: bool = False) -> tuple[Agreement, str]:
    if not name or not known:
        return Agreement.UNKNOWN, ""
    one, other = words_of(name), words_of(known)
    if sorted(one) == sorted(other) or _with_umlauts(name) == _with_umlauts(known):
        return Agreement.SAME, ""
    if set(one) <= set(other) or set(other) <= set(one):
        return (Agreement.SAME if given else Agreement.CLOSE), "One of the names says more."
    return _compare_spelling(one, other, given=given)


def _compare_spelling(
    one: tuple[str, ...], other: tuple[str, ...], *, given: bool
) -> tuple[Agreement, str]:
    if given and _initials(one, other):
        return Agreement.CLOSE, "One of the given names is an initial."
    if _alike("".join(one), "".join(other)):
        return Agreement.CLOSE, "The names differ by little."
    return Agreement.OTHER, ""


def _alike(one: str, other: str) -> bool:
    """Whether a slip of a finger or two would explain the difference."""
    if JaroWinkler.similarity(one, other) >= _CLOSE:
        return True
    return min(len(one), len(other)) >= _LONG and DamerauLevenshtein.distance(one, other) == 1


def _with_umlauts(name: str) -> tuple[str, ...]:
    """`Müller` as `Mueller`."""
    return words_of(name.casefold().translate(_UMLAUTS))


def _initials(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=lambda words: len("".join(words)))
    return len(short[0]) == 1 and long[0].startswith(short[0])
