"""What the audit says: who did what, when, to whom; and whether its chain is whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clinicdesk.domain.patient import PatientId, PatientSummary

OUTCOMES = ("success", "denied", "failed", "emergency")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS = 12  # 60 bits: nobody tries as many heads until one has the same
_GROUP = 4


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that somebody did.

    login: "" where nobody had unlocked the store.  object: what it was done to, in words, where
    the reader may know; ids are kept in any case.  detail: counts and ids.
    """

    seq: int
    at: datetime
    user_id: int | None
    login: str = field(repr=False)
    role: str
    action: str
    object_type: str
    object_id: str
    object: str = field(repr=False)
    outcome: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events to find; what is not said does not narrow the search.

    actions: any of these.  since, until: aware; `until` itself is not in it.
    """

    user_id: int | None = None
    actions: Sequence[str] = ()
    patient_id: PatientId | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = AuditFilter()


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Events, newest first. before: ask for what is older than that; None: there is no more."""

    events: Sequence[AuditEvent]
    before: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person did with one record. times: events; emergency: whether one of them was."""

    user_id: int | None
    login: str = field(repr=False)
    role: str
    times: int
    first: datetime
    last: datetime
    emergency: bool
    denied: int  # attempts that were refused, not counted in `times`

    @property
    def note(self) -> str:
        """What was out of the ordinary, "" for nothing: in an emergency, refused 2 times."""
        refused = f"refused {self.denied} time{'s' * (self.denied != 1)}" if self.denied else ""
        return ", ".join(filter(None, ("in an emergency" if self.emergency else "", refused)))


@dataclass(frozen=True, slots=True)
class WhoSaw:
    """Everybody who saw or changed a record, the latest first, and every event, newest first."""

    patient: PatientSummary
    people: Sequence[Seen]
    events: Sequence[AuditEvent]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event that is not as it was written. seq: its number.  what: a plain sentence."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of looking through the chain.

    checked: events whose place in it was proved.  first: the oldest of them; an administrator's
    is 1, since others have the key of today alone.  last: the newest.
    """

    ok: bool
    checked: int
    first: int
    last: int
    first_fault: Fault | None = None


def short_code(seq: int, mac: str) -> str:
    """An event of the chain as it is printed: "A1042-7F3K-9Q2M-B7XD". mac: hex, 15 digits used."""
    number = int(mac[: 5 * _CODE_LETTERS // 4], 16)
    letters = [_CROCKFORD[number >> (5 * at) & 31] for at in reversed(range(_CODE_LETTERS))]
    groups = ["".join(letters[at : at + _GROUP]) for at in range(0, _CODE_LETTERS, _GROUP)]
    return "-".join([f"A{seq}", *groups])


def action_text(action: str) -> str:
    """An action in plain words; one that is not known here is shown as it is written."""
    return ACTION_WORDS.get(action, action)


ACTION_WORDS = {
    "session.unlock": "Unlocked the store",
    "session.lock": "Locked the store",
    "session.reauthenticate": "Typed the password again",
    "patient.view": "Opened a record",
    "patient.restrict": "Restricted a record",
    "patient.unrestrict": "Lifted a restriction",
    "patient.grant": "Granted access to a record",
    "patient.withdraw": "Took back access to a record",
    "patient.break_glass": "Opened a record in an emergency",
    "emergency.review": "Reviewed an emergency access",
    "risk.estimate": "Estimated a risk",
    "risk.answer": "Answered an estimate",
    "history.view": "Read what a record said before",
    "record.correct": "Corrected a record",
    "record.enter": "Wrote into a record",
    "vitals.record": "Wrote down vital signs",
    "patient.register": "Registered a patient",
    "record.entered_in_error": "Marked as entered in error",
    "record.error_taken_back": "Took back a mark of error",
    "document.add": "Added a document",
    "document.view": "Opened a document",
    "document.export": "Saved a document outside",
    "report.print": "Printed a report",
    "import.run": "Imported files",
    "import.undone": "Undid an import",
    "template.save": "Saved a template of an import",
    "template.remove": "Removed a template of an import",
    "watch.waiting": "A file of the watched folder waits",
    "watch.decide": "Decided on a file of the watched folder",
    "import.read_again": "Read the imported files again",
    "bronze.export": "Saved an imported file outside",
    "share": "Shared a record with its patient",
    "share.link": "Linked an account to a patient",
    "share.unlink": "Unlinked an account from a patient",
    "share.revoke": "Took back a shared record",
    "research.publish": "Published the research copy",
    "account.add": "Added an account",
    "account.reset": "Reset a password",
    "account.reactivate": "Opened a closed account",
    "account.deactivate": "Closed an account",
    "account.role": "Changed a role",
    "account.remove": "Removed an account for cause",
    "account.password": "Changed the own password",
    "account.recover": "Came back by the recovery key",
    "account.mend": "Finished an interrupted change of an account",
    "keys.rotate": "Changed the key of the store",
    "keys.recovery_replace": "Made a new recovery key",
    "settings.change": "Changed a setting",
    "store.create": "Made the store",
    "store.backup": "Made a backup",
    "store.backup_verify": "Checked a backup",
    "store.backup_rehearse": "Rehearsed a restore",
    "store.backup_drop": "Deleted an old backup",
    "store.restore": "Restored a backup",
    "store.migrate": "Brought the store up to date",
    "store.look": "Looked through a large store",
    "store.verify": "Checked the store",
    "gold.refresh": "Computed the tables for models and charts",
    "audit.close": "Began a new key of the audit",
    "audit.search": "Searched the audit",
    "audit.who_saw": "Asked who saw a record",
    "audit.verify": "Checked the audit",
    "audit.export": "Exported the audit",
    "audit.anchor": "Signed an anchor of the audit",
    "clock.set_back": "The clock was set back",
    # what a role may do, as it was refused to another (domain/roles.py)
    "own.account": "The own account",
    "own.drafts": "Drafts",
    "patients.list": "The list of patients",
    "patient.read": "Reading records",
    "vitals.correct": "Correcting vital signs",
    "audit.read": "Reading the audit",
    "audit.patient": "Asking who saw a record",
    "import": "Importing",
    "import.undo": "Undoing an import",
    "import.original": "Saving an imported file outside",
    "import.reread": "Reading the imported files again",
    "report": "Printing",
    "shared.read": "Reading a shared record",
    "research.read": "Reading the research copy",
    "store.upkeep": "Looking after the store",
    "accounts.manage": "Managing accounts",
    "keys.manage": "Managing keys",
    "models.manage": "Managing models",
}
