"""Unlocking with the right password, beside one bare Argon2id of the same cost."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bench.frame import Figure, answer, measure
from clinicdesk import vault
from clinicdesk.vault.kdf import STANDARD

ROUNDS = 3
TIMES = 20  # in each process
LOGIN, PASSWORD = "ada", "plum kettle orbit walnut"


def ours() -> float:
    with tempfile.TemporaryDirectory() as folder:
        account = vault.NewAccount(LOGIN, "administrator", PASSWORD)
        vault.create(Path(folder), account)[0].close()
        return _slowest(lambda: vault.unlock(Path(folder), LOGIN, PASSWORD).close())


def bare_argon2id() -> float:
    return _slowest(_hash_once)


def passphrase() -> float:
    """The password handed to SQLCipher, which stretches it with PBKDF2."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "clinic.db")
        _open(path, "CREATE TABLE patient (id INTEGER)")
        return _slowest(lambda: _open(path, "SELECT count(*) FROM patient"))


WAYS = {"ours": ours, "limit": bare_argon2id, "peer": passphrase}


def figures() -> list[Figure]:
    taken = measure("bench.unlock", WAYS, ROUNDS)
    return [
        Figure(
            name="unlock",
            task=f"Unlock with the right password, 95th percentile of {TIMES}",
            unit="ms",
            ours=taken["ours"],
            limit=taken["limit"],
            limit_is="one bare Argon2id of the same cost",
            peer=taken["peer"],
            peer_is="SQLCipher's own passphrase, PBKDF2: one secret for everybody",
            goal=1.2,
        )
    ]


def _hash_once() -> None:
    kdf = Argon2id(
        salt=bytes(16),
        length=32,
        iterations=STANDARD.passes,
        lanes=STANDARD.lanes,
        memory_cost=STANDARD.memory,
    )
    kdf.derive(PASSWORD.encode())


def _open(path: str, statement: str) -> None:
    connection = sqlcipher.connect(path)
    connection.execute(f"PRAGMA key = '{PASSWORD}'")
    connection.execute(statement)
    connection.close()


def _slowest(work: Callable[[], object]) -> float:
    """The 95th percentile in milliseconds, after once to warm up."""
    work()
    return quantiles((_milliseconds(work) for _ in range(TIMES)), n=20)[-1]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    answer(WAYS)
