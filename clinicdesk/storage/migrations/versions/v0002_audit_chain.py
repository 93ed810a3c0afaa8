"""Chain the audit: a key of its own, a MAC on every event, nothing changed or deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the chain. Events from before it keep no MAC; the first chained one covers them all."""
    op.add_column("audit_event", sa.Column("epoch", sa.Integer(), nullable=True))
    op.add_column("audit_event", sa.Column("mac", sa.LargeBinary(), nullable=True))
    op.create_index("ix_audit_event_object", "audit_event", ["object_type", "object_id", "seq"])
    op.create_index("ix_audit_event_user_id", "audit_event", ["user_id", "seq"])
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_table(
        "audit_epoch",
        sa.Column("epoch", sa.Integer(), primary_key=True),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("root", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
    )
