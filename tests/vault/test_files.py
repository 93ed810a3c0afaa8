"""The two copies: whole or not at all, repaired, never overwritten blindly (B01-B04)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from clinicdesk.errors import StoreError
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, Domain, Pins, read_pins, write_pins
from clinicdesk.vault import files as files_module
from clinicdesk.vault.files import LOCK_FILE, KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.troubles import (
    KeysChanged,
    KeysDamaged,
    KeysDiffer,
    KeysMissing,
    KeysNotWritten,
    KeysUnreadable,
)
from tests.vault.support import files_of, made, opened

BOTH = (KEYS_FILE, KEYS_COPY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path / "store")[0].close()
    return tmp_path / "store"


def contents(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in BOTH]


def advanced(header: Header) -> Header:
    return header  # the generation grows by itself


def grown(folder: Path, times: int = 1) -> None:
    for _ in range(times):
        files_of(folder).update(advanced)


def test_both_copies_are_the_same_and_private(folder: Path) -> None:
    one, other = contents(folder)
    assert one == other
    for name in BOTH:
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


DAMAGES: dict[str, Callable[[Path], object]] = {
    "removed": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "flipped": lambda path: path.write_bytes(path.read_bytes().replace(b"5", b"6", 1)),
    "replaced": lambda path: path.write_bytes(b"a letter to the editor"),
    "huge": lambda path: path.write_bytes(b"x" * 3_000_000),
}


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_copy_is_repaired(
    folder: Path, name: str, damage: Callable[[Path], object]
) -> None:
    whole = contents(folder)
    damage(folder / name)
    opened(folder).close()
    assert contents(folder) == whole


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_two_damaged_copies_are_left_as_they_are(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    for name in BOTH:
        damage(folder / name)
    left = sorted((path.name, path.stat().st_size) for path in folder.iterdir())
    with pytest.raises((KeysDamaged, KeysMissing), match="backup"):
        opened(folder)
    assert sorted((path.name, path.stat().st_size) for path in folder.iterdir()) == left


@pytest.mark.parametrize("name", BOTH)
def test_every_flipped_byte_of_a_copy_is_repaired(folder: Path, name: str) -> None:
    whole = contents(folder)
    for at in range(0, len(whole[0]), 7):
        damaged = whole[0][:at] + bytes([whole[0][at] ^ 1]) + whole[0][at + 1 :]
        (folder / name).write_bytes(damaged)
        files_of(folder).load()
        assert contents(folder) == whole


@pytest.mark.parametrize("older", BOTH)
def test_the_newer_copy_wins(folder: Path, older: str) -> None:
    before = (folder / older).read_bytes()
    grown(folder, 3)
    newest = contents(folder)[0]
    (folder / older).write_bytes(before)
    assert files_of(folder).load().generation == 4
    assert contents(folder) == [newest, newest]


def test_a_copy_from_another_store_is_not_taken(folder: Path, tmp_path: Path) -> None:
    made(tmp_path / "other")[0].close()
    (folder / KEYS_COPY).write_bytes((tmp_path / "other" / KEYS_COPY).read_bytes())
    before = contents(folder)
    with pytest.raises(KeysDiffer, match="another store"):
        opened(folder)
    assert contents(folder) == before


def test_two_copies_of_one_generation_that_differ_are_not_merged(folder: Path) -> None:
    header = files_of(folder).load()
    (folder / KEYS_COPY).write_bytes(replace(header, signature=bytes(64)).as_bytes())
    before = contents(folder)
    with pytest.raises(KeysDiffer, match="Move clinic"):
        opened(folder)
    assert contents(folder) == before


def test_what_a_crash_left_is_swept(folder: Path) -> None:
    for name in BOTH:
        (folder / f"{name}.new").write_bytes(b"half a hea")
    whole = contents(folder)
    files_of(folder).load()
    assert sorted(path.name for path in folder.iterdir()) == sorted([*BOTH, LOCK_FILE])
    assert contents(folder) == whole


def test_a_store_is_made_once(folder: Path) -> None:
    header = files_of(folder).load()
    with pytest.raises(KeysChanged):
        files_of(folder).create(header)


def test_an_empty_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="Choose the folder of the store"):
        opened(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_files_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    for name in BOTH:
        (folder / name).rename(tmp_path / name)
        (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(KeysUnreadable):
        opened(folder)


# -- writing ---------------------------------------------------------------------------------


def test_a_stale_write_is_refused(folder: Path) -> None:
    files = files_of(folder)
    seen = files.load()
    grown(folder)
    before = contents(folder)
    with pytest.raises(KeysChanged, match="try again"):
        files.write(seen, over=seen)
    assert contents(folder) == before


class Stop(OSError):
    """What the disk says."""


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, at: int) -> Iterator[list[str]]:
    """Let the at-th open, fsync or replace fail; list them all."""
    calls: list[str] = []

    def watched(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*args: object, **kwargs: object) -> object:
            calls.append(name)
            if len(calls) == at:
                raise Stop(28, "No space left on device")
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        for name in ("open", "fsync", "replace"):
            patch.setattr(os, name, watched(name))
        yield calls


def test_the_order_is_write_flush_replace_flush(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(monkeypatch, at=0) as calls:
        grown(folder)
    written = ["open", "fsync", "open", "fsync"]  # both new copies
    placed = ["replace", "open", "fsync", "replace", "open", "fsync"]  # each, then the folder
    assert calls[-10:] == [*written, *placed]


def test_a_disk_that_fails_anywhere_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = 0
    for at in range(1, 40):
        before = files_of(folder).load().generation
        try:
            with failing(monkeypatch, at) as calls:
                grown(folder)
            expected = before + 1
        except (KeysNotWritten, KeysUnreadable):
            refused += 1
            expected = before
            assert not list(folder.glob("*.new"))
        assert files_of(folder).load().generation == expected
        assert contents(folder)[0] == contents(folder)[1]
        if len(calls) < at:
            break
    assert refused >= 6
    assert len(calls) < at, "every call was made to fail once"


def test_a_file_that_may_not_grow_loses_nothing(folder: Path) -> None:
    resource = pytest.importorskip("resource", reason="POSIX limits")
    before = contents(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(KeysNotWritten, match="old one is untouched"):
            grown(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert contents(folder) == before
    assert not list(folder.glob("*.new"))
    grown(folder)


def test_a_store_that_cannot_be_written_still_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / KEYS_COPY).unlink()

    def refuse(*_: object) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(files_module, "write_flushed", refuse)
    monkeypatch.setattr("clinicdesk.vault.throttle.replace_whole", refuse)
    opened(folder).close()


WRITER = """
import sys
from pathlib import Path
from tests.vault.support import files_of

folder, times = Path(sys.argv[1]), int(sys.argv[2])
for _ in range(times):
    files_of(folder).update(lambda header: header)
"""


def test_two_processes_lose_no_write(folder: Path) -> None:
    times = 60
    command = [sys.executable, "-c", WRITER, str(folder), str(times)]
    writers = [subprocess.Popen(command) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert files_of(folder).load().generation == 1 + 2 * times
    assert contents(folder)[0] == contents(folder)[1]


def test_pins_survive_and_are_read_back(folder: Path) -> None:
    keys = opened(folder)
    pins = Pins(generation=7, audit_seq=1234, audit_mac="ab" * 32, schema="0001")
    write_pins(keys, Domain.CLINICAL, pins)
    assert read_pins(opened(folder), Domain.CLINICAL) == pins
    assert read_pins(keys, Domain.RESEARCH) == Pins()


def test_the_program_itself_keeps_the_compiled_limits(folder: Path) -> None:
    with pytest.raises(StoreError, match="outside the allowed range"):
        KeyFiles(folder).load()
