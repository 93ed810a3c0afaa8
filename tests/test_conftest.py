"""The suite's own guards hold."""

import logging
import socket
import sys
from pathlib import Path

import pytest

from tests.conftest import CANARY, NetworkUsed, names_somebody


def test_the_network_is_out_of_reach() -> None:
    """F12."""
    with socket.socket() as attempt, pytest.raises(NetworkUsed):
        attempt.connect(("127.0.0.1", 9))


def test_home_is_nobodys(home: Path) -> None:
    assert Path.home() == home


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is a temporary folder")
def test_home_cannot_be_written(home: Path) -> None:
    """F12: every test does without a place to keep settings, caches or lists of files."""
    with pytest.raises(FileNotFoundError):
        home.mkdir(parents=True)


@pytest.mark.parametrize("message", [f"opened {CANARY}", CANARY])
def test_a_name_in_a_message_is_seen(message: str) -> None:
    assert names_somebody(_record(message, error=None))
    assert not names_somebody(_record("opened 1 record", error=None))


def test_a_name_in_a_traceback_is_seen() -> None:
    assert names_somebody(_record("failed", error=ValueError(CANARY)))


def _record(message: str, error: Exception | None) -> logging.LogRecord:
    raised = None
    try:
        if error:
            raise error
    except ValueError:
        raised = sys.exc_info()
    return logging.LogRecord("test", logging.INFO, __file__, 1, message, (), raised)
