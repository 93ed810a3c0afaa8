"""Whether a record has a problem: by its code, by a code before its name, or by its name."""

from collections.abc import Iterable, Sequence

from clinicdesk.domain.condition import Condition

_NOT_IT = ("prediabet", "pre-diabet", "gestational", "family", "suspected", "screening", "risk")


def find_problem(
    conditions: Iterable[Condition], codes: Sequence[str], words: Sequence[str]
) -> Condition | None:
    """The first condition of that kind. codes: ICD-10 prefixes, SNOMED CT.  words: lower case."""
    return next(
        (each for each in conditions if is_problem(each.code, each.display, codes, words)), None
    )


def is_problem(code: str, display: str, codes: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a code and its words are of that kind; "" where there is no code."""
    text = display.casefold()
    if any(word in text for word in _NOT_IT):
        return False
    coded = (code or display.partition(" ")[0]).startswith(tuple(codes))
    return coded or any(word in text for word in words)
