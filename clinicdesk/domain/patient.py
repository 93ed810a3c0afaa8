"""Who a patient is, as FHIR `Patient` names things."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from clinicdesk.domain.provenance import Provenance

PatientId = NewType("PatientId", int)  # opaque row key; not an identifier known outside


class AdministrativeGender(StrEnum):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class AllergyStatus(StrEnum):
    """What is known of a patient's allergies; there is no default `none` (F03)."""

    KNOWN = "known"
    NONE_KNOWN = "none-known"  # somebody asked, and said so on a date
    NOT_RECORDED = "not-recorded"


@dataclass(frozen=True, slots=True)
class AgeStatement:
    """An age somebody wrote down, and the day it was true: a birthday is never invented from it."""

    years: int = field(repr=False)
    true_on: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """One line of a patient list. restricted: the record is open to few.

    issuer: who gave the number, where another patient has the same one.
    deceased_undated: the patient died, and nobody wrote when.
    """

    id: PatientId
    mrn: str = field(repr=False)
    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    gender: AdministrativeGender = field(repr=False)
    age_statement: AgeStatement | None = field(default=None, repr=False)
    deceased_on: date | None = field(default=None, repr=False)
    restricted: bool = False
    issuer: str = ""
    deceased_undated: bool = False

    @property
    def deceased(self) -> bool:
        """Whether the patient has died, with a known day or without."""
        return self.deceased_undated or self.deceased_on is not None


@dataclass(frozen=True, slots=True)
class Patient:
    """Identity and contact of one patient."""

    summary: PatientSummary
    prefix: str = field(default="", repr=False)  # title: Mr, Dr
    address: str = field(default="", repr=False)  # one line, as it came
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    allergy_status: AllergyStatus = AllergyStatus.NOT_RECORDED
    allergy_status_on: date | None = None
    updated_at: datetime | None = None
    provenance: Provenance | None = None
    version: int = 1
