"""What a header's name may mean: by a list of names, little words aside, spelling mistakes too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl.mapping import splits, unit_of
from clinicdesk.etl.synonyms import LANGUAGES, Synonym, folded, little_words, names, remarks, tokens
from clinicdesk.etl.targets import RESULT, UNIT, is_result, targets

_SHORT = 5  # letters; a shorter name has no spelling mistakes, it is another name


@dataclass(frozen=True, slots=True)
class Named:
    """What a name may mean. score: 1 for a name that is on the list.  unit: what it carries."""

    target: str
    score: float
    reason: str
    unit: str = ""
    languages: Sequence[str] = ()


def named(header: str) -> list[Named]:
    """All that a header's name may mean, the best of each target."""
    best: dict[str, Named] = {}
    for found in sorted(_every(header), key=lambda found: (-found.score, found.unit == "")):
        best.setdefault(found.target, found)
    return list(best.values())


def looks_like_header(row: Sequence[str]) -> bool:
    """Whether a row is of names: most of its cells are, and three at least."""
    known = sum(1 for cell in row if cell and folded(cell) in names())
    return known >= max(3, len(row) / 2)


def _every(header: str) -> Iterator[Named]:
    exact = [*_listed(header, 1.0), *_with_unit(header, 1.0), *_unit_beside(header)]
    yield from exact
    if not exact:
        shorter = " ".join(_telling_words(header))
        less = [*_listed(shorter, 0.9), *_with_unit(_without_brackets(header), 0.9)]
        yield from less
        if not less:
            yield from _containing(header)
            yield from _shortened(header)
            yield from _misspelled(header)


def _listed(name: str, score: float) -> Iterator[Named]:
    for synonym in names().get(folded(name), ()):
        yield Named(synonym.target, score, _reason(name, synonym), languages=synonym.languages)


def _with_unit(header: str, score: float) -> Iterator[Named]:
    """`Kreatinin (mg/dl)`: a name, and behind it a unit that the test can have."""
    for name, suffix in splits(header):
        for candidate in (name, " ".join(_telling_words(name))):
            for found in _listed(candidate, score):
                concept = catalog().by_code(found.target.removeprefix(RESULT).partition("+")[0])
                unit = unit_of(concept, suffix) if concept and is_result(found.target) else ""
                if unit:
                    yield replace(found, unit=unit, reason=f"{found.reason} Its unit is {unit}.")
                elif _is_remark(suffix):
                    yield replace(found, score=score - 0.05)


def _unit_beside(header: str) -> Iterator[Named]:
    """`Kreatinin Einheit`: the column with the unit of another one."""
    words = tokens(header)
    rest = [word for word in words if not _means_unit(word)]
    if not rest or len(rest) == len(words):
        return
    for found in _listed(" ".join(rest), 0.95):
        target = f"{UNIT}{found.target.removeprefix(RESULT)}"
        if is_result(found.target) and target in targets():
            reason = f'The name says "{targets()[target].title}".'
            yield Named(target, found.score, reason, languages=found.languages)


def _means_unit(word: str) -> bool:
    return any(synonym.target == "observation.unit" for synonym in names().get(word, ()))


def _is_remark(suffix: str) -> bool:
    """`age (years)`, `severity_score_1_10`: what stands behind a name and is no other name."""
    return all(word in remarks() or word.isdigit() for word in tokens(suffix))


def _without_brackets(header: str) -> str:
    """The words of a header with its brackets, without the little ones."""
    head, bracket, rest = header.partition("(")
    return f"{' '.join(_telling_words(head))} {bracket}{rest}" if bracket else header


def _telling_words(header: str) -> Sequence[str]:
    words = tokens(header)
    return [word for word in words if word not in little_words()] or words


def _containing(header: str) -> Iterator[Named]:
    """A name of which the header has every word, and few beside: `glucosa_basal_1`."""
    words = frozenset(_telling_words(header))
    likely = [entry for word in words for entry in _by_longest_word().get(word, ())]
    for synonym, own in likely:
        if own <= words:
            share = sum(map(len, own)) / sum(map(len, words))
            if share >= 0.4:
                score = round(0.45 + 0.4 * share, 3)
                yield Named(synonym.target, score, _contains(synonym), languages=synonym.languages)


@cache
def _by_longest_word() -> Mapping[str, Sequence[tuple[Synonym, frozenset[str]]]]:
    """Every name of a telling length with its words, by the longest of them."""
    found: dict[str, list[tuple[Synonym, frozenset[str]]]] = {}
    for synonym in (synonym for several in names().values() for synonym in several):
        own = frozenset(_telling_words(synonym.name))
        if sum(map(len, own)) >= _SHORT:
            found.setdefault(max(own, key=lambda word: (len(word), word)), []).append(
                (synonym, own)
            )
    return found


def _shortened(header: str) -> Iterator[Named]:
    """`RR diast.`: every word begins one of the name's, in their order, three letters at least."""
    words = _telling_words(header)
    if max(map(len, words), default=0) < 3:
        return
    for synonym, own in _by_first_word().get((len(words), words[0][:3]), ()):
        if all(_begins(word, whole) for word, whole in zip(words, own, strict=True)):
            yield Named(synonym.target, 0.75, _resembles(synonym), languages=synonym.languages)


def _begins(word: str, whole: str) -> bool:
    return word == whole or (len(word) >= 3 and whole.startswith(word))


@cache
def _by_first_word() -> Mapping[tuple[int, str], Sequence[tuple[Synonym, Sequence[str]]]]:
    """Every name with its words, by how many they are and how the first begins."""
    found: dict[tuple[int, str], list[tuple[Synonym, Sequence[str]]]] = {}
    for synonym in (synonym for several in names().values() for synonym in several):
        words = _telling_words(synonym.name)
        if words:
            found.setdefault((len(words), words[0][:3]), []).append((synonym, words))
    return found


def _misspelled(header: str) -> Iterator[Named]:
    spelled = folded(" ".join(_telling_words(header)))
    if len(spelled) < _SHORT:
        return
    for name in _by_beginning().get(spelled[0], ()):
        wrong = _distance(spelled, name, most=1 if len(name) < 9 else 2)
        if wrong is not None:
            for synonym in names()[name]:
                score = 0.85 - 0.1 * wrong
                yield Named(synonym.target, score, _resembles(synonym), languages=synonym.languages)


@cache
def _by_beginning() -> Mapping[str, Sequence[str]]:
    """Every name that may be misspelled, by its first letter: few mistake that one."""
    found: dict[str, list[str]] = {}
    for name in names():
        if len(name) >= _SHORT:
            found.setdefault(name[0], []).append(name)
    return found


def _distance(one: str, other: str, *, most: int) -> int | None:
    """Letters to add, drop or change from one name to the other; None when more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, rival in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != rival)))
        if min(row) > most:
            return None
        before = row
    return before[-1] if before[-1] <= most else None


def _reason(name: str, synonym: Synonym) -> str:
    what = targets()[synonym.target].title
    if not synonym.languages:
        return f"{synonym.name} is the LOINC code of {what}."
    spoken = " and ".join(LANGUAGES[language] for language in synonym.languages[:2])
    return f'The name is {spoken} for "{what}".'


def _contains(synonym: Synonym) -> str:
    return f'The name holds "{synonym.name}": {targets()[synonym.target].title}.'


def _resembles(synonym: Synonym) -> str:
    return f'The name resembles "{synonym.name}": {targets()[synonym.target].title}.'
