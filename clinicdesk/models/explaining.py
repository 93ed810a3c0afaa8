"""Join an estimate with everything a clinician needs to disagree with it."""

from collections.abc import Sequence
from dataclasses import replace

from clinicdesk.domain.explanation import Explanation, Gap
from clinicdesk.domain.risk import RiskEstimate
from clinicdesk.models.card import ModelCard
from clinicdesk.models.doubt import UNUSUAL, Grounds, doubt, is_unsure, unusual_text
from clinicdesk.models.examined import Examined
from clinicdesk.models.features import Moment
from clinicdesk.models.scope import LOUD
from clinicdesk.models.sentences import sentences


def explained(
    card: ModelCard, estimate: RiskEstimate, examined: Examined, moment: Moment
) -> RiskEstimate:
    """The estimate with its explanation; somebody unlike the training patients is out of scope."""
    estimate = _guarded(card, estimate, examined)
    gaps = _gaps(card, examined)
    grounds = Grounds(
        now=moment.now,
        gaps=gaps,
        possible=examined.possible,
        nearer=examined.nearer,
        unlike=_labels(card, examined.unlike),
        unsteady=_labels(card, examined.unsteady),
    )
    return replace(
        estimate,
        explanation=Explanation(
            sentences=sentences(card, estimate, gaps, examined.possible, moment.zone),
            doubt=doubt(card, estimate, grounds),
            gaps=gaps,
            possible=examined.possible,
            modifiable=[each.name for each in card.inputs if each.modifiable],
            stale=[each.label for each in estimate.inputs if each.stale],
            nearer=examined.nearer,
            unsteady=grounds.unsteady,
            unsure=is_unsure(estimate),
        ),
    )


def _guarded(card: ModelCard, estimate: RiskEstimate, examined: Examined) -> RiskEstimate:
    if examined.nearer < UNUSUAL:
        return estimate
    reason = LOUD + unusual_text(_labels(card, examined.unlike))
    return replace(estimate, in_scope=False, warnings=[*estimate.warnings, reason])


def _gaps(card: ModelCard, examined: Examined) -> list[Gap]:
    return [
        Gap(
            each.name,
            card.input(each.name).label,
            each.low,
            each.high,
            each.left,
            each.share,
            card.input(each.name).in_record,
        )
        for each in examined.missing
    ]


def _labels(card: ModelCard, names: Sequence[str]) -> list[str]:
    return [card.input(name).label for name in names]
