"""Look for what must not be there: in bytes, and in every file under a folder."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1", "cp1250")


def key_forms(key: bytes) -> set[bytes]:
    """A key as it is, in hexadecimal digits of both cases, narrow and wide, and in base64."""
    digits = key.hex()
    texts = {digits, digits.upper()}
    wide = {text.encode("utf-16-le") for text in texts}
    return {key, base64.b64encode(key).rstrip(b"="), *map(str.encode, texts), *wide}


def text_forms(text: str) -> set[bytes]:
    """A text in every encoding that has its letters, also once more in hexadecimal and base64.

    Letters as they are, all capital and all small.
    """
    found = set()
    for each in {text, text.upper(), text.lower()}:
        for encoding in ENCODINGS:
            try:
                found.add(each.encode(encoding))
            except UnicodeEncodeError:
                continue
    return found | _written(text.encode())


def _written(content: bytes) -> set[bytes]:
    """Hexadecimal, and what base64 makes of it at any place in a longer content."""
    digits = content.hex()
    found = {digits.encode(), digits.upper().encode()}
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + content)
        found.add(coded[(0, 2, 3)[shift] : len(coded) - 4 if coded.endswith(b"=") else None])
    return {form for form in found if len(form) >= 8}  # shorter ones turn up in anything encrypted


def files_under(folder: Path) -> Iterator[Path]:
    """Every file that can be read; what a socket or a link is, is not content."""
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def found_in(files: Iterable[Path], wanted: Mapping[str, set[bytes]]) -> list[tuple[str, Path]]:
    """What was found where. wanted: a name for each secret, and its forms."""
    return [
        (name, file)
        for file, content in ((file, file.read_bytes()) for file in files)
        for name, forms in wanted.items()
        if any(form in content for form in forms)
    ]
