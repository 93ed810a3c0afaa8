"""What clinicians said of estimates. Private to `clinicdesk.storage`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base


class RiskAnswerRow(Base):
    """An answer to a kept estimate; the last one counts, the ones before stay."""

    __tablename__ = "risk_answer"
    __table_args__ = (
        Index("ix_risk_answer_assessment", "assessment_id"),
        CheckConstraint("verdict = 'agree' OR reason <> ''", name="override_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("risk_assessment.id"))
    verdict: Mapped[str]  # agree, override
    reason: Mapped[str]
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
