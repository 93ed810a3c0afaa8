"""Keep the files of an import byte for byte, compressed beside the work of loading them."""

import hashlib
import zlib
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

from clinicdesk.errors import BadInput
from clinicdesk.etl.picked import Picked
from clinicdesk.services.progress import Progress
from clinicdesk.storage.bronze import PART, Shelf

_LEVEL = 1  # zlib's fastest: a table shrinks to a fifth all the same
_AHEAD = 8  # parts in memory at a time
_AT_A_STEP = 4  # parts a chunk of rows: twice as many bytes as the chunk has


@dataclass(frozen=True, slots=True)
class Hashed:
    """A picked file and the SHA-256 of its bytes."""

    file: Picked
    sha256: str


def hash_all(files: Sequence[Picked], progress: Progress) -> list[Hashed]:
    """Read every file once for its SHA-256."""
    return [Hashed(file, _sha256(file, progress)) for file in files]


def _sha256(file: Picked, progress: Progress) -> str:
    digest = hashlib.sha256()
    try:
        with file.open() as stream:
            while part := stream.read(PART):
                progress.raise_if_cancelled()
                digest.update(part)
    except OSError:
        raise BadInput(f"{file.name} cannot be read. Check the disk and its rights.") from None
    return digest.hexdigest()


class Keeper:
    """Puts files on the shelf while a worker compresses the parts that come next.

    Whoever loads calls `step` between chunks and `finish` at the end, in the thread of the
    transaction. A file that the store has already is only named.
    """

    def __init__(self, shelf: Shelf, files: Sequence[Hashed]) -> None:
        self._shelf, self._files = shelf, files
        self._put = self._put_all()

    def step(self) -> None:
        """Put some parts away."""
        for _ in range(_AT_A_STEP):
            next(self._put, None)

    def finish(self, import_id: int, progress: Progress) -> None:
        """Put away all the rest, and say that the files are this import's."""
        for _ in self._put:
            progress.raise_if_cancelled()
        for each in self._files:
            self._shelf.name_source(import_id, each.file.name, each.sha256)

    def close(self) -> None:
        """Let go of the files."""
        self._put.close()

    def _put_all(self) -> Generator[None]:
        """One step a part."""
        with ThreadPoolExecutor(1, "keep") as worker:
            for each in {each.sha256: each for each in self._files}.values():
                if not self._shelf.holds(each.sha256):
                    yield from self._put_file(each, worker)

    def _put_file(self, each: Hashed, worker: ThreadPoolExecutor) -> Generator[None]:
        packed = 0
        with each.file.open() as stream:
            for number, content in enumerate(_packed(stream, each, worker)):
                self._shelf.add_part(each.sha256, number, content)
                packed += len(content)
                yield
        self._shelf.finish(each.sha256, each.file.size, packed)


def _packed(stream: IO[bytes], each: Hashed, worker: ThreadPoolExecutor) -> Iterator[bytes]:
    """The parts of a file, compressed; raise `BadInput` where it is not the file of before."""
    digest = hashlib.sha256()
    under_way: deque[Future[bytes]] = deque()
    while part := stream.read(PART):
        digest.update(part)
        under_way.append(worker.submit(zlib.compress, part, _LEVEL))
        if len(under_way) > _AHEAD:
            yield under_way.popleft().result()
    yield from (future.result() for future in under_way)
    if digest.hexdigest() != each.sha256:
        raise BadInput(f"{each.file.name} was changed while it was read. Import it again.")
