"""The files of a watched folder that are whole: nobody is writing them any more."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clinicdesk.errors import BadInput

SETTLED = timedelta(seconds=60)  # since the last change of a file that is no longer written
_KINDS = (".csv", ".tsv", ".txt", ".zip", ".gz", ".xlsx", ".json", ".ndjson", ".hl7", ".xz")
_BLOCK = 1 << 20


def whole_files(folder: Path, now: datetime) -> Iterator[Path]:
    """Files that may be imported, the oldest first. What is hidden or half written is left alone.

    Raise `BadInput` for a folder that is not there.
    """
    try:
        found = [(path, path.stat()) for path in folder.iterdir() if _is_meant(path)]
    except OSError:
        raise BadInput(
            "The watched folder cannot be read. Connect its disk, or choose another one."
        ) from None
    for path, told in sorted(found, key=lambda item: (item[1].st_mtime, item[0].name)):
        changed = datetime.fromtimestamp(told.st_mtime, UTC)
        if told.st_size and now - changed >= SETTLED:
            yield path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; "" when it cannot be read now: another program may have it."""
    digest, size = hashlib.sha256(), 0
    with suppress(OSError):
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                size += len(block)
        if size == path.stat().st_size:
            return digest.hexdigest()
    return ""


def require_watchable(folder: Path, store: Path) -> None:
    """Raise `BadInput` for a folder that cannot be watched."""
    if not folder.is_absolute():
        raise BadInput("Write the whole path of the folder to watch, from the root on.")
    if not folder.is_dir():
        raise BadInput("The folder to watch is not there. Make it, or choose another one.")
    if folder.resolve().is_relative_to(store.resolve()):
        raise BadInput("The folder to watch is inside the store. Choose one outside of it.")


def _is_meant(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return path.suffix.lower() in _KINDS and not hidden and path.is_file() and not path.is_symlink()
