"""A locked store has neither a key nor a password in the memory of its process (A18)."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clinicdesk.services.session import create_clinic
from tests.conftest import CHEAP, CHEAP_LIMITS, LOGIN
from tests.memory import looked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")

PASSWORD, NEXT_PASSWORD = "Quorvex9 tambril osztrava", "umbral Fjordkvist 7 pellucid"
KEYS = """
from clinicdesk.wiping import wipe

def show_keys(keys):
    for own in (keys.contents().private, *keys._ring._keys.values()):
        show(own)
    for derive in (keys.database_key, keys.research_key, keys.documents_key, keys.backup_key):
        derived = derive()
        show(derived)
        wipe(derived)
"""
OF_AN_ADMINISTRATOR = 5 + 4  # private, clinical, research, signing, audit; what is derived of them
SCRIPT = """
from clinicdesk.services.session import unlock_clinic
from tests.conftest import CHEAP_LIMITS, LOGIN

password = told("password")
clinic = unlock_clinic(folder / "store", login=LOGIN, password=password, limits=CHEAP_LIMITS)
keys, database = clinic._unlocked, clinic._database
"""
WORK = """
for patient in clinic.patients.find(""):
    clinic.records.open(patient)
    clinic.risks.scores(patient)
show_keys(keys)
"""
CHANGES = """
next_password = told("next")
show_keys(keys)
clinic.reauthenticate(password)
clinic.own_account.change_password(password, next_password)
clinic.keys.rotate()
clinic.accounts.add("eve", "nurse")
show_keys(keys)
wipe(next_password)
"""
LOCK = """
def lock():
    clinic.lock()
    wipe(password)

forget_when_asked(lock)
"""


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    def made(**options: object) -> Path:
        clinic, _ = create_clinic(
            tmp_path / "store",
            login=LOGIN,
            password=PASSWORD,
            clinic_name="Test clinic",
            timezone="Europe/Berlin",
            **options,
        )
        clinic.lock()
        return tmp_path

    return made


def test_a_day_of_reading_leaves_nothing(make: Callable[..., Path]) -> None:
    folder = make(cost=CHEAP, limits=CHEAP_LIMITS)
    told = {"password": PASSWORD}
    held, left = looked(KEYS + SCRIPT + WORK + LOCK, folder, told)
    assert held[: 1 + 5 + 1] == [True] * 7, "the instrument sees password, keys, database key"
    assert left == [False] * (1 + OF_AN_ADMINISTRATOR)


def test_changing_password_and_keys_leaves_neither_old_nor_new(make: Callable[..., Path]) -> None:
    folder = make(cost=CHEAP, limits=CHEAP_LIMITS)
    told = {"password": PASSWORD, "next": NEXT_PASSWORD}
    held, left = looked(KEYS + SCRIPT + CHANGES + LOCK, folder, told)
    assert held[0], "the instrument sees the password"
    assert left == [False] * (2 + 2 * OF_AN_ADMINISTRATOR + 1)  # the old root is read on
