"""The schema. Private to `clinicdesk.storage`.

Every clinical row carries the file and row it came from (`file_id`, `row`), and every clinical
value its original text and unit beside the canonical ones. Natural keys are unique, so that the
same file twice changes nothing. `source` is the feed a row came by ("synthea", "clinic-csv"):
two feeds never overwrite each other. `ordinal` tells apart rows of one file that share the rest
of the key (0, 1, ... in file order); of a value that stands in a visit's own row it is the visit.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base


class StoreRow(Base):
    """Facts of the store itself, one line each: store_id, clinic_name, timezone, demo, ..."""

    __tablename__ = "store"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class UserRow(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(unique=True)  # hex, the id in the key header
    login: Mapped[str] = mapped_column(String(collation="NOCASE"), unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    status: Mapped[str]  # active, inactive
    public_key: Mapped[str]  # hex; must equal the header's
    changing: Mapped[str] = mapped_column(default="")  # what is under way in the key header
    created_at: Mapped[datetime]


class ImportRunRow(Base):
    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    timezone: Mapped[str]  # what instants without a zone were taken to be in
    counts: Mapped[str]  # JSON: table -> read, inserted, updated, unchanged, rejected
    plan: Mapped[str] = mapped_column(default="{}", server_default="{}")  # JSON, etl/plan.py
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
    undone: Mapped[str] = mapped_column(default="", server_default="")  # JSON: what became of it


class ImportFileRow(Base):
    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    preset: Mapped[str]
    rows: Mapped[int]


class RejectedRow(Base):
    __tablename__ = "rejected_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"), index=True)
    row: Mapped[int]  # 1 is the first data row
    table_name: Mapped[str]
    column_name: Mapped[str]
    rule: Mapped[str]
    message: Mapped[str]
    text: Mapped[str]  # the original line


class Clinical:
    """What a row of a record has: its version, and whether it was found to be wrong.

    version: 1, one more with every change; `change` keeps what the row said before.
    entered_in_error: it stays for the history and is shown, counted and computed with nowhere else.
    """

    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    entered_in_error: Mapped[bool] = mapped_column(default=False, server_default=false())


class Entered(Clinical):
    """What a row has that a person may have written by hand: who, and when; no file tells it."""

    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime | None]


class PatientRow(Entered, Base):
    __tablename__ = "patient"
    __table_args__ = (
        Index("ix_patient_list_order", "family_name", "given_name", "id"),
        Index("ix_patient_entered_in_error", "id", sqlite_where=text("entered_in_error")),
        Index("ix_patient_mrn", "mrn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mrn: Mapped[str]  # the number the patient came with, as text; all are in patient_identifier
    mrn_system: Mapped[str] = mapped_column(default="", server_default="")  # who gave it
    source: Mapped[str]
    family_name: Mapped[str] = mapped_column(String(collation="NOCASE"))
    given_name: Mapped[str] = mapped_column(String(collation="NOCASE"))
    prefix: Mapped[str] = mapped_column(default="")
    birth_date: Mapped[date | None]
    age_years: Mapped[int | None]  # an age written down, and when it was true
    age_true_on: Mapped[date | None]
    gender: Mapped[str]
    original_gender: Mapped[str] = mapped_column(default="")
    deceased_on: Mapped[date | None]
    deceased: Mapped[bool] = mapped_column(default=False, server_default=false())  # day or none
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    insurance: Mapped[str] = mapped_column(default="")
    registered_on: Mapped[date | None]
    allergy_status: Mapped[str] = mapped_column(default="not-recorded")
    allergy_status_on: Mapped[date | None]
    updated_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


class PatientIdentifierRow(Base):
    """A number by which a system knows a patient; `patient.mrn` is the first of them.

    system: "" for the clinic's own numbers.  Two patients may have one number, even of one system,
    where a person has said so.  patient_id: None of a number that somebody has whom nobody has
    recognised yet: measurements under it wait too.
    """

    __tablename__ = "patient_identifier"
    __table_args__ = (UniqueConstraint("value", "system", "patient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    system: Mapped[str]
    value: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


class PatientListRow(Base):
    """One line, whose version counts what may have changed the order of the patient list."""

    __tablename__ = "patient_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class EncounterRow(Entered, Base):
    __tablename__ = "encounter"
    __table_args__ = (
        UniqueConstraint("number", "source"),
        Index("ix_encounter_patient_id_started_at", "patient_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    number: Mapped[str]
    source: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    type_code: Mapped[str] = mapped_column(default="")
    type_text: Mapped[str] = mapped_column(default="")
    reason_code: Mapped[str] = mapped_column(default="")
    reason_text: Mapped[str] = mapped_column(default="")
    severity: Mapped[int | None]
    length_of_stay: Mapped[float | None]  # days
    readmitted: Mapped[bool | None]
    original_readmitted: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


class ConditionRow(Entered, Base):
    __tablename__ = "condition"
    __table_args__ = (
        UniqueConstraint("patient_id", "code", "display", "onset", "source", "ordinal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"))
    code_system: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    display: Mapped[str]
    onset: Mapped[str]  # ISO date, "" when nobody wrote one: part of the key, so never NULL
    abatement: Mapped[date | None]
    source: Mapped[str]
    ordinal: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


class ObservationRow(Entered, Base):
    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("patient_id", "code", "effective_at", "source", "ordinal"),
        CheckConstraint("value IS NOT NULL OR text <> ''", name="value_or_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"))
    code: Mapped[str]  # LOINC of the catalogue's primary code, else the source's code
    effective_at: Mapped[datetime]
    value: Mapped[float | None]  # canonical
    unit: Mapped[str]  # UCUM of `value`
    text: Mapped[str] = mapped_column(default="")  # a result that is not a number
    original_code: Mapped[str] = mapped_column(default="")  # as in the file
    display: Mapped[str] = mapped_column(default="")  # the file's words for the code
    original_value: Mapped[str]
    original_unit: Mapped[str]
    source: Mapped[str]
    ordinal: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


_NUMBERED = text("number <> ''")


class MedicationRow(Entered, Base):
    __tablename__ = "medication"
    __table_args__ = (
        UniqueConstraint(
            "patient_id", "number", "code", "display", "authored_on", "source", "ordinal"
        ),
        # A prescription with a number of its own is that prescription, whatever else changes.
        Index("uq_medication_number", "number", "source", unique=True, sqlite_where=_NUMBERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[str] = mapped_column(default="")
    code_system: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    display: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    dosage: Mapped[str] = mapped_column(default="")
    quantity: Mapped[float | None]
    original_quantity: Mapped[str] = mapped_column(default="")
    days_supply: Mapped[int | None]
    refills: Mapped[int | None]
    authored_on: Mapped[str]  # ISO date, "" when unknown: part of the key
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    ordinal: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


class AllergyRow(Entered, Base):
    __tablename__ = "allergy"
    __table_args__ = (
        UniqueConstraint("patient_id", "code", "display", "recorded_on", "source", "ordinal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"))
    code_system: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    display: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    reaction: Mapped[str] = mapped_column(default="")
    severity: Mapped[str] = mapped_column(default="")
    recorded_on: Mapped[str]  # ISO date, "" when unknown: part of the key
    ended_on: Mapped[date | None]
    source: Mapped[str]
    ordinal: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    row: Mapped[int | None]


class DocumentRow(Clinical, Base):
    """What is said about a file attached to a patient; its content is another table's."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    title: Mapped[str]
    content_type: Mapped[str]  # by its content, never by its name
    size: Mapped[int]  # bytes of the content
    sha256: Mapped[str]  # of the content
    created_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(default="", server_default="")  # cleaned
    pages: Mapped[int | None]
    active_content: Mapped[str] = mapped_column(default="", server_default="")  # of a PDF
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class DocumentContentRow(Base):
    """What a document holds; written once. A small one's content is here, a large one's in a file.

    The file is `documents/FILE_ID` beside clinic.db, encrypted under `key` (docs/adr/0009). Apart
    from `document`, so that no change of a title keeps another copy of the content or of the key.
    """

    __tablename__ = "document_content"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    content: Mapped[bytes | None]
    file_id: Mapped[str | None] = mapped_column(unique=True)  # random hex
    key: Mapped[bytes | None]  # of this file alone, sealed under the store's document key
    cipher_sha256: Mapped[str | None]  # of the encrypted file, for backups
    thumbnail: Mapped[bytes | None]  # PNG


