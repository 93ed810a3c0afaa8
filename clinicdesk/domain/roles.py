"""Who may do what: one table, default deny."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"  # accounts, keys, models, settings; records too
    CLINICIAN = "clinician"  # records, risks, reports
    NURSE = "nurse"  # records, vitals, scores, reports
    RESEARCHER = "researcher"  # the de-identified copy, read only
    PATIENT = "patient"  # own shared record, read only


class Action(StrEnum):
    OWN_ACCOUNT = "own.account"  # one's own password, and when the session locks
    DRAFTS = "own.drafts"  # what one typed and has not saved
    PATIENTS_LIST = "patients.list"
    PATIENT_READ = "patient.read"
    PATIENT_REGISTER = "patient.register"
    PATIENT_RESTRICT = "patient.restrict"
    BREAK_GLASS = "patient.break_glass"
    EMERGENCY_REVIEW = "emergency.review"
    DOCUMENT_ADD = "document.add"
    DOCUMENT_EXPORT = "document.export"  # out of the store, in plain
    AUDIT_READ = "audit.read"
    AUDIT_PATIENT = "audit.patient"  # who saw a record
    AUDIT_VERIFY = "audit.verify"
    VITALS_RECORD = "vitals.record"  # what was measured, written down by hand
    VITALS_CORRECT = "vitals.correct"
    RECORD_ENTER = "record.enter"  # problems, prescriptions, allergies, visits
    RECORD_CORRECT = "record.correct"  # whatever is not a vital sign
    IMPORT = "import"
    IMPORT_UNDO = "import.undo"
    ORIGINAL_EXPORT = "import.original"  # an imported file, out of the store, in plain
    REREAD = "import.reread"  # the record anew from the imported files
    RISK_ESTIMATE = "risk.estimate"
    REPORT = "report"
    SHARE = "share"  # a copy of a record with its patient
    SHARED_READ = "shared.read"
    RESEARCH_PUBLISH = "research.publish"
    RESEARCH_READ = "research.read"
    STORE_VERIFY = "store.verify"
    BACKUP = "store.backup"  # to any folder; restoring, rehearsing
    STORE_UPKEEP = "store.upkeep"  # the backup of the day, and the state of the disk
    ACCOUNTS_MANAGE = "accounts.manage"
    KEYS_MANAGE = "keys.manage"  # new data keys, a new recovery key
    MODELS_MANAGE = "models.manage"
    SETTINGS_CHANGE = "settings.change"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person at the keyboard."""

    user_id: int  # row key of the account
    login: str = field(repr=False)
    role: Role


PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(Action) - {Action.RESEARCH_READ, Action.SHARED_READ},
    Role.CLINICIAN: frozenset(
        {
            Action.OWN_ACCOUNT,
            Action.DRAFTS,
            Action.PATIENTS_LIST,
            Action.PATIENT_READ,
            Action.PATIENT_REGISTER,
            Action.PATIENT_RESTRICT,
            Action.BREAK_GLASS,
            Action.VITALS_RECORD,
            Action.VITALS_CORRECT,
            Action.RECORD_ENTER,
            Action.RECORD_CORRECT,
            Action.DOCUMENT_ADD,
            Action.DOCUMENT_EXPORT,
            Action.AUDIT_PATIENT,
            Action.AUDIT_VERIFY,
            Action.IMPORT,
            Action.IMPORT_UNDO,
            Action.RISK_ESTIMATE,
            Action.REPORT,
            Action.SHARE,
            Action.STORE_UPKEEP,
        }
    ),
    Role.NURSE: frozenset(
        {
            Action.OWN_ACCOUNT,
            Action.DRAFTS,
            Action.PATIENTS_LIST,
            Action.PATIENT_READ,
            Action.PATIENT_REGISTER,
            Action.VITALS_RECORD,
            Action.VITALS_CORRECT,
            Action.DOCUMENT_ADD,
            Action.AUDIT_VERIFY,
            Action.REPORT,
            Action.STORE_UPKEEP,
        }
    ),
    Role.RESEARCHER: frozenset({Action.OWN_ACCOUNT, Action.RESEARCH_READ}),
    Role.PATIENT: frozenset({Action.OWN_ACCOUNT, Action.SHARED_READ}),
}


def may(role: Role, action: Action) -> bool:
    """Whether the table allows it; what the table does not name is denied."""
    return action in PERMISSIONS.get(role, frozenset())
