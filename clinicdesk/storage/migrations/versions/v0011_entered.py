"""Remember who entered a row by hand, and when: no file tells it."""

from alembic import op

from clinicdesk.storage.migrations.keeping import keep_fixed

revision = "0011"
down_revision = "0010"

_TABLES = ("patient", "encounter", "condition", "observation", "medication", "allergy")


def upgrade() -> None:
    for table in _TABLES:
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN entered_by INTEGER REFERENCES "user"(id)')
        op.execute(f'ALTER TABLE "{table}" ADD COLUMN entered_at INTEGER')
        keep_fixed(table, ("entered_by", "entered_at"))
