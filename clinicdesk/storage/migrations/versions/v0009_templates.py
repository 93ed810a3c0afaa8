"""Remember how files were understood, and which files of the watched folder were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "import_template",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(collation="NOCASE"), nullable=False, unique=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("made_at", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=True),
        sa.Column("used_at", sa.Integer(), nullable=True),
    )
    op.create_index("ix_import_template_fingerprint", "import_template", ["fingerprint"])
    op.create_table(
        "watched_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False, unique=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seen_at", sa.Integer(), nullable=False),
        sa.Column(
            "import_id",
            sa.Integer(),
            sa.ForeignKey("import_run.id", ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column("problem", sa.String(), nullable=False, server_default=""),
    )
