"""What every test stands on: a home of its own, no network, no names in the log, a store."""

import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic
from clinicdesk.storage import schema
from clinicdesk.storage.database import Database
from clinicdesk.vault.kdf import KdfCost, Limits

CANARY = "Zzyzx"  # a surname of every synthetic patient: it may be in the store, nowhere else
LOGIN, PASSWORD = "admin", "plum kettle orbit walnut"
CHEAP = KdfCost(memory=32, passes=1, lanes=1)  # a test opens many stores
CHEAP_LIMITS = Limits(written=CHEAP, read=CHEAP)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


class NetworkUsed(AssertionError):
    """ClinicDesk works without a network, and so does its suite (F12)."""


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _local_only(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the developer's home; on Linux there is none that could be made."""
    elsewhere = sys.platform != "linux"
    home = tmp_path_factory.mktemp("home") if elsewhere else Path("/proc/self/home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, str(home))
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        yield home


@pytest.fixture(autouse=True)
def _no_names_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    records = [r for when in ("setup", "call", "teardown") for r in caplog.get_records(when)]
    assert not any(map(names_somebody, records)), "PHI in a log record"


@pytest.fixture
def shared_data() -> Path:
    """The public data sets; a test that needs them is skipped where they are absent."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("CLINICDESK_SHARED", beside)) / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared data sets: set CLINICDESK_SHARED to their folder")
    return folder


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An encrypted database with the newest schema and nothing in it."""
    database = Database(tmp_path / "clinic.db", os.urandom(32), create=True)
    with database.writing() as session:
        schema.upgrade(session)
    yield database
    database.close()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """An unlocked, empty store in `tmp_path / "store"`, with a key derivation that is cheap."""
    clinic, _ = create_clinic(
        tmp_path / "store",
        login=LOGIN,
        password=PASSWORD,
        clinic_name="Test clinic",
        timezone="Europe/Berlin",
        cost=CHEAP,
        limits=CHEAP_LIMITS,
    )
    yield clinic
    clinic.lock()


def names_somebody(record: logging.LogRecord) -> bool:
    """Whether the canary is in the message or in the traceback beneath it."""
    return CANARY in logging.Formatter().format(record)


def _local_only(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family is not getattr(socket, "AF_UNIX", None):
            raise NetworkUsed(f"a socket was connected to {address}")
        return connect(self, address)

    return guarded
