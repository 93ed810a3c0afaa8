"""What a store says of its audit to somebody who keeps that elsewhere (docs/adr/0007).

An anchor is one line of JSON. What is signed is the line without `signature`, with sorted names
and no spaces. `tools/check_anchor.py` checks one without ClinicDesk and without the store.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from clinicdesk.errors import BadInput

KIND = "clinicdesk audit anchor 1"
BEGINS_WITH = b'{"at"'


@dataclass(frozen=True, slots=True)
class Anchor:
    """The audit of a store up to one event. Hex: mac, digest, signer, signature.

    digest: SHA-256 of every event up to this one, as `audit --export` writes them.
    """

    store_id: str
    seq: int
    mac: str
    code: str
    digest: str
    at: str  # ISO, UTC
    signer: str
    signature: str = ""
    kind: str = KIND

    def message(self) -> bytes:
        """What is signed."""
        return _line({name: held for name, held in asdict(self).items() if name != "signature"})

    def as_bytes(self) -> bytes:
        return _line(asdict(self)) + b"\n"


def read_anchor(content: bytes) -> Anchor:
    """Read an anchor; raise `BadInput` for anything else."""
    try:
        found = json.loads(content)
        anchor = Anchor(**found)
        types = {field.name: int if field.name == "seq" else str for field in fields(Anchor)}
        right = all(type(getattr(anchor, name)) is kind for name, kind in types.items())
        bytes.fromhex(anchor.signer + anchor.signature)
    except (ValueError, TypeError):
        right = False
    if not right or anchor.kind != KIND:
        raise BadInput("This is not an anchor of an audit. Choose a file that --anchor wrote.")
    return anchor


def _line(held: dict[str, Any]) -> bytes:
    return json.dumps(held, sort_keys=True, separators=(",", ":")).encode("ascii")
