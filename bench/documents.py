"""Documents: 200 MB into the encrypted store, by time and by memory."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.frame import DATA, Figure, answer, measure
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic
from clinicdesk.storage.tables import PatientRow
from clinicdesk.vault import CHUNK
from clinicdesk.vault.kdf import KdfCost, Limits

if sys.platform == "win32":
    resource = None
else:
    import resource

LARGE, SMALL = 200 << 20, 1 << 20  # bytes
ROUNDS = 3
CHEAP = KdfCost(memory=32, passes=1, lanes=1)  # the password is another's figure
AT = datetime(2026, 1, 1, tzinfo=UTC)


def taken_in() -> float:
    """As the program does it: kept encrypted, audited, one transaction."""
    with _clinic() as (clinic, patient, folder):
        file = _file(folder, LARGE)
        began = perf_counter()
        clinic.documents.add(patient, file)
        return (perf_counter() - began) * 1000


def bare() -> float:
    """The same bytes read, hashed, encrypted, hashed again, written and flushed; nothing else."""
    with tempfile.TemporaryDirectory(dir=DATA) as place:
        file, out = _file(Path(place), LARGE), Path(place) / "out"
        began = perf_counter()
        cipher, plain, sealed = AESGCM(bytes(32)), hashlib.sha256(), hashlib.sha256()
        with file.open("rb") as source, out.open("wb") as target:
            number = 0
            while chunk := source.read(CHUNK):
                plain.update(chunk)
                part = cipher.encrypt(number.to_bytes(12, "big"), chunk, b"")
                sealed.update(part)
                target.write(part)
                number += 1
            target.flush()
            os.fsync(target.fileno())
        return (perf_counter() - began) * 1000


def blob() -> float:
    """One value of the encrypted database, as small documents are kept."""
    with tempfile.TemporaryDirectory(dir=DATA) as place:
        file = _file(Path(place), LARGE)
        connection = sqlcipher.connect(os.path.join(place, "blob.db"))
        connection.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE document (content BLOB)")
        began = perf_counter()
        content = file.read_bytes()
        hashlib.sha256(content).hexdigest()
        connection.execute("INSERT INTO document VALUES (?)", (content,))
        connection.commit()
        taken = (perf_counter() - began) * 1000
        connection.close()
        return taken


def memory_large() -> float:
    """In and out again."""
    return _memory(LARGE)


def memory_small() -> float:
    """The same program with a document of a megabyte."""
    return _memory(SMALL)


def memory_blob() -> float:
    blob()
    return _most()


TIME = {"ours": taken_in, "limit": bare, "peer": blob}
MEMORY = {"most of 200": memory_large, "most of 1": memory_small, "most of a blob": memory_blob}


def figures() -> Iterator[Figure]:
    DATA.mkdir(exist_ok=True)
    yield Figure(
        name="documents, time",
        task="Attach 200 MB",
        unit="ms",
        **measure("bench.documents", TIME, ROUNDS),
        limit_is="the same bytes read, hashed, encrypted, hashed and flushed, nothing else",
        peer_is="one value of the encrypted database",
        goal=1.5,
    )
    if resource is not None:
        most = measure("bench.documents", MEMORY, 1)
        yield Figure(
            name="documents, memory",
            task="Attach 200 MB and save a copy: the most the process has",
            unit="MB",
            ours=most["most of 200"],
            limit=most["most of 1"],
            peer=most["most of a blob"],
            limit_is="the same with 1 MB",
            peer_is="one value of the encrypted database",
            goal=1.1,
        )


@contextmanager
def _clinic() -> Iterator[tuple[Clinic, PatientId, Path]]:
    """A store with a patient, and a folder beside it."""
    with tempfile.TemporaryDirectory(dir=DATA) as place:
        clinic, _ = create_clinic(
            Path(place) / "store",
            login="bench",
            password="plum kettle orbit walnut",
            clinic_name="Bench",
            timezone="UTC",
            cost=CHEAP,
            limits=Limits(written=CHEAP, read=CHEAP),
        )
        row = PatientRow(
            mrn="M1", source="bench", family_name="A", given_name="B", gender="other", updated_at=AT
        )
        with clinic._database.writing() as session:  # noqa: SLF001 - a patient without an import
            session.add(row)
            session.flush()
            patient = PatientId(row.id)
        yield clinic, patient, Path(place)
        clinic.lock()


def _file(folder: Path, size: int) -> Path:
    """A DICOM file of noise: it is kept and not decoded, so that keeping alone is measured."""
    file = folder / "IM1"
    with file.open("wb") as out:
        out.write(bytes(128) + b"DICM")
        for _ in range(size // SMALL):
            out.write(os.urandom(SMALL))
        out.truncate(size)
    return file


def _memory(size: int) -> float:
    with _clinic() as (clinic, patient, folder):
        added = clinic.documents.add(patient, _file(folder, size))
        clinic.documents.save(patient, added.id, folder / "out")
    return _most()


def _most() -> float:
    """Megabytes of memory the process had at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    answer({**TIME, **MEMORY})
