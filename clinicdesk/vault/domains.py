"""What is encrypted apart from what, and which role is given which key."""

from enum import StrEnum

from clinicdesk.domain.roles import Role


class Domain(StrEnum):
    CLINICAL = "clinical"  # clinic.db, documents, backups
    RESEARCH = "research"  # the de-identified copy


_ALL = frozenset(Domain)
_CLINICAL = frozenset({Domain.CLINICAL})
_NONE: frozenset[Domain] = frozenset()

DOMAINS: dict[Role, frozenset[Domain]] = {
    Role.ADMINISTRATOR: _ALL,  # also the key that signs the roster
    Role.CLINICIAN: _CLINICAL,
    Role.NURSE: _CLINICAL,
    Role.RESEARCHER: frozenset({Domain.RESEARCH}),  # never the clinical key
    Role.PATIENT: _NONE,
}
