"""The events about a record, for a spreadsheet."""

import csv
import io
from datetime import tzinfo

from clinicdesk.domain.audit import AuditEvent, WhoSaw, action_text
from clinicdesk.domain.spreadsheet import harmless

COLUMNS = ("number", "time", "login", "role", "action", "in words", "outcome")
HEADER = ",".join(COLUMNS).encode()  # what such a file begins with


def who_saw_csv(seen: WhoSaw, zone: tzinfo) -> bytes:
    """Every event, the newest first; times of the clinic with their zone, as ISO 8601."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(map(harmless, _line(event, zone)) for event in seen.events)
    return out.getvalue().encode()


def _line(event: AuditEvent, zone: tzinfo) -> tuple[str | int, ...]:
    at = event.at.astimezone(zone).isoformat(timespec="seconds")
    words = action_text(event.action)
    return (event.seq, at, event.login, event.role, event.action, words, event.outcome)
