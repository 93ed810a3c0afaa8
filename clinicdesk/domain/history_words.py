"""Kept estimates in words: whether each still holds, and what was answered."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from clinicdesk.domain.display import date_text, instant_text
from clinicdesk.domain.phrases import shortened, within_sentence
from clinicdesk.domain.reasons import Section
from clinicdesk.domain.risk import RiskAssessment, Verdict


def history_section(kept: Sequence[RiskAssessment], zone: tzinfo, now: datetime) -> Section:
    """Newest first; all of one model."""
    lines = [
        f"{instant_text(each.assessed_at, zone)}, version {each.estimate.version}: "
        f"{each.estimate.shown}; {standing_text(each, zone, now)}"
        for each in kept
    ]
    return Section("Estimates in the record", lines)


def standing_text(kept: RiskAssessment, zone: tzinfo, now: datetime) -> str:
    """Whether it holds, and the answer to it."""
    return "; ".join(filter(None, (holds_text(kept, zone, now), answer_text(kept))))


def holds_text(kept: RiskAssessment, zone: tzinfo, now: datetime) -> str:
    """Until when it holds, or why no longer."""
    if kept.changed:
        labels = shortened([within_sentence(each) for each in kept.changed], 2)
        return f"no longer: the record changed ({labels})"
    if kept.over(now):
        return "no longer: a value is too old"
    if kept.expires_at is None:
        return "holds"
    return f"holds until {date_text(kept.expires_at.astimezone(zone).date())}"


def answer_text(kept: RiskAssessment) -> str:
    """Who agreed, or who decided otherwise and why; "" without an answer."""
    said = kept.answer
    if said is None:
        return ""
    if said.verdict is Verdict.AGREE:
        return f"agreed, {said.by}"
    return f"otherwise, {said.by}: {said.reason}"
