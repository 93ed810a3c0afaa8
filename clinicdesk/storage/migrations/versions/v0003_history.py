"""Keep what clinical rows said before a change, and what somebody had typed and not saved."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_CLINICAL = (
    "patient",
    "encounter",
    "condition",
    "observation",
    "medication",
    "allergy",
    "document",
)


def upgrade() -> None:
    for table in _CLINICAL:
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


def _acting() -> None:
    op.create_table(
        "acting",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=True),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("import_run.id"), nullable=True),
    )


def _changes() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=True),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("import_run.id"), nullable=True),
        sa.Column("before", sa.String(), nullable=False),
        sa.UniqueConstraint("table_name", "row_id", "version"),
    )
    op.create_index("ix_change_patient_id", "change", ["patient_id", "id"])


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
