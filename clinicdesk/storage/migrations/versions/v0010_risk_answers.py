"""Remember until when an estimate holds, and whether a clinician agreed with it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("risk_assessment", sa.Column("expires_at", sa.Integer(), nullable=True))
    op.create_table(
        "risk_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "assessment_id", sa.Integer(), sa.ForeignKey("risk_assessment.id"), nullable=False
        ),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user.id"), nullable=False),
        sa.CheckConstraint("verdict = 'agree' OR reason <> ''", name="override_has_reason"),
    )
    op.create_index("ix_risk_answer_assessment", "risk_answer", ["assessment_id"])
