"""A hundred power losses in the test command, 3,000 by `dev.py faults` (B02, C03, C04)."""

import random
import sys
from pathlib import Path

import pytest

from tests.faults import power_loss
from tests.faults.disk import Disk
from tests.faults.recorder import Entry, why_not
from tests.faults.works import WORKS

STATES = 100
WATCHED = pytest.mark.skipif(bool(why_not()), reason=why_not() or "a disk is watched")


@WATCHED
@pytest.mark.parametrize("kind", WORKS)
def test_what_was_acknowledged_outlives_the_power(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    count = power_loss.states_of(kind, STATES, WORKS)
    tally = power_loss.run(tmp_path, kind, count, seed=1)
    said = capfd.readouterr()
    sys.stdout.write(f"{tally}\n")
    assert tally["states"] == count
    assert tally["bad"] == 0, said
    assert tally["changes"] > 20, "the disk was watched"
    assert said.err == "", "SQLCipher is silent, and so are we (C15)"


@WATCHED
@pytest.mark.parametrize("kind", power_loss.CONTROLS)
def test_the_instrument_sees_what_was_not_flushed(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The control, synchronous=OFF: it must fail, or the test above proves nothing."""
    tally = power_loss.run(tmp_path, kind, 12, seed=1, flushing=False)
    capfd.readouterr()
    assert tally["bad"] > 4


class _Diary:
    """Changes of one file `/d/f`, said to a disk that begins with an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "f")
        self.disk = Disk(folder)

    def say(self, kind: str, content: bytes = b"", offset: int = 0, inode: int = 7) -> None:
        self.disk.go_on(Entry(kind, inode, offset, content))

    def outcomes(self, *, torn: bool = False) -> set[bytes | None]:
        """What can be in the file after a power loss; None without the file."""
        lost = (self.disk.after_power_loss(random.Random(n), torn=torn) for n in range(60))
        return {found.get(self.path) for found in lost}


def test_only_what_was_flushed_is_sure(tmp_path: Path) -> None:
    diary = _Diary(tmp_path)
    diary.say("C", diary.path.encode())
    diary.say("W", b"ab")
    assert diary.outcomes() == {None, b"", b"ab"}
    diary.say("F", str(tmp_path).encode())
    assert diary.outcomes() == {b"", b"ab"}
    diary.say("S")
    assert diary.outcomes() == {b"ab"}
    diary.say("T", offset=1)
    diary.say("W", b"c", offset=1)
    assert diary.outcomes() == {b"a", b"ab", b"ac"}


def test_a_torn_write_is_there_in_sectors(tmp_path: Path) -> None:
    diary = _Diary(tmp_path)
    diary.say("C", diary.path.encode())
    diary.say("F", str(tmp_path).encode())
    diary.say("W", b"a" * 512 + b"b")
    whole, half, end = b"a" * 512 + b"b", b"a" * 512, bytes(512) + b"b"
    assert diary.outcomes() == {b"", whole}
    assert diary.outcomes(torn=True) == {b"", whole, half, end}


def test_a_new_name_is_sure_when_its_folder_was_flushed(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    diary = _Diary(tmp_path)
    diary.say("C", (diary.path + ".new").encode())
    diary.say("W", b"new")
    diary.say("S")
    diary.say("R", f"{diary.path}.new\0{diary.path}".encode())
    assert diary.outcomes() == {b"old", b"new"}
    diary.say("F", str(tmp_path).encode())
    assert diary.outcomes() == {b"new"}


def test_a_file_that_got_the_number_of_another_is_not_it(tmp_path: Path) -> None:
    """File systems give numbers away again, while the old file may still come back."""
    (tmp_path / "f").write_bytes(b"old")
    number = (tmp_path / "f").stat().st_ino
    diary = _Diary(tmp_path)
    diary.say("U", diary.path.encode())
    diary.say("C", (diary.path + ".other").encode(), inode=number)
    diary.say("W", b"other", inode=number)
    assert diary.outcomes() == {b"old", None}
