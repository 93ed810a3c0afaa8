"""Text that a spreadsheet will open: shown, never calculated."""

_SIGNS = "=+-@"
_WIDE = 0xFEE0  # from a sign to the wide one that East Asian keyboards write
_CONTROLS = (0, 9, 13)  # NUL, tab and return, which spreadsheets skip
_FORMULA = (*_SIGNS, *(chr(ord(sign) + _WIDE) for sign in _SIGNS), *map(chr, _CONTROLS))


def harmless(value: str | int) -> str | int:
    """The cell as a spreadsheet shows it instead of calculating it (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and calculates(value) else value


def calculates(text: str) -> bool:
    """Whether the text is a formula, or one that was made harmless before."""
    return text.lstrip("'").lstrip()[:1] in _FORMULA
