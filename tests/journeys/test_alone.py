"""The program without a network, without a home folder (F12), without temporary files (F09)."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import LOGIN, PASSWORD

ALONE = ["unshare", "--map-root-user", "--net"]


NOWHERE = """
mount --bind "$0" /mnt && cd /mnt || exit
for folder in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o ro none $folder || exit; done
exec "$@"
"""  # to write but in $0, which is /mnt
PATIENTS = "patient_id,family_name,gender\nP1,Quixverholm,F\n"


def works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(
    not works(*ALONE, "true"), reason="takes a system that can leave out the network"
)
def test_it_is_sound_without_network_and_home() -> None:
    """Store, keys, models, report and window, where no socket has anywhere to go."""
    interfaces = "import socket; print([name for _, name in socket.if_nameindex()])"
    listed = subprocess.check_output([*ALONE, sys.executable, "-c", interfaces], text=True)
    assert listed.strip() == "['lo']", "the instrument leaves out the network"
    without_home = dict.fromkeys(("HOME", "XDG_CONFIG_HOME"), "/proc/self/home")
    done = subprocess.run(
        [*ALONE, sys.executable, "-m", "clinicdesk", "selftest"],
        env=os.environ | without_home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_makes_no_temporary_files(tmp_path: Path) -> None:
    """A store is made, filled and printed where a temporary file has no place to be."""
    places = ["unshare", "--map-root-user", "--mount", "sh", "-c", NOWHERE, str(tmp_path)]
    if not works(*places, sys.executable, "-c", "import clinicdesk"):
        pytest.skip("takes a system that can mount folders for one process")
    assert not works(*places, "touch", "/tmp/left"), "the instrument leaves no place"
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as export:
        export.writestr("patients.csv", PATIENTS)
    asking = ("store", "--login", LOGIN)
    for command in (
        ("init", *asking, "--timezone", "Europe/Berlin", "--json"),
        ("import", *asking, "export.zip"),
        ("report", *asking, "--patient", "P1", "--out", "P1.pdf"),
    ):
        done = subprocess.run(
            [*places, sys.executable, "-m", "clinicdesk", *command],
            env=os.environ | {"CLINICDESK_PASSWORD_FILE": "password"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"store", "password", "export.zip", "P1.pdf"}
