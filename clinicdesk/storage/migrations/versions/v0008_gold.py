"""Gold: columns in blocks of patients, from which state of the record they were computed.

Deleted rows leave no change behind, so that they are counted: what was computed from them is void.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SILVER = ("patient", "encounter", "condition", "observation", "medication")


def upgrade() -> None:
    op.create_table(
        "gold_column",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("column_name", sa.String(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.UniqueConstraint("table_name", "part", "column_name", "block"),
    )
    op.create_table(
        "gold_state",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("built_at", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.Integer(), nullable=True),
        sa.Column("marks", sa.String(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )
    op.execute("INSERT INTO gold_state (id, marks, deleted) VALUES (1, '', 0)")
    for table in _SILVER:
        op.execute(
            f'CREATE TRIGGER gold_{table}_deleted AFTER DELETE ON "{table}"'
            " BEGIN UPDATE gold_state SET deleted = deleted + 1; END"
        )
