"""What the calculator shows of one score, read in one go off the UI thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import KeptScore, ScoreResult
from clinicdesk.services.risk import Risks

_SHOWN = 5  # results of before


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A result, and what was kept of the same score before, newest first."""

    result: ScoreResult
    kept: Sequence[KeptScore]


def read_score(
    risks: Risks, patient_id: PatientId, score: str, typed: Mapping[str, str]
) -> ScoreView:
    """Calculate without keeping it, and read what was kept."""
    kept = [each for each in risks.kept_scores(patient_id) if each.result.score == score]
    return ScoreView(risks.score(patient_id, score, typed, save=False), kept)


def kept_text(kept: Sequence[KeptScore], zone: tzinfo) -> str:
    """`In the record: 20-Nov-2026 10:00 CURB-65 3 - severe (version 2003.1).`"""
    lines = [
        f"{instant_text(each.assessed_at, zone)} {each.result.headline} "
        f"(version {each.result.version})"
        for each in kept[:_SHOWN]
    ]
    more = f"; and {len(kept) - _SHOWN} before" if len(kept) > _SHOWN else ""
    return f"In the record: {'; '.join(lines)}{more}." if lines else ""
