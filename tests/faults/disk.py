"""A disk that loses power: what was flushed is there, of the rest whatever chance decides.

The model is that of a journalling file system, and harder where that costs nothing:

- a write that was not flushed is there or not, or (torn) each 512 bytes of it;
- names come and go in their order, as far as chance has it, but at least up to the last time that
  their folder was flushed; flushing a file says nothing of its name;
- a file without a name is gone. The disk does not lie about what it flushed.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.faults.recorder import Entry

_SECTOR = 512  # bytes: what a disk writes whole
_OF_NAMES = {"C", "M", "R", "U"}


@dataclass
class _File:
    flushed: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut off there

    def flush(self) -> None:
        for change in self.pending:
            _apply(self.flushed, *change)
        self.pending.clear()

    def after(self, chance: random.Random, *, torn: bool) -> bytes:
        content = bytearray(self.flushed)
        for at, written in self.pending:
            if written is None or not torn:
                if chance.random() < 0.5:
                    _apply(content, at, written)
                continue
            for start in range(0, len(written), _SECTOR):
                if chance.random() < 0.5:
                    _apply(content, at + start, written[start : start + _SECTOR])
        return bytes(content)


_Names = dict[str, _File | None]  # None is a folder


class Disk:
    """What a folder holds at one moment of its diary."""

    def __init__(self, under: Path) -> None:
        """Begin with what is in the folder now: all of it is taken to be flushed."""
        self._files: dict[int, _File] = {}  # by inode: the newest that had it
        self._flushed: _Names = {}
        self._pending: list[tuple[Entry, _File | None]] = []
        for path in (under, *sorted(under.rglob("*"))):
            self._flushed[str(path)] = None
            if path.is_file():
                file = _File(bytearray(path.read_bytes()))
                self._files[path.stat().st_ino] = self._flushed[str(path)] = file

    def go_on(self, entry: Entry) -> None:
        """Take the next entry of the diary."""
        if entry.kind == "C" and entry.offset == 0:  # else a further name of a file that was there
            self._files[entry.inode] = _File(bytearray())
        if entry.kind in _OF_NAMES:
            self._pending.append((entry, self._files.get(entry.inode)))
        elif entry.kind == "F":
            self._flush_folder(entry.paths[0])
        elif file := self._files.get(entry.inode):
            if entry.kind == "S":
                file.flush()
            else:
                file.pending.append((entry.offset, entry.content if entry.kind == "W" else None))

    def after_power_loss(
        self, chance: random.Random, *, torn: bool = False
    ) -> Mapping[str, bytes | None]:
        """What is there when the power comes back: content by path, None for a folder."""
        names = dict(self._flushed)
        for entry, file in self._pending[: chance.randint(0, len(self._pending))]:
            _rename(names, entry, file)
        return {
            path: None if file is None else file.after(chance, torn=torn)
            for path, file in names.items()
        }

    def _flush_folder(self, folder: str) -> None:
        named = [at for at, (entry, _) in enumerate(self._pending) if _is_about(entry, folder)]
        durable = named[-1] + 1 if named else 0
        for entry, file in self._pending[:durable]:
            _rename(self._flushed, entry, file)
        del self._pending[:durable]


def write_out(found: Mapping[str, bytes | None], under: Path, to: Path) -> None:
    """Put what is there after a power loss under another folder."""
    for path in sorted(found):
        content, place = found[path], to / PurePosixPath(path).relative_to(under)
        if not place.parent.is_dir():
            continue  # its folder is gone
        if content is None:
            place.mkdir(exist_ok=True)
        else:
            place.write_bytes(content)


def _is_about(entry: Entry, folder: str) -> bool:
    return any(str(PurePosixPath(path).parent) == folder for path in entry.paths)


def _rename(names: _Names, entry: Entry, file: _File | None) -> None:
    first, *second = entry.paths
    if entry.kind == "C":
        names[first] = file
    elif entry.kind == "M":
        names[first] = None
    elif entry.kind == "U":
        names.pop(first, None)
    else:
        for path in [path for path in names if path == first or path.startswith(first + "/")]:
            names[second[0] + path.removeprefix(first)] = names.pop(path)


def _apply(content: bytearray, at: int, written: bytes | None) -> None:
    if written is None:
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(written)] = written
