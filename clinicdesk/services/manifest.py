"""What a backup says of itself: each file with its digest, authenticated by a key of the store."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from clinicdesk.domain.backup import BackupKind
from clinicdesk.errors import StoreError
from clinicdesk.storage.flushing import flush_file

MANIFEST = "manifest.json"
FORMAT = 1
_LARGEST = 64 << 20  # bytes: a million documents
_PART = 1 << 20  # bytes read at a time


class BackupDamaged(StoreError):
    """It must not be relied upon."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This backup is not whole: {what} Use another one, and make a new one.")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was written when the backup was made.

    files: digest by name.  lacking: ids of documents that were damaged in the store already.
    audit_code: the newest event, as it is printed on reports.  audit_fault: an event at which the
    store's own chain was broken when it was copied; 0 for none.
    """

    store_id: str
    schema: str
    kind: BackupKind
    made_at: str
    files: Mapping[str, str]
    rows: Mapping[str, int]
    audit_seq: int
    audit_code: str
    audit_fault: int = 0
    lacking: tuple[str, ...] = ()
    program: str = ""
    format: int = FORMAT
    mac: str = ""

    def signed(self, key: bytes) -> "Manifest":
        """The same with its authentication. key: of backups, 32 bytes."""
        named = replace(self, program=version("clinicdesk"))
        return replace(named, mac=_mac(named, key))

    def is_genuine(self, key: bytes) -> bool:
        """Whether somebody who holds the key wrote it."""
        return hmac.compare_digest(self.mac.encode(), _mac(self, key).encode())


def write(folder: Path, manifest: Manifest) -> None:
    """Write it into the folder of the backup."""
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True), encoding="utf-8")
    path.chmod(0o600)
    flush_file(path)


def read(folder: Path) -> Manifest | None:
    """Read it, None where there is none: the first ClinicDesk wrote none."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        if path.stat().st_size > _LARGEST:
            raise BackupDamaged("its manifest is too large.")
        return _manifest(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        raise BackupDamaged("its manifest cannot be read.") from None


def require_files(folder: Path, files: Mapping[str, str]) -> None:
    """Raise `BackupDamaged` unless every file is what it was."""
    lacking = [name for name, digest in files.items() if digest_of(folder / name) != digest]
    if lacking:
        raise BackupDamaged(f"{len(lacking)} of {len(files)} files are missing or were changed.")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, "" when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_PART):
                digest.update(part)
    except OSError:
        return ""
    return digest.hexdigest()


def made_at(manifest: Manifest) -> datetime:
    """When it was made."""
    return datetime.fromisoformat(manifest.made_at)


def _manifest(said: dict[str, Any]) -> Manifest:
    if said["format"] != FORMAT:
        raise BackupDamaged("a newer ClinicDesk wrote it; update ClinicDesk.")
    kind, lacking = BackupKind(said.pop("kind")), tuple(said.pop("lacking"))
    manifest = Manifest(kind=kind, lacking=lacking, **said)
    for name in manifest.files:
        _require_inside(name)
    made_at(manifest)
    return manifest


def _require_inside(name: str) -> None:
    """A manifest of somebody else's must not point out of its folder."""
    parts = Path(name).parts
    if not parts or len(parts) > 2 or Path(name).is_absolute() or ".." in parts or "\\" in name:
        raise ValueError(name)


def _mac(manifest: Manifest, key: bytes) -> str:
    said = {name: value for name, value in asdict(manifest).items() if name != "mac"}
    message = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
