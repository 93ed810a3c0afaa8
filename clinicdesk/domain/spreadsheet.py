"""Text that a spreadsheet will open: shown, never calculated."""

_FORMULA = tuple("=+-@\t\r\0＝＋－＠")


def harmless(value: str | int) -> str | int:
    """The cell as a spreadsheet shows it instead of calculating it (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and calculates(value) else value


def calculates(text: str) -> bool:
    """Whether the text is a formula, or one that was made harmless before."""
    return text.lstrip("'").lstrip()[:1] in _FORMULA
