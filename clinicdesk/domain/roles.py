"""Who may do what: one table, default deny."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"  # accounts, models, settings
    CLINICIAN = "clinician"  # records, risks, reports
    NURSE = "nurse"  # records and vitals
    RESEARCHER = "researcher"  # summaries and de-identified data, read only
    PATIENT = "patient"  # own record, read only


class Action(StrEnum):
    PATIENTS_LIST = "patients.list"
    PATIENT_READ = "patient.read"
    IMPORT = "import"
    RISK_ESTIMATE = "risk.estimate"
    REPORT = "report"
    STORE_VERIFY = "store.verify"
    ACCOUNTS_MANAGE = "accounts.manage"
    MODELS_MANAGE = "models.manage"


@dataclass(frozen=True, slots=True)
class Principal:
    """The person at the keyboard."""

    user_id: int  # row key of the account
    login: str = field(repr=False)
    role: Role


PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(Action),
    Role.CLINICIAN: frozenset(
        {
            Action.PATIENTS_LIST,
            Action.PATIENT_READ,
            Action.IMPORT,
            Action.RISK_ESTIMATE,
            Action.REPORT,
        }
    ),
    Role.NURSE: frozenset({Action.PATIENTS_LIST, Action.PATIENT_READ}),
    Role.RESEARCHER: frozenset(),
    Role.PATIENT: frozenset(),
}


def may(role: Role, action: Action) -> bool:
    """Whether the table allows it; what the table does not name is denied."""
    return action in PERMISSIONS.get(role, frozenset())
