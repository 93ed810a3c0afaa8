"""Unlocking with the right password: what it takes, and that the window goes on meanwhile."""

import os
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bench.frame import Figure, answer, measure
from clinicdesk import vault
from clinicdesk.vault.kdf import STANDARD

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from clinicdesk.services.progress import Progress
    from clinicdesk.ui.pages.unlock import Unlock
    from clinicdesk.ui.tasks import Work

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


def longest_pause() -> float:
    """The longest time between two beats of the window while it unlocks."""
    # here, since the other ways are measured without Qt
    from clinicdesk.services.session import create_clinic  # noqa: PLC0415
    from clinicdesk.ui.application import application_for, load_the_rest, unlock  # noqa: PLC0415

    application = application_for()
    load_the_rest()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store")
        named = {"clinic_name": "Measured", "timezone": "UTC", "cost": STANDARD}
        create_clinic(store, login=LOGIN, password=PASSWORD, **named)[0].lock()
        return longest_gap(application, lambda progress: _open_and_lock(unlock, store, progress))


def longest_gap(application: "QApplication", work: "Work") -> float:
    """Beat every 2 ms while `work` runs as a task of the window; milliseconds."""
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415 - as above

    from clinicdesk.ui.tasks import TaskRunner  # noqa: PLC0415

    beats: list[float] = []
    runner, heart = TaskRunner(), QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start()
    task = runner.start(heart, "unlock", work)
    task.finished.connect(application.quit)
    application.exec()
    runner.shutdown()
    heart.stop()
    beats.append(time.perf_counter())
    return max(after - before for before, after in pairwise(beats)) * 1000


def pause_nobody_feels() -> float:
    return 50.0


def hashed_in_the_window() -> float:
    """What the window would stand still for one Argon2id of its own."""
    return _milliseconds(_hash_once)


WAYS = {"ours": ours, "limit": bare_argon2id, "peer": passphrase}
PAUSES = {
    "pause": longest_pause,
    "pause limit": pause_nobody_feels,
    "pause peer": hashed_in_the_window,
}


def figures() -> list[Figure]:
    taken = measure("bench.unlock", WAYS | PAUSES, ROUNDS)
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
        ),
        Figure(
            name="unlock, pause",
            task="Longest pause of the window while it unlocks",
            unit="ms",
            ours=taken["pause"],
            limit=taken["pause limit"],
            limit_is="a pause that nobody feels",
            peer=taken["pause peer"],
            peer_is="deriving the key on the window's own thread",
            goal=1.0,
        ),
    ]


def _open_and_lock(unlock: "Unlock", store: Path, progress: "Progress") -> None:
    unlock(store, LOGIN, "".join(PASSWORD), progress).lock()  # a copy: it is overwritten


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
    answer(WAYS | PAUSES)
