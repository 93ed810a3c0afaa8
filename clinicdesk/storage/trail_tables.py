"""The tables of what was done: events, old values, backups, drafts.

Private to `clinicdesk.storage`.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base

NOT_AS_USUAL = text("outcome <> 'success'")  # the few that are looked for


class AuditEventRow(Base):
    """One thing that somebody did; append-only, and chained by `mac` (docs/adr/0007)."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_type", "object_id", "seq"),
        Index("ix_audit_event_user_id", "user_id", "seq"),
        Index("ix_audit_event_action", "action", "seq"),
        Index("ix_audit_event_outcome", "outcome", "seq", sqlite_where=NOT_AS_USUAL),
        Index("ix_audit_event_at", "at"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str] = mapped_column(default="")
    object_id: Mapped[str] = mapped_column(default="")  # row ids, never names
    outcome: Mapped[str]  # success, denied, failed, emergency
    detail: Mapped[str] = mapped_column(default="")  # JSON of counts and ids
    epoch: Mapped[int | None]  # of the key of `mac`; None: before there was a chain
    mac: Mapped[bytes | None]  # HMAC-SHA256 over the mac before it and all of this event


class AuditEpochRow(Base):
    """A stretch of the chain under one key. The key is here while it is in use, then erased."""

    __tablename__ = "audit_epoch"

    epoch: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    first_seq: Mapped[int]
    root: Mapped[int]  # epoch of the audit domain in the key header that it was ratcheted from
    key: Mapped[bytes | None]


class ActingRow(Base):
    """Who is changing clinical rows in this transaction, and why; empty outside of one."""

    __tablename__ = "acting"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("trim(reason) <> ''", name="why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    reason: Mapped[str]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    undoes: Mapped[int | None]  # the import whose untouched rows may be deleted now


class ChangeRow(Base):
    """What a clinical row said before it was changed; written by the database's own triggers."""

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("table_name", "row_id", "version"),
        Index("ix_change_patient_id", "patient_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str]
    row_id: Mapped[int]
    version: Mapped[int]  # that `before` had
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    reason: Mapped[str]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    before: Mapped[str]  # JSON: the columns that changed, as they were


class BackupRow(Base):
    """A backup that was made, when it was last proved to be whole, and when thrown away."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    kind: Mapped[str]  # scheduled, manual, before-migration
    place: Mapped[str]  # the folder it is in
    bytes: Mapped[int]
    rows: Mapped[str]  # JSON: table -> rows
    audit_seq: Mapped[int]  # the newest event in it
    verified_at: Mapped[datetime | None]  # reopened and counted
    rehearsed_at: Mapped[datetime | None]  # restored into a temporary folder
    gone_at: Mapped[datetime | None]  # not kept any longer, or not found any more
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class DraftRow(Base):
    """What somebody typed and has not saved: kept at a lock, and given back to them alone."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    place: Mapped[str]  # the form, and the row it is about: "observation:812"
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    content: Mapped[str]  # JSON: field -> what was typed
    saved_at: Mapped[datetime]
