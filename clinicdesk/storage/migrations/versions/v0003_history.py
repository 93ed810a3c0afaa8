"""Keep what clinical rows said before a change, and what somebody had typed and not saved."""

import sqlalchemy as sa
from alembic import op

from clinicdesk.storage.migrations.keeping import append_only, keep_history

revision = "0003"
down_revision = "0002"

_ORIGIN = ("file_id", "row")
_KEPT = {
    "patient": (
        "mrn",
        "source",
        "family_name",
        "given_name",
        "prefix",
        "birth_date",
        "age_years",
        "age_true_on",
        "gender",
        "original_gender",
        "deceased_on",
        "address",
        "phone",
        "email",
        "insurance",
        "registered_on",
        "allergy_status",
        "allergy_status_on",
    ),
    "encounter": (
        "patient_id",
        "number",
        "source",
        "class",
        "started_at",
        "ended_at",
        "type_code",
        "type_text",
        "reason_code",
        "reason_text",
        "severity",
        "length_of_stay",
        "readmitted",
        "original_readmitted",
    ),
    "condition": (
        "patient_id",
        "encounter_id",
        "code_system",
        "code",
        "display",
        "onset",
        "abatement",
        "source",
        "ordinal",
    ),
    "observation": (
        "patient_id",
        "encounter_id",
        "code",
        "effective_at",
        "value",
        "unit",
        "text",
        "original_code",
        "display",
        "original_value",
        "original_unit",
        "source",
        "ordinal",
    ),
    "medication": (
        "patient_id",
        "encounter_id",
        "number",
        "code_system",
        "code",
        "display",
        "category",
        "dosage",
        "quantity",
        "original_quantity",
        "days_supply",
        "refills",
        "authored_on",
        "ended_on",
        "reason",
        "source",
        "ordinal",
    ),
    "allergy": (
        "patient_id",
        "encounter_id",
        "code_system",
        "code",
        "display",
        "category",
        "reaction",
        "severity",
        "recorded_on",
        "ended_on",
        "source",
        "ordinal",
    ),
}
_OF_DOCUMENT = ("patient_id", "title", "content_type", "entered_in_error")
_SEARCHED = ("family_name", "given_name", "mrn", "birth_date", "entered_in_error")


def upgrade() -> None:
    for table in (*_KEPT, "document"):
        op.add_column(
            table, sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1"))
        )
        op.add_column(
            table,
            sa.Column("entered_in_error", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    _acting()
    _changes()
    _drafts()
    for table, columns in _KEPT.items():
        keep_history(table, (*columns, *_ORIGIN, "entered_in_error"))
    keep_history("document", _OF_DOCUMENT, fixed=("size", "sha256", "created_at"))
    _hide_patients_in_error()


def _acting() -> None:
    op.create_table(
        "acting",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("import_run.id"), nullable=True),
        sa.CheckConstraint("id = 1", name="one"),
        sa.CheckConstraint("trim(reason) <> ''", name="why"),
    )


def _changes() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("import_run.id"), nullable=True),
        sa.Column("before", sa.String(), nullable=False),
        sa.UniqueConstraint("table_name", "row_id", "version"),
    )
    op.create_index("ix_change_patient_id", "change", ["patient_id", "id"])
    append_only("change")


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patient.id"), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("saved_at", sa.Integer(), nullable=False),
        sa.UniqueConstraint("user_id", "place"),
    )


def _hide_patients_in_error() -> None:
    """The search index forgets a patient who was entered in error, and the list is read anew.

    The index of the wrong ones is nearly always empty: to leave them out of a list costs nothing.
    """
    op.create_index(
        "ix_patient_entered_in_error",
        "patient",
        ["id"],
        sqlite_where=sa.text("entered_in_error"),
    )
    op.execute("DROP TRIGGER patient_search_delete")  # no patient is deleted
    op.execute("DROP TRIGGER patient_search_update")
    year, month, day = (f"substr(new.birth_date, {part})" for part in ("1, 4", "6, 2", "9, 2"))
    name = f"substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * {month} - 2, 3)"
    born = " || ' ' || ".join(
        (year, month, day, month, year, day, name, year, f"{day} || {month} || {year}")
    )
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _SEARCHED)
    op.execute(
        f"CREATE TRIGGER patient_search_update AFTER UPDATE OF {', '.join(_SEARCHED)} ON patient"
        f" WHEN {changed} BEGIN"
        " DELETE FROM patient_search WHERE rowid = old.id;"
        " INSERT INTO patient_search (rowid, family, given, mrn, born)"
        f" SELECT new.id, new.family_name, new.given_name, new.mrn, coalesce({born}, '')"
        " WHERE NOT new.entered_in_error;"
        " UPDATE patient_list SET version = version + 1; END"
    )
