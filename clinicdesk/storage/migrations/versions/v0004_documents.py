"""Large documents lie in encrypted files of their own, each under its own key.

What a document holds moves out of the table of what is said about it: the history of changes keeps
rows of the latter, and must keep neither copies of the content nor keys.
"""

import sqlalchemy as sa
from alembic import op

from clinicdesk.storage.migrations.keeping import keep_history

revision = "0004"
down_revision = "0003"

_ADDED = (
    sa.Column("file_name", sa.String(), nullable=False, server_default=""),
    sa.Column("pages", sa.Integer(), nullable=True),
    sa.Column("active_content", sa.String(), nullable=False, server_default=""),
)
_KEPT = (
    "patient_id",
    "title",
    "content_type",
    "file_name",
    "pages",
    "active_content",
    "added_by",
    "entered_in_error",
)


def upgrade() -> None:
    _contents()
    op.execute(
        "INSERT INTO document_content (document_id, content) SELECT id, content FROM document"
    )
    op.drop_column("document", "content")
    for column in _ADDED:
        op.add_column("document", column)
    op.execute("ALTER TABLE document ADD COLUMN added_by INTEGER REFERENCES user (id)")
    keep_history("document", _KEPT, fixed=("size", "sha256", "created_at"))


def _contents() -> None:
    op.create_table(
        "document_content",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True, unique=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("cipher_sha256", sa.String(), nullable=True),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
    )
    for event in ("UPDATE OF document_id, content, file_id, cipher_sha256", "DELETE"):
        op.execute(
            f"CREATE TRIGGER document_content_no_{event[:6].lower()} BEFORE {event}"
            " ON document_content BEGIN"
            " SELECT RAISE(ABORT, 'document_content: what was written stays'); END"
        )
