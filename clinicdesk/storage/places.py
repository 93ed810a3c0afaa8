"""Where a store may not be: on a network, or where a program copies files while they change.

SQLite's locks and its log need a disk of this computer; a folder that is synchronised gets copies
of single files from moments that do not belong together (https://www.sqlite.org/howtocorrupt.html).
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from clinicdesk.errors import StoreError

if sys.platform == "win32":
    import ctypes

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(  # kinds of file systems, and of those of programs
    r"9p|afpfs|afs|auristorfs|beegfs|cifs|coda|gfs2|gpfs|lustre|ncpfs|nfs4?|ocfs2|orangefs|prl_fs"
    r"|smb[23fs]*|vboxsf|webdav|(fuse\.)?(ceph|davfs2?|glusterfs|vmhgfs(-fuse)?)"
    r"|fuse\.(curlftpfs|gcsfuse|google-drive-ocamlfuse|gvfsd-fuse|onedriver|rclone|s3fs|smbnetfs"
    r"|sshfs)"
)
_SYNCHRONISED = (  # names of folders, as the programs make them
    (re.compile(r"onedrive( - .+)?", re.IGNORECASE), "OneDrive"),
    (re.compile(r"dropbox( \(.+\))?", re.IGNORECASE), "Dropbox"),
    (re.compile(r"google ?drive|googledrive-.+|my drive", re.IGNORECASE), "Google Drive"),
    (re.compile(r"icloud ?drive|mobile documents|com~apple~.+", re.IGNORECASE), "iCloud"),
    (re.compile(r"nextcloud|owncloud", re.IGNORECASE), "Nextcloud"),
    (re.compile(r"cloudstorage|pcloud ?drive|box sync", re.IGNORECASE), "a cloud drive"),
)
_REMOTE_DRIVE = 4  # of GetDriveType
_ON_MACOS = re.compile(r"^.+ on (?P<place>/.*) \((?P<kind>[^,)]+)[,)]")
_ESCAPED = re.compile(r"\\([0-7]{3})")

Mounts = Sequence[tuple[str, str]]  # where, and the kind of its file system


class UnsafePlace(StoreError):
    """why: what the folder is."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The folder is {why}. There the store could be damaged without a word: keep it on a"
            " disk of this computer. Close ClinicDesk everywhere, copy the whole folder to such a"
            " disk, and open it there. Backups may go to this place."
        )


def require_safe_place(folder: Path) -> None:
    """Raise `UnsafePlace` for a folder of the network or one that is synchronised."""
    place = folder.absolute().resolve()
    if program := synchronised_by(place):
        raise UnsafePlace(f"synchronised by {program}")
    if _is_of_network(place):
        raise UnsafePlace("on a network drive")


def synchronised_by(place: PurePath) -> str:
    """The program that copies what is in this place, "" when none is known to."""
    for part in place.parts:
        for pattern, program in _SYNCHRONISED:
            if pattern.fullmatch(part):
                return program
    return ""


def kind_of(place: PurePath, mounts: Mounts) -> str:
    """The kind of file system that a place is on, "" when it is on none of these."""
    holding = [(where, kind) for where, kind in mounts if place.is_relative_to(where)]
    return max(holding, key=lambda mount: len(mount[0]), default=("", ""))[1]


def linux_mounts(lines: Iterable[str]) -> Mounts:
    """Read /proc/self/mountinfo; of several on one place the last one counts."""
    found: dict[str, str] = {}
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) > 4 and after:
            found[_ESCAPED.sub(_unescaped, fields[4])] = after.split()[0]
    return list(found.items())


def macos_mounts(lines: Iterable[str]) -> Mounts:
    """Read what `mount` prints."""
    matches = (_ON_MACOS.match(line) for line in lines)
    return [(match["place"], match["kind"]) for match in matches if match]


def is_network(kind: str) -> bool:
    """Whether such a file system is on another computer."""
    return _NETWORK.fullmatch(kind) is not None


def _is_of_network(place: Path) -> bool:
    if sys.platform == "win32":
        root = place.anchor
        remote = ctypes.windll.kernel32.GetDriveTypeW(root) == _REMOTE_DRIVE
        return root.startswith("\\\\") or bool(remote)
    return is_network(kind_of(place, _mounts()))


def _mounts() -> Mounts:
    """What is mounted here; nothing where that cannot be asked."""
    try:
        if sys.platform == "darwin":
            told = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=True)
            return macos_mounts(told.stdout.splitlines())
        return linux_mounts(_MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines())
    except (OSError, subprocess.SubprocessError):
        return ()


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 8))
