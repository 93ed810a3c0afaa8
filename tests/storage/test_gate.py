"""Many pass, or one is alone; who is alone lets nobody in, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.errors import StoreError
from clinicdesk.storage.database import Database
from clinicdesk.storage.gate import Gate
from clinicdesk.storage.presence import OthersPresent, Presence


def test_whoever_is_alone_is_alone() -> None:
    gate, inside, most = Gate(), 0, 0
    count = threading.Lock()

    def pass_often() -> None:
        nonlocal inside, most
        for _ in range(300):
            with gate.passing():
                with count:
                    inside += 1
                    most = max(most, inside)
                with count:
                    inside -= 1

    def be_alone_often() -> list[int]:
        seen = []
        for _ in range(50):
            with gate.alone():
                seen.append(inside)
        return seen

    with ThreadPoolExecutor(6) as threads:
        for _ in range(4):
            threads.submit(pass_often)
        alone = [threads.submit(be_alone_often) for _ in range(2)]
        assert all(seen == [0] * 50 for seen in (each.result(30) for each in alone))
    assert most >= 1


def test_a_session_within_a_session_passes_while_somebody_waits_to_be_alone() -> None:
    gate = Gate()
    with ThreadPoolExecutor(1) as threads, gate.passing():
        waiting = threads.submit(lambda: gate.alone(5).__enter__())
        with gate.passing():
            assert not waiting.done()


def test_somebody_who_never_leaves_is_not_waited_for_for_ever() -> None:
    gate = Gate()
    with gate.passing(), pytest.raises(StoreError, match="busy"), gate.alone(0.01):
        pass
    with gate.alone(0.01):
        pass


def test_sessions_wait_while_the_file_is_set_aside(database: Database) -> None:
    def read() -> int:
        with database.reading() as session:
            return int(session.scalar(text("SELECT 5")) or 0)

    with ThreadPoolExecutor(1) as threads:
        with database.set_aside():
            waiting = threads.submit(read)
            assert not waiting.done()
            assert database.engine.pool.checkedin() == 0  # type: ignore[attr-defined] # QueuePool
        assert waiting.result(10) == 5


def test_two_are_present_and_neither_is_alone(tmp_path: Path) -> None:
    """C13."""
    one, other = Presence(tmp_path), Presence(tmp_path)
    with pytest.raises(OthersPresent), one.alone(patience=0.05):
        pass
    other.close()
    with one.alone(), pytest.raises(StoreError, match="encrypting"):
        Presence(tmp_path, patience=0.05)
    Presence(tmp_path).close()
    one.close()
    assert list(tmp_path.iterdir()) == []
