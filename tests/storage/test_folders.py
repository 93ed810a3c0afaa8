"""A folder appears whole or not at all, and says in plain words why it did not (C09)."""

import errno
from pathlib import Path

import pytest

from clinicdesk.errors import DiskFailed, DiskFull, StoreError, StoreReadOnly
from clinicdesk.storage.folders import new_folder


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EIO, DiskFailed),
        (errno.EROFS, StoreReadOnly),
        (errno.EACCES, StoreReadOnly),
    ],
)
@pytest.mark.parametrize("step", ["os.mkdir", "os.fsync", "os.rename"])
def test_what_the_disk_refuses_is_said_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    code: int,
    trouble: type[StoreError],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "refused", str(tmp_path))

    with (
        monkeypatch.context() as patch,
        pytest.raises(trouble) as raised,
        _making(tmp_path, patch, step, refuse),
    ):
        pass
    assert str(tmp_path) not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def _making(folder: Path, patch: pytest.MonkeyPatch, step: str, refuse: object) -> object:
    patch.setattr(step, refuse)
    return new_folder(folder / "store", ["clinic.db"])


def test_what_is_no_trouble_of_the_disk_passes_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), new_folder(tmp_path / "store", []) as making:
        (making / "missing").read_bytes()
    assert list(tmp_path.iterdir()) == []
