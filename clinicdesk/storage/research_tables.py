"""The schema of research.db. Private to `clinicdesk.storage`. No name, number, free text or day
of anybody has a column here."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from clinicdesk.storage.types import Instant


class ResearchBase(DeclarativeBase):
    type_annotation_map: ClassVar = {datetime: Instant}


class CopyRow(ResearchBase):
    """Facts of the copy, one line each."""

    __tablename__ = "copy"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SubjectRow(ResearchBase):
    """A patient under a pseudonym. id: 1, 2, ... in the order of the pseudonyms."""

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(unique=True)
    gender: Mapped[str]
    age_band: Mapped[str]  # on the day of the copy


class SubjectEncounterRow(ResearchBase):
    __tablename__ = "encounter"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    class_: Mapped[str] = mapped_column("class")
    started_on: Mapped[date]  # shifted
    days: Mapped[int | None]  # from start to end
    readmitted: Mapped[bool | None]


class SubjectConditionRow(ResearchBase):
    __tablename__ = "condition"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    code_system: Mapped[str]
    code: Mapped[str] = mapped_column(index=True)
    onset: Mapped[date | None]  # shifted


class SubjectObservationRow(ResearchBase):
    __tablename__ = "observation"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    code: Mapped[str] = mapped_column(index=True)  # LOINC of the catalogue
    taken_on: Mapped[date]  # shifted
    value: Mapped[float]
    unit: Mapped[str]  # UCUM


class SubjectMedicationRow(ResearchBase):
    __tablename__ = "medication"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    code_system: Mapped[str]
    code: Mapped[str]
    authored_on: Mapped[date | None]  # shifted
