"""Chain the audit: a key of its own, a MAC on every event, nothing changed or deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_REFUSED = (  # trigger, statement, what is allowed all the same
    (
        "audit_event_insert",
        "INSERT",
        "NEW.seq = (SELECT coalesce(max(seq), 0) + 1 FROM audit_event)",
    ),
    ("audit_event_update", "UPDATE", "false"),
    ("audit_event_delete", "DELETE", "false"),
    (
        "audit_epoch_update",
        "UPDATE",
        "NEW.key IS NULL AND (NEW.epoch, NEW.began_at, NEW.first_seq, NEW.root)"
        " IS (OLD.epoch, OLD.began_at, OLD.first_seq, OLD.root)",
    ),
    ("audit_epoch_delete", "DELETE", "false"),
)


def upgrade() -> None:
    """Add the chain. Events from before it keep no MAC; the first chained one covers them all."""
    op.add_column("audit_event", sa.Column("epoch", sa.Integer(), nullable=True))
    op.add_column("audit_event", sa.Column("mac", sa.LargeBinary(), nullable=True))
    op.create_index("ix_audit_event_object", "audit_event", ["object_type", "object_id", "seq"])
    op.create_index("ix_audit_event_user_id", "audit_event", ["user_id", "seq"])
    op.create_index("ix_audit_event_action", "audit_event", ["action", "seq"])
    op.create_index(
        "ix_audit_event_outcome",
        "audit_event",
        ["outcome", "seq"],
        sqlite_where=sa.text("outcome <> 'success'"),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_table(
        "audit_epoch",
        sa.Column("epoch", sa.Integer(), primary_key=True),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("root", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
    )
    for name, when, unless in _REFUSED:
        table = name.rpartition("_")[0]
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN NOT ({unless})"
            f" BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
