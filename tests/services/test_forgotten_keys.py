"""A locked store has no key in the memory of its process (A18)."""

import sys
from pathlib import Path

import pytest

from tests.memory import held_and_left

HOLDER = """
from clinicdesk.services.session import create_clinic
from clinicdesk.wiping import wipe
from tests.conftest import CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD

clinic, _ = create_clinic(
    folder / "store",
    login=LOGIN,
    password=PASSWORD,
    clinic_name="Test clinic",
    timezone="Europe/Berlin",
    cost=CHEAP,
    limits=CHEAP_LIMITS,
)
clinic.patients.find("")
keys = clinic._unlocked
database_key = keys.database_key()
for secret in (database_key, keys.contents().private, keys._ring.key("clinical", 1)):
    show(secret)
show(database_key.hex().encode())  # as SQLCipher is told it
wipe(database_key)
forget_when_asked(clinic.lock)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
def test_a_locked_store_has_no_key_in_memory(tmp_path: Path) -> None:
    held, left = held_and_left(HOLDER, tmp_path)
    assert held[:3] == [True] * 3, "the instrument sees keys"
    assert not any(left)
