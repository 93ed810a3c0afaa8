"""The audit in files: for people, for whoever checks it elsewhere, and what the store signs."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from clinicdesk import vault
from clinicdesk.domain import audit as domain
from clinicdesk.domain.anchor import Anchor, read_anchor
from clinicdesk.domain.audit import AuditEvent, AuditFilter, Fault, action_text
from clinicdesk.domain.spreadsheet import harmless
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services.audit_verifying import verify_chain
from clinicdesk.services.progress import Progress
from clinicdesk.storage import audit, audit_check, audit_export, audit_search
from clinicdesk.storage.database import Database
from clinicdesk.vault import Unlocked

TITLES = ("Number", "Time (UTC)", "Login", "Role", "Action", "Outcome", "About", "Detail")
CSV_BEGINS_WITH = ",".join(TITLES).encode()
LINES_BEGIN_WITH = b'{"seq":1,'
_PAGE = 5_000  # events
_LONGEST = 4096  # bytes of an anchor


def table(database: Database, wanted: AuditFilter, progress: Progress) -> Iterator[bytes]:
    """The events of the filter as CSV, newest first, names of patients resolved."""
    yield CSV_BEGINS_WITH + b"\r\n"
    before: int | None = None
    while True:
        progress.raise_if_cancelled()
        with database.reading() as session:
            found = audit_search.find(session, wanted, before=before, limit=_PAGE, names=True)
        if not found:
            return
        before = found[-1].seq
        yield _rows(found)


def lines(database: Database, progress: Progress) -> Iterator[bytes]:
    """Every event with its MAC, oldest first, one JSON object a line: what an anchor is of."""
    with database.reading() as session:
        until = audit.head(session).seq
    for after in range(0, until, audit_check.BATCH):
        progress.raise_if_cancelled()
        progress.report(after / until, "Exporting the audit")
        with database.reading() as session:
            yield from audit_export.lines(session, after, until)


def new_anchor(database: Database, keys: Unlocked, at: datetime, progress: Progress) -> Anchor:
    """Sign the audit as it stands; raise a StoreError for one that is not whole."""
    found = verify_chain(database, keys, progress)
    if found.first_fault:
        raise StoreError(f"{found.first_fault.what} Nothing was signed.")
    digest, seq = audit_export.Digest(), 0
    while seq < found.last:
        progress.raise_if_cancelled()
        with database.reading() as session:
            seq = digest.add(session, seq, found.last)
    with database.reading() as session:
        mac = audit.mark(session, seq)
    unsigned = Anchor(
        store_id=keys.store_id,
        seq=seq,
        mac=mac,
        code=domain.short_code(seq, mac),
        digest=digest.hex(),
        at=at.astimezone(UTC).isoformat(),
        signer=keys.signer.hex(),
    )
    signer, signature = vault.sign_anchor(keys, unsigned.message())
    if signer.hex() != unsigned.signer:
        raise StoreError("The keys were changed meanwhile. Try again.")
    return replace(unsigned, signature=signature.hex())


def open_anchor(path: Path) -> Anchor:
    """Read an anchor from its file."""
    try:
        with path.open("rb") as file:
            return read_anchor(file.read(_LONGEST))
    except OSError:
        raise BadInput("The anchor cannot be read. Check its name and its rights.") from None


def against_anchor(database: Database, keys: Unlocked, anchor: Anchor) -> Fault | None:
    """What is wrong with the event that the anchor names; raise `BadInput` for another store's."""
    signer, signature = bytes.fromhex(anchor.signer), bytes.fromhex(anchor.signature)
    if anchor.store_id != keys.store_id or not vault.is_anchor_ours(
        keys, signer, signature, anchor.message()
    ):
        raise BadInput("This anchor was not signed by this store.")
    with database.reading() as session:
        return audit_check.against_anchor(session, anchor.seq, anchor.mac)


def _rows(found: list[AuditEvent]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(harmless, _row(event)) for event in found)
    return text.getvalue().encode()


def _row(event: AuditEvent) -> tuple[str | int, ...]:
    about = event.object or " ".join(filter(None, (event.object_type, event.object_id)))
    return (
        event.seq,
        event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        event.login,
        event.role,
        action_text(event.action),
        event.outcome,
        about,
        json.dumps(event.detail, sort_keys=True) if event.detail else "",
    )
