#!/usr/bin/env python3
"""Check an anchor of a ClinicDesk audit, without ClinicDesk and without the store.

    check_anchor.py ANCHOR [EXPORT.jsonl] [--signer HEX]

An anchor says what the audit of a store was at one moment, signed by the store. EXPORT.jsonl is
what `clinicdesk audit STORE --export FILE.jsonl` writes: every event up to the anchor must be in it
as it was when the anchor was signed. --signer: the store's public key, known from elsewhere;
without it the anchor is only known to be signed by the key it names. Exit: 0 sound, 1 not.

Needs Python 3.11 and the `cryptography` package.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = (
    "seq",
    "at",
    "user_id",
    "role",
    "action",
    "object_type",
    "object_id",
    "outcome",
    "detail",
    "epoch",
)


class NotSound(Exception):
    """What is wrong, for whoever checks."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check an anchor of a ClinicDesk audit.")
    parser.add_argument("anchor", type=Path)
    parser.add_argument("export", type=Path, nargs="?")
    parser.add_argument("--signer", metavar="HEX", help="the store's public key")
    arguments = parser.parse_args(argv)
    try:
        anchor = signed(arguments.anchor, arguments.signer)
        say(f"Signed by {anchor['signer']}: store {anchor['store_id']}, {anchor['at']}.")
        if arguments.export:
            compare(anchor, arguments.export)
            say(f"Events 1 to {anchor['seq']} are as they were then ({anchor['code']}).")
    except (NotSound, OSError, ValueError, KeyError, TypeError) as error:
        say(f"NOT SOUND: {error}")
        return 1
    return 0


def signed(path: Path, signer: str | None) -> dict[str, Any]:
    """Read an anchor whose signature is right."""
    anchor: dict[str, Any] = json.loads(path.read_bytes())
    signature = bytes.fromhex(anchor["signature"])
    told = {name: held for name, held in anchor.items() if name != "signature"}
    message = json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")
    if signer and signer.lower() != anchor["signer"]:
        raise NotSound("the anchor is signed by another key than the one given")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(anchor["signer"]))
        key.verify(signature, b"cd/v1/anchor" + message)
    except InvalidSignature:
        raise NotSound("the signature is wrong: the anchor was changed") from None
    return anchor


def compare(anchor: dict[str, Any], export: Path) -> None:
    """Make sure that the export has every event of the anchor, as it was."""
    digest, last = hashlib.sha256(), None
    with export.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if number > anchor["seq"]:
                break
            last = json.loads(line)
            if last["seq"] != number:
                raise NotSound(f"event {number} is missing from the export")
            said = [last[name] for name in FIELDS]
            digest.update(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
            digest.update(b"\n")
    if last is None or last["seq"] != anchor["seq"]:
        raise NotSound(f"the export ends before event {anchor['seq']}")
    if last["mac"] != anchor["mac"] or digest.hexdigest() != anchor["digest"]:
        raise NotSound("an event of the export is not as it was when the anchor was signed")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
