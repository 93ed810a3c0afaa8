"""What a record said before, as text or for scripts."""

from collections.abc import Iterator
from typing import Any

from clinicdesk.cli.output import json_document, plain, say, table
from clinicdesk.domain.change import Change
from clinicdesk.domain.change_words import differences, subject_text
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic

_COLUMNS = ("When", "Who", "What", "Was", "Is now", "Why")


def show_history(clinic: Clinic, patient_id: PatientId, *, as_json: bool) -> None:
    """Print the changes of a record, newest first."""
    changes = clinic.history.of_patient(patient_id)
    if as_json:
        json_document({"changes": [_document(change) for change in changes]})
    elif changes:
        table(_COLUMNS, [row for change in changes for row in _rows(clinic, change)])
    else:
        say("nothing was changed")


def _rows(clinic: Clinic, change: Change) -> Iterator[tuple[str, ...]]:
    when, what = instant_text(change.at, clinic.zone), subject_text(change, clinic.zone)
    for each in differences(change, clinic.zone):
        told = f"{what}: {each.label.lower()}"
        yield when, change.by, told, each.before, each.after, change.reason


def _document(change: Change) -> dict[str, Any]:
    """The columns that changed, with both values, by the names they have in the record."""
    return {
        "kind": change.kind.value,
        "id": change.row_id,
        "version": change.version,
        "at": plain(change.at),
        "by": change.by,
        "reason": change.reason,
        "import": change.import_id,
        "before": {name: plain(change.before[name]) for name in sorted(change.changed)},
        "after": {name: plain(change.after[name]) for name in sorted(change.changed)},
    }
