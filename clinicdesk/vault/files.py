"""The header's two copies on the disk: read, repaired, and replaced so that neither is ever torn.

Both new copies are written and flushed before the first one takes its place: a full disk changes
nothing, and a crash leaves two whole files, at worst one generation apart.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from clinicdesk.vault.atomic import flush_folder, read_whole, write_flushed
from clinicdesk.vault.fields import Malformed
from clinicdesk.vault.header import LARGEST_FILE, Header, parse_header
from clinicdesk.vault.kdf import LIMITS, Limits
from clinicdesk.vault.locks import exclusive
from clinicdesk.vault.troubles import (
    KeysChanged,
    KeysDamaged,
    KeysDiffer,
    KeysMissing,
    KeysNotWritten,
    KeysUnreadable,
)

KEYS_FILE = "clinic.keys"
KEYS_COPY = "clinic.keys.bak"
LOCK_FILE = "clinic.keys.lock"
_NEW = ".new"


class KeyFiles:
    """The two copies in one folder. limits: what a slot may cost; tests alone pass others."""

    def __init__(self, folder: Path, limits: Limits = LIMITS) -> None:
        self.folder = folder
        self.limits = limits
        self._copies = (folder / KEYS_FILE, folder / KEYS_COPY)

    def exist(self) -> bool:
        return any(path.exists() for path in self._copies)

    def load(self) -> Header:
        """Read the newest whole copy; put the other one right and sweep what a crash left."""
        raws = self._read()
        header = self._newest(raws)
        if raws[0] != raws[1] or any(path.exists() for path in self._new_copies()):
            with suppress(OSError), self._locked():  # a folder that cannot be written still opens
                return self._repair()
        return header

    def create(self, header: Header) -> None:
        """Write the first header of a new store."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._writable(), self._locked():
            if self.exist():
                raise KeysChanged
            self._replace(header)

    def update(self, change: Callable[[Header], Header]) -> Header:
        """Write what `change` makes of the header on the disk; nobody else writes meanwhile."""
        with self._writable(), self._locked():
            before = self._repair()
            after = replace(change(before), generation=before.generation + 1)
            self._replace(after)
        return after

    def write(self, header: Header, over: Header) -> Header:
        """Write the header unless the file is not `over` any more."""

        def unless_changed(found: Header) -> Header:
            if found != over:
                raise KeysChanged
            return header

        return self.update(unless_changed)

    def _read(self) -> list[bytes | None]:
        try:
            return [read_whole(path, LARGEST_FILE + 1) for path in self._copies]
        except OSError:
            raise KeysUnreadable from None

    def _newest(self, raws: list[bytes | None]) -> Header:
        if all(raw is None for raw in raws):
            raise KeysMissing
        different = {raw for raw in raws if raw is not None}
        whole = [header for raw in different if (header := self._parsed(raw))]
        if not whole:
            raise KeysDamaged
        if len({header.store_id for header in whole}) > 1 or _forked(whole):
            raise KeysDiffer
        return max(whole, key=lambda header: header.generation)

    def _parsed(self, raw: bytes) -> Header | None:
        try:
            return parse_header(raw, self.limits)
        except Malformed:
            return None

    def _repair(self) -> Header:
        self._sweep()
        raws = self._read()
        header = self._newest(raws)
        whole = header.as_bytes()
        if any(raw != whole for raw in raws):
            with suppress(OSError):
                self._replace(header)
        return header

    def _replace(self, header: Header) -> None:
        raw = header.as_bytes()
        try:
            for path in self._new_copies():
                write_flushed(path, raw)
            os.replace(self._new_copies()[0], self._copies[0])
        except OSError:
            self._sweep()
            raise
        with suppress(OSError):  # written from here on; the copy is put right at the next load
            flush_folder(self.folder)
            os.replace(self._new_copies()[1], self._copies[1])
            flush_folder(self.folder)

    def _sweep(self) -> None:
        for path in self._new_copies():
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _new_copies(self) -> tuple[Path, ...]:
        return tuple(path.with_name(path.name + _NEW) for path in self._copies)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with exclusive(self.folder / LOCK_FILE):
            yield

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            raise KeysNotWritten from None


def _forked(whole: list[Header]) -> bool:
    """Two copies of one generation that differ: no crash does that."""
    return len(whole) == 2 and whole[0].generation == whole[1].generation and whole[0] != whole[1]
