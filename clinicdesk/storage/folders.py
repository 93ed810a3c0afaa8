"""A store's folder appears whole or not at all."""

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from clinicdesk.errors import StoreError
from clinicdesk.storage.flushing import flush_folder
from clinicdesk.storage.troubles import plain_words_of_files


@contextmanager
def new_folder(folder: Path, holding: Collection[str]) -> Iterator[Path]:
    """A hidden folder, for its owner alone, that becomes `folder` when the block ends well.

    holding: names that, where `folder` has one, say that it is a store already.
    """
    folder = folder.absolute()
    _require_empty(folder, holding)
    with plain_words_of_files():
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))  # 0700
        try:
            yield making
            flush_folder(making)
            if folder.exists():
                folder.rmdir()  # Windows renames onto nothing
            making.rename(folder)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        flush_folder(folder.parent)


def _require_empty(folder: Path, holding: Collection[str]) -> None:
    if any((folder / name).exists() for name in holding):
        raise StoreError("The folder already holds a store. Unlock it, or choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError("The folder is not empty. Choose a new or an empty folder for the store.")
