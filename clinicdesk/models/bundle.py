"""A shipped model: its files, and the proof that they are the ones that were released.

The same bytes that were verified are handed on; no path is opened twice. Nothing here loads a
model, so a forged file is refused before any of it is interpreted.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clinicdesk.errors import UserFacingError
from clinicdesk.models.card import ModelCard, card_from_json

MANIFEST, SIGNATURE, CARD = "MANIFEST.json", "MANIFEST.sig", "card.json"
FORMAT = 2


class DamagedModel(UserFacingError):
    """The model's files are not the ones that were released."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(
            f"The model {model} is not used: {reason}. Reinstall ClinicDesk to get it back."
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files whose bytes were verified, with the card and the manifest read from them."""

    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    card: ModelCard
    sha256: str  # of the manifest: names the artefact


def read_bundle(folder: Path, public_key: bytes) -> Bundle:
    """Read and verify a model's folder. public_key: 32 bytes, Ed25519.

    Raise `DamagedModel` for a missing file, a wrong signature, hash or format, or a gap in the
    card.
    """
    manifest_bytes = _read(folder, MANIFEST)
    _check_signature(folder, manifest_bytes, public_key)
    manifest = json.loads(manifest_bytes)
    if manifest["format"] != FORMAT:
        raise DamagedModel(folder.name, "it was made for another version of ClinicDesk")
    files = {name: _read(folder, name) for name in manifest["files"]}
    for name, expected in manifest["files"].items():
        if hashlib.sha256(files[name]).hexdigest() != expected:
            raise DamagedModel(folder.name, f"{name} was changed after its release")
    return Bundle(files, manifest, _card(folder, files), _sha256(manifest_bytes))


def write_bundle(
    folder: Path, files: Mapping[str, bytes], facts: Mapping[str, Any], key: Ed25519PrivateKey
) -> bytes:
    """Write files, manifest and signature; return the public key that will verify them."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"format": FORMAT, **facts, "files": {n: _sha256(b) for n, b in files.items()}}
    manifest_bytes = json.dumps(manifest, indent=2, ensure_ascii=False).encode()
    signed = {**files, MANIFEST: manifest_bytes, SIGNATURE: key.sign(manifest_bytes)}
    for name, content in signed.items():
        (folder / name).write_bytes(content)
    return key.public_key().public_bytes_raw()


def _check_signature(folder: Path, manifest: bytes, public_key: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(_read(folder, SIGNATURE), manifest)
    except InvalidSignature:
        raise DamagedModel(folder.name, "its signature is not the release's") from None


def _card(folder: Path, files: Mapping[str, bytes]) -> ModelCard:
    card = card_from_json(files[CARD])
    if gaps := card.gaps():
        raise DamagedModel(folder.name, f"its card does not say: {', '.join(gaps)}")
    return card


def _read(folder: Path, name: str) -> bytes:
    if name != Path(name).name:
        raise DamagedModel(folder.name, "its manifest points outside its folder")
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise DamagedModel(folder.name, f"{name} is missing") from None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
