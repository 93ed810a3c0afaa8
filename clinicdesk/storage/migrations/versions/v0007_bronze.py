"""Keep every imported file byte for byte, with the plan it was read by; let an import be undone.

An undo deletes what the import brought and nobody has touched since: the rule that no clinical row
is deleted gives way to a row in `acting` that says which import is being undone, and for rows of
that import alone, of which the history knows nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_CLINICAL = ("patient", "encounter", "condition", "observation", "medication", "allergy")


def upgrade() -> None:
    _runs()
    _bronze()
    op.add_column("acting", sa.Column("undoes", sa.Integer(), nullable=True))
    for table in _CLINICAL:
        _let_undo_delete(table)
    op.execute(
        "CREATE TRIGGER patient_search_delete AFTER DELETE ON patient BEGIN"
        " DELETE FROM patient_search WHERE rowid = old.id;"
        " UPDATE patient_list SET version = version + 1; END"
    )


def _runs() -> None:
    for column in (
        sa.Column("plan", sa.String(), nullable=False, server_default="{}"),
        sa.Column("undone_at", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("import_run", column)


def _bronze() -> None:
    op.create_table(
        "bronze_file",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.Integer(), nullable=False),
    )
    op.create_table(
        "bronze_part",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("sha256", "number"),
    )
    op.create_table(
        "import_source",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("import_run.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), sa.ForeignKey("bronze_file.sha256"), nullable=False),
    )
    op.create_index("ix_import_source_import_id", "import_source", ["import_id"])


def _let_undo_delete(table: str) -> None:
    op.execute(f"DROP TRIGGER {table}_undeleted")
    op.execute(
        f'CREATE TRIGGER {table}_undeleted BEFORE DELETE ON "{table}" WHEN old.version > 1'
        " OR old.entered_in_error OR NOT EXISTS (SELECT 1 FROM acting JOIN import_file"
        " ON import_file.import_id = acting.undoes WHERE import_file.id = old.file_id)"
        f" BEGIN SELECT RAISE(ABORT, '{table}: nothing is deleted; mark it as entered in error');"
        " END"
    )
