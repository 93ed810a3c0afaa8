"""Which answer a word or a code of a diagnosis means, for inputs that ask in words."""

from collections.abc import Sequence

from clinicdesk.models.card import Choice

_ANYTHING = "*"
UNSAID = frozenset({"", "?", "na", "n/a", "nan", "null", "unknown", "unknown/invalid"})


def choice_of(choices: Sequence[Choice], text: str) -> Choice | None:
    """The choice of a text: by its own word, by a code of ICD-9 or ICD-10, or what is left."""
    word = text.strip().casefold()
    if not choices:
        return None
    named = next((each for each in choices if word in each.words), None)
    if named is not None or word in UNSAID:
        return named
    return choice_of_code(choices, text) or _rest(choices)


def choice_of_code(choices: Sequence[Choice], code: str) -> Choice | None:
    """The first choice that holds a code of ICD-9 or ICD-10, with or without its point.

    Three figures alone are read as the unspecified disease: 250 as 250.00, E11 as E11.9.
    """
    found = code.strip().upper()
    return next((each for each in choices if _holds(each, found)), None)


def _holds(choice: Choice, code: str) -> bool:
    if _is_icd9(code):
        return any(_within(code, span) for span in choice.icd9)
    plain = code.replace(".", "")
    return plain.ljust(_STEM + 1, "9").startswith(choice.icd10)


def _is_icd9(code: str) -> bool:
    """250.83, V58, E909: digits first, a V and two digits, or an E from 800 on."""
    stem = code.partition(".")[0]
    if stem.isdecimal():
        return True
    letter, digits = stem[:1], stem[1:]
    is_e = letter == "E" and len(digits) == _STEM and digits >= "800"
    return digits.isdecimal() and (is_e or (letter == "V" and len(digits) == _STEM - 1))


def _within(code: str, span: str) -> bool:
    """span: "390-459", "785", "250.0" for all that begins so, "V57", or "V" for all of these."""
    stem = code.partition(".")[0]
    if not stem.isdecimal():
        return stem.startswith(span)
    if "." in span:
        return (code if "." in code else f"{code}.00").startswith(span)
    first, _, last = span.partition("-")
    return first.isdecimal() and int(first) <= int(stem) <= int(last or first)


_STEM = 3  # characters before the point


def _rest(choices: Sequence[Choice]) -> Choice | None:
    return next((each for each in choices if _ANYTHING in each.words), None)
