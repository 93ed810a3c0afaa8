"""The program with neither a network nor a home folder (F12)."""

import os
import subprocess
import sys

import pytest

ALONE = ["unshare", "--map-root-user", "--net"]


def can_be_alone() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not can_be_alone(), reason="takes a system that can leave out the network")
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
