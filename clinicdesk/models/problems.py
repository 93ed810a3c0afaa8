"""Whether a record has a problem: by its code, by a code before its name, or by its name."""

from collections.abc import Iterable, Sequence

from clinicdesk.domain.condition import Condition

_NOT_IT = ("prediabet", "pre-diabet", "gestational", "family", "suspected", "screening", "risk")


def find_problem(
    conditions: Iterable[Condition], codes: Sequence[str], words: Sequence[str]
) -> Condition | None:
    """The first condition of that kind. codes: ICD-10 prefixes, SNOMED CT.  words: lower case."""
    return next((each for each in conditions if _is(each, tuple(codes), words)), None)


def _is(condition: Condition, codes: tuple[str, ...], words: Sequence[str]) -> bool:
    text = condition.display.casefold()
    first_word = condition.display.partition(" ")[0]
    if any(word in text for word in _NOT_IT):
        return False
    coded = (condition.code or first_word).startswith(codes)
    return coded or any(word in text for word in words)
