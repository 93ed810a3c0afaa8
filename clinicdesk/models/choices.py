"""Which answer a word or a code of a diagnosis means, for inputs that ask in words."""

from collections.abc import Sequence

from clinicdesk.models.card import Choice

_ANYTHING = "*"
_UNSAID = frozenset({"", "?", "na", "n/a", "nan", "null"})


def choice_of(choices: Sequence[Choice], text: str) -> Choice | None:
    """The choice of a text: by its own word, by a code of ICD-9 or ICD-10, or what is left."""
    word = text.strip().casefold()
    if not choices:
        return None
    named = next((each for each in choices if word in each.words), None)
    if named is not None or word in _UNSAID:
        return named
    return choice_of_code(choices, text) or _rest(choices)


def choice_of_code(choices: Sequence[Choice], code: str) -> Choice | None:
    """The choice of a code. An E or V of ICD-9 is told from ICD-10 by what follows it."""
    found = code.strip().upper()
    return next((each for each in choices if _holds(each, found)), None)


def _holds(choice: Choice, code: str) -> bool:
    if _is_icd9(code):
        return any(_within(code, span) for span in choice.icd9)
    return code.startswith(choice.icd10)


def _is_icd9(code: str) -> bool:
    """250.83, V58, E909: digits first, a V and two digits, or an E and three."""
    stem = code.partition(".")[0]
    if stem.isdecimal():
        return True
    letter, digits = stem[:1], stem[1:]
    return digits.isdecimal() and (
        (letter == "V" and len(digits) == 2) or (letter == "E" and len(digits) == 3)
    )


def _within(code: str, span: str) -> bool:
    """span: "390-459", "785", or "V" and "E" for all of these."""
    stem = code.partition(".")[0]
    if not stem.isdecimal():
        return span == stem[:1]
    first, _, last = span.partition("-")
    return first.isdecimal() and int(first) <= int(stem) <= int(last or first)


def _rest(choices: Sequence[Choice]) -> Choice | None:
    return next((each for each in choices if _ANYTHING in each.words), None)
