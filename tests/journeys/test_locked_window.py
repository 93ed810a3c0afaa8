"""A window that was locked has neither a key nor the password in its memory (A18)."""

import sys
from pathlib import Path

import pytest

from clinicdesk.services.session import create_clinic
from clinicdesk.vault.kdf import STANDARD
from tests.conftest import LOGIN
from tests.memory import looked

PASSWORD = "Quorvex9 tambril osztrava"
SCRIPT = """
from clinicdesk.wiping import wipe
from tests.conftest import LOGIN
from tests.driving import at_the_window

def steps(person):
    person.type_password(chr(byte) for byte in masked((folder / "password").read_bytes()))
    look()
    person.press_enter()
    keys = person.clinic._unlocked
    for own in (keys.contents().private, *keys._ring._keys.values()):
        show(own)
    for derive in (keys.database_key, keys.research_key, keys.documents_key, keys.backup_key):
        derived = derive()
        show(derived)
        wipe(derived)
    del keys
    look()
    person.lock()
    look()

at_the_window(folder / "store", LOGIN, steps)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
def test_what_was_typed_and_opened_is_gone(tmp_path: Path) -> None:
    clinic, _ = create_clinic(
        tmp_path / "store",
        login=LOGIN,
        password=PASSWORD,
        clinic_name="Test clinic",
        timezone="Europe/Berlin",
        cost=STANDARD,
    )
    clinic.lock()
    typed, at_work, locked = looked(SCRIPT, tmp_path, {"password": PASSWORD})
    assert typed == [True], "the instrument sees the password in its field"
    assert at_work[1:7] == [True] * 6, "the instrument sees keys"
    assert locked == [False] * 10
