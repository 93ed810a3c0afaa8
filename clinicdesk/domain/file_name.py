"""File names from elsewhere: what may be shown, and what may be used on any system."""

import re
import unicodedata

LONGEST = 120  # characters
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, and what turns a line around
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The name without folders and without what deceives the eye; safe on Linux, Windows, macOS.

    At most 120 characters with its ending kept; "document" when nothing is left. It is shown and
    proposed; no file of the store is ever called so.
    """
    last = re.split(r"[/\\]", visible(name))[-1]
    stem, dot, rest = _FORBIDDEN.sub("_", last).strip(" .").rpartition(".")
    stem, rest = (stem, dot + rest) if dot else (rest, "")
    stem = stem.strip(" .") or "document"
    if is_reserved(stem):
        stem = f"_{stem}"
    rest = rest if len(rest) < LONGEST // 2 else ""
    return stem[: LONGEST - len(rest)].rstrip(" .") + rest


def is_reserved(name: str) -> bool:
    """Whether Windows takes the name for a device, whatever its ending."""
    return bool(_RESERVED.fullmatch(name.split(".", maxsplit=1)[0].strip()))


def clean_title(text: str) -> str:
    """One visible line of at most 120 characters."""
    return " ".join(visible(text).split())[:LONGEST].strip()


def visible(text: str) -> str:
    """The text in composed letters (NFC), spaces for whatever is not seen."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(c) in _HIDDEN else c for c in composed)
