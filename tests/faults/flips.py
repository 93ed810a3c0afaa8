"""Flip bits of a store, one at a time: each is noticed, and nothing wrong is ever read.

    python -m tests.faults.flips --count 1000

Bits anywhere in the database and in a document's file, `count` of each, and one bit of every byte
of the key header, in both of its copies. What was flipped is put back before the next.
"""

import argparse
import json
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from clinicdesk import vault
from clinicdesk.errors import StoreError
from clinicdesk.services.document_content import DocumentCipher
from clinicdesk.storage import documents, integrity
from clinicdesk.storage.database import DATABASE_FILE, Database
from clinicdesk.storage.document_files import FOLDER
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, Unlocked
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.faults.works.documents import content_of_document, file_of
from tests.faults.works.work import Tally, scratch
from tests.services.stores import make_store
from tests.storage.factories import add_observation, add_patient, database_of
from tests.storage.old_stores import Content, content_of
from tests.vault.support import files_of

PATIENTS = 40
SIZES = (3_000, 300_000)  # bytes of documents: in the database, in a file of its own


@dataclass(frozen=True, slots=True)
class Flipped:
    """A store, and what is right to read in it."""

    folder: Path
    keys: Unlocked
    content: Content
    documents: dict[int, bytes]

    def database(self) -> bool:
        """Whether the check of the pages notices; raise `AssertionError` for a wrong row."""
        _notices(self._read_database)
        return _notices(self._check_pages)

    def document(self) -> bool:
        """Whether reader and check notice; raise `AssertionError` for a wrong document."""
        return _notices(self._read_documents) and _notices(self._check_documents)

    def header(self) -> bool:
        """Whether the parser notices."""
        return _notices(files_of(self.folder).load)

    def _read_database(self) -> None:
        with self._opened() as database, database.reading() as session:
            assert content_of(session) == self.content, "wrong rows were read"

    def _check_pages(self) -> None:
        with self._opened() as database:
            integrity.require_authentic_pages(database)

    def _read_documents(self) -> None:
        cipher = DocumentCipher(self.folder, self.keys)
        with self._opened() as database:
            for number, right in self.documents.items():
                found = content_of_document(database, cipher, number)
                assert found == right, "a wrong document was read"

    def _check_documents(self) -> None:
        with self._opened() as database:
            with database.reading() as session:
                files = documents.files(session)
            DocumentCipher(self.folder, self.keys).files.verify(files)

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        database = Database(self.folder / DATABASE_FILE, self.keys.database_key())
        with closing(database):
            yield database


def _notices(look: Callable[[], object]) -> bool:
    try:
        look()
    except StoreError:
        return True
    return False


def made(folder: Path) -> Flipped:
    """A closed store with something in most tables, and two documents."""
    clinic, _ = make_store(folder / "store")
    for number in range(PATIENTS):
        patient = add_patient(database_of(clinic), f"M{number}")
        add_observation(database_of(clinic), patient, "8867-4", 60.0 + number)
    added = [clinic.documents.add(patient, file_of(folder, f"d{size}", size)) for size in SIZES]
    clinic.lock()
    keys = vault.unlock(folder / "store", LOGIN, PASSWORD, limits=CHEAP_LIMITS)
    right = {d.id: (folder / f"{d.title}.dcm").read_bytes() for d in added}
    database = Database(folder / "store" / DATABASE_FILE, keys.database_key())
    with closing(database), database.reading() as session:
        content = content_of(session)
    return Flipped(folder / "store", keys, content, right)


def run(folder: Path, count: int, seed: int) -> dict[str, Tally]:
    """Flip `count` bits of the database and of a document's file, and all of the header."""
    store, chance = made(folder), random.Random(seed)
    (file,) = (store.folder / FOLDER).iterdir()
    database = store.folder / DATABASE_FILE
    header = [store.folder / name for name in (KEYS_FILE, KEYS_COPY)]
    return {
        "database": _flip([database], _places(database, count, chance), store.database),
        "document": _flip([file], _places(file, count, chance), store.document),
        "header": _flip(header, list(_every_byte(header[0], chance)), store.header),
    }


def _places(file: Path, count: int, chance: random.Random) -> list[tuple[int, int]]:
    """Bytes, and the bit of each."""
    size = file.stat().st_size
    return [(chance.randrange(size), 1 << chance.randrange(8)) for _ in range(count)]


def _every_byte(file: Path, chance: random.Random) -> Iterator[tuple[int, int]]:
    """Every byte, with some bit of it."""
    return ((at, 1 << chance.randrange(8)) for at in range(file.stat().st_size))


def _flip(
    files: Sequence[Path], places: Sequence[tuple[int, int]], noticed: Callable[[], bool]
) -> Tally:
    tally: Tally = Counter(flips=len(places))
    whole = {file: file.read_bytes() for file in files}
    for at, bit in places:
        for file, content in whole.items():
            file.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        try:
            tally["noticed" if noticed() else "unnoticed"] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            tally["wrong"] += 1
            traceback.print_exc()
    for file, content in whole.items():
        file.write_bytes(content)
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description="Flip bits of a store.")
    parser.add_argument(
        "--count", type=int, default=1000, help="of the database, and of a document"
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        tallies = run(Path(folder), arguments.count, arguments.seed)
    for what, tally in tallies.items():
        sys.stdout.write(json.dumps({"of": what, **tally}) + "\n")
    return int(any(tally["unnoticed"] or tally["wrong"] for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