class ModelVersionRow(Base):
    __tablename__ = "model_version"
    __table_args__ = (UniqueConstraint("model", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    version: Mapped[str]
    kind: Mapped[str]  # score, learned
    sha256: Mapped[str]  # of the artefact, or of the source of a score
    card: Mapped[str]  # JSON
    first_used_at: Mapped[datetime]


class RiskAssessmentRow(Base):
    __tablename__ = "risk_assessment"
    __table_args__ = (Index("ix_risk_assessment_patient", "patient_id", "assessed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    assessed_at: Mapped[datetime]
    probability: Mapped[float | None]
    band: Mapped[str]
    estimate: Mapped[str]  # JSON: base, contributions, inputs with dates, missing, warnings
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    expires_at: Mapped[datetime | None]  # when the first of its inputs is too old to rely on


_IN_FORCE = text("lifted_at IS NULL")


class RestrictionRow(Base):
    """A record that is open to whoever was granted it alone, until somebody lifts it."""

    __tablename__ = "restriction"
    __table_args__ = (
        Index("uq_restriction_patient_id", "patient_id", unique=True, sqlite_where=_IN_FORCE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    reason: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    lifted_at: Mapped[datetime | None]
    lifted_because: Mapped[str] = mapped_column(default="")


class RecordGrantRow(Base):
    __tablename__ = "record_grant"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    granted_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class EmergencyAccessRow(Base):
    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_patient_id_user_id", "patient_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reviewed_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")


class PatientAccountRow(Base):
    """Whose account a patient's is, and since when a copy of the record lies ready for it."""

    __tablename__ = "patient_account"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    linked_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    shared_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
