"""A store is kept off networks and out of folders that are synchronised (C13)."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from clinicdesk.errors import StoreError
from clinicdesk.services.restoring import restore
from clinicdesk.storage import places
from clinicdesk.storage.places import (
    is_network,
    kind_of,
    linux_mounts,
    macos_mounts,
    require_safe_place,
    synchronised_by,
)
from tests.conftest import CHEAP_LIMITS, LOGIN, PASSWORD
from tests.services.stores import make_store, unlock

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:36 / /mnt/ward rw - nfs4 server:/ward rw,vers=4.2
41 22 0:37 / /mnt/ward/here rw - ext4 /dev/sdb1 rw
42 22 0:38 / /mnt/share\040of\040all rw - cifs //server/share rw
43 22 0:39 / /home/eva/remote rw - fuse.sshfs eva@server: rw
44 22 0:40 / /media/stick rw - fuseblk /dev/sdc1 rw
45 22 0:41 / /media/stick rw - 9p host rw
""".splitlines()


@pytest.mark.parametrize(
    ("place", "kind", "refused"),
    [
        ("/home/eva/clinic", "ext4", False),
        ("/mnt/ward/clinic", "nfs4", True),
        ("/mnt/wards/clinic", "ext4", False),
        ("/mnt/ward/here/clinic", "ext4", False),
        ("/mnt/share of all/clinic", "cifs", True),
        ("/home/eva/remote", "fuse.sshfs", True),
        ("/media/stick/clinic", "9p", True),
    ],
)
def test_linux_says_what_a_folder_is_on(place: str, kind: str, refused: bool) -> None:
    found = kind_of(PurePosixPath(place), linux_mounts(MOUNTINFO))
    assert (found, is_network(found)) == (kind, refused)


def test_an_ntfs_disk_is_one_of_this_computer() -> None:
    assert not is_network("fuseblk")


def test_macos_says_it_too() -> None:
    mounts = macos_mounts(
        [
            "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)",
            "//eva@server/share on /Volumes/share (smbfs, nodev, nosuid)",
            "what is this",
        ]
    )
    assert kind_of(PurePosixPath("/Volumes/share/clinic"), mounts) == "smbfs"
    assert kind_of(PurePosixPath("/Users/eva"), mounts) == "apfs"


@pytest.mark.parametrize(
    ("place", "program"),
    [
        (PureWindowsPath(r"C:\Users\Eva\OneDrive\clinic"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\Eva\OneDrive - City Hospital\x\clinic"), "OneDrive"),
        (PureWindowsPath(r"G:\My Drive\clinic"), "Google Drive"),
        (PurePosixPath("/home/eva/Dropbox/clinic"), "Dropbox"),
        (PurePosixPath("/home/eva/Dropbox (Personal)/clinic"), "Dropbox"),
        (PurePosixPath("/home/eva/Nextcloud/clinic"), "Nextcloud"),
        (
            PurePosixPath("/Users/eva/Library/Mobile Documents/com~apple~CloudDocs/clinic"),
            "iCloud",
        ),
        (PurePosixPath("/Users/eva/Library/CloudStorage/Box/clinic"), "a cloud drive"),
        (PurePosixPath("/home/eva/clinic"), ""),
        (PurePosixPath("/home/dropboxer/onedriven/clinic"), ""),
    ],
)
def test_a_synchronised_folder_is_known_by_its_name(place: PurePosixPath, program: str) -> None:
    assert synchronised_by(place) == program


def test_no_store_is_made_opened_or_restored_there(tmp_path: Path) -> None:
    clinic, _ = make_store(tmp_path / "store")
    clinic.backups.make(tmp_path / "Dropbox" / "backup")  # a backup may be there
    clinic.lock()
    with pytest.raises(StoreError, match="synchronised by Dropbox"):
        make_store(tmp_path / "Dropbox" / "store")
    (tmp_path / "store").rename(tmp_path / "Dropbox" / "store")
    with pytest.raises(StoreError, match="disk of this computer"):
        unlock(tmp_path / "Dropbox" / "store")
    target = tmp_path / "Dropbox" / "again"
    with pytest.raises(StoreError, match="synchronised"):
        restore(
            tmp_path / "Dropbox" / "backup",
            target,
            login=LOGIN,
            password=PASSWORD,
            limits=CHEAP_LIMITS,
        )
    assert not target.exists()


def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_mounts", lambda: [("/", "ext4"), (str(tmp_path), "nfs4")])
    with pytest.raises(StoreError, match="network drive"):
        make_store(tmp_path / "store")
    require_safe_place(tmp_path.parent)


def test_a_link_does_not_hide_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "OneDrive").mkdir()
    (tmp_path / "clinic").symlink_to(tmp_path / "OneDrive")
    with pytest.raises(StoreError, match="OneDrive"):
        require_safe_place(tmp_path / "clinic" / "store")
