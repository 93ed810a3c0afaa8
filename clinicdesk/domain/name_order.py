"""Where a name stands in a list: by its letters, whatever marks they wear.

Étienne stands between Ernst and Evans, Ødegård at O, Łukasz at L, as in an English index. What no
Latin letter stands for, such as Greek or Cyrillic, follows after Z, in its own order.
"""

from unicodedata import combining, normalize

_LIKE = {
    "æ": "ae",
    "ð": "d",
    "ø": "o",
    "þ": "th",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "œ": "oe",
}


class _Letters(dict[int, str]):
    """What a letter is sorted as, found out once for each letter."""

    def __missing__(self, code: int) -> str:
        parts = normalize("NFKD", chr(code))
        plain = self[code] = "".join(_LIKE.get(p, p) for p in parts if not combining(p))
        return plain


_LETTERS = _Letters()


def name_key(name: str) -> str:
    """What a name is sorted by: small letters without marks."""
    return name.lower() if name.isascii() else name.casefold().translate(_LETTERS)
