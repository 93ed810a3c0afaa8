"""The names that columns go by, in several languages: data of `resources/synonyms`."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl.targets import RESULT
from clinicdesk.resources import resource

LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "tr": "Turkish",
}
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "þ": "th"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[A-ZÀ-Þ]{2,}(?![a-zß-ÿ])|[A-ZÀ-Þ]?[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]+|\d+")


@dataclass(frozen=True, slots=True)
class Synonym:
    """A name that a target goes by. languages: of `LANGUAGES`, none for a code."""

    target: str
    languages: tuple[str, ...]
    name: str


def folded(name: str) -> str:
    """A name without case, accents, spaces and signs, to compare."""
    return "".join(letter for letter in unaccented(name) if letter.isalnum())


def tokens(name: str) -> tuple[str, ...]:
    """The folded words of a header: `fechaNac_paciente` is fecha, nac and paciente."""
    return tuple(folded(word) for word in _WORD.findall(unicodedata.normalize("NFC", name)))


@cache
def names() -> Mapping[str, Sequence[Synonym]]:
    """Folded name -> what it may be. What our own list says of a name, the catalogue does not."""
    found: dict[str, list[Synonym]] = {}
    for synonym in _listed():
        for spelling in _spellings(synonym.name):
            _add(found, spelling, synonym)
    own = frozenset(found)
    for synonym in _of_catalog():
        if folded(synonym.name) not in own:
            _add(found, folded(synonym.name), synonym)
    return found


@cache
def little_words() -> frozenset[str]:
    """Words that tell nothing of what a column is: of, patient, serum."""
    return _words_of(*LANGUAGES)


@cache
def remarks() -> frozenset[str]:
    """What stands behind a name and is no other name: the years of `age (years)`."""
    return _words_of("remark")


def _words_of(*kinds: str) -> frozenset[str]:
    rows = [row for row in _rows("little_words.csv") if row["language"] in kinds]
    return frozenset(folded(word) for row in rows for word in row["words"].split(";"))


def unaccented(name: str) -> str:
    """A name in lower case, its letters without their accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _spellings(name: str) -> set[str]:
    """Größe is written grosse and groesse where letters are short."""
    composed = unicodedata.normalize("NFC", name.casefold())
    return {folded(name), folded(composed.translate(_UMLAUTS))}


def _add(found: dict[str, list[Synonym]], spelling: str, synonym: Synonym) -> None:
    known = found.setdefault(spelling, [])
    for at, other in enumerate(known):
        if other.target == synonym.target:
            spoken = dict.fromkeys((*other.languages, *synonym.languages))
            known[at] = replace(other, languages=tuple(spoken))
            return
    known.append(synonym)


def _listed() -> Iterator[Synonym]:
    for row in (*_rows("fields.csv"), *_rows("results.csv")):
        for name in row["names"].split(";"):
            yield Synonym(row["target"], (row["language"],), name)


def _of_catalog() -> Iterator[Synonym]:
    for concept in catalog().concepts:
        target = f"{RESULT}{concept.code}"
        yield from (
            Synonym(target, (), code) for code in (concept.code, *concept.alternative_codes)
        )
        words = (concept.name, concept.display, *concept.synonyms)
        yield from (Synonym(target, ("en",), name) for name in words)


def _rows(name: str) -> list[dict[str, str]]:
    with resource("synonyms", name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
