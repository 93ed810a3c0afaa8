"""The disk that keeps a diary (disk.c): compile it, load it into a process, read what it wrote."""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
_ENTRY = struct.Struct("<QqIc3x")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the disk. kind, offset and content are those of disk.c."""

    kind: str
    inode: int
    offset: int
    content: bytes

    @property
    def paths(self) -> list[str]:
        return [os.fsdecode(path) for path in self.content.split(b"\0")]


def why_not() -> str:
    """What is missing here to watch a disk, "" when nothing is."""
    if sys.platform != "linux":
        return "a process is watched by LD_PRELOAD, which is Linux's"
    return "" if shutil.which("cc") else "needs a C compiler: cc is not there"


def compiled(folder: Path) -> Path:
    """Compile the disk into the folder."""
    library = folder / "disk.so"
    flags = ("-Wall", "-Werror", "-O2", "-shared", "-fPIC")
    subprocess.run(["cc", *flags, "-o", str(library), str(SOURCE), "-ldl", "-lpthread"], check=True)
    return library


def environment(library: Path, under: Path, diary: Path | None = None) -> Mapping[str, str]:
    """What a process is started with, so that changes under the folder are noted."""
    noted = {"FAULTS_DIARY": str(diary)} if diary else {}
    return {**os.environ, "LD_PRELOAD": str(library), "FAULTS_UNDER": str(under), **noted}


def entries(diary: Path) -> Iterator[Entry]:
    """Read a diary from its beginning."""
    with diary.open("rb") as file:
        while head := file.read(_ENTRY.size):
            inode, offset, length, kind = _ENTRY.unpack(head)
            yield Entry(kind.decode(), inode, offset, file.read(length))
