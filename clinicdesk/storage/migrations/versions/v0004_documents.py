"""Large documents lie in encrypted files of their own, each under its own key."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ADDED = (
    sa.Column("file_name", sa.String(), nullable=False, server_default=""),
    sa.Column("file_id", sa.String(), nullable=True),
    sa.Column("key", sa.LargeBinary(), nullable=True),
    sa.Column("cipher_sha256", sa.String(), nullable=True),
    sa.Column("pages", sa.Integer(), nullable=True),
    sa.Column("active_content", sa.String(), nullable=False, server_default=""),
    sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
    sa.Column("added_by", sa.Integer(), sa.ForeignKey("user.id"), nullable=True),
)


def upgrade() -> None:
    with op.batch_alter_table("document") as document:
        for column in _ADDED:
            document.add_column(column)
        document.alter_column("content", existing_type=sa.LargeBinary(), nullable=True)
