"""An estimate in two to four plain sentences: each clause is a bar of the chart or a record.

They say what the model adds up, never what brings an illness about: a list of verbs is tested.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from clinicdesk.domain.display import date_text
from clinicdesk.domain.explanation import Gap
from clinicdesk.domain.phrases import listed, shortened, within_sentence
from clinicdesk.domain.reasons import points_text, speaking
from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput
from clinicdesk.models.card import ModelCard

NAMED = 2  # inputs in one sentence


def sentences(
    card: ModelCard,
    estimate: RiskEstimate,
    gaps: Sequence[Gap],
    possible: tuple[float, float] | None,
    zone: tzinfo,
) -> list[str]:
    """Two to four; the fourth is about what is missing, the first about a patient out of scope."""
    said = [_number(card, estimate), *_reasons(estimate, zone)]
    if not estimate.in_scope:
        said = ["The model was not made for this patient: do not rely on its number.", *said]
    elif gaps and possible:
        said.append(_missing(estimate, gaps, possible))
    return said[:4]


def _number(card: ModelCard, estimate: RiskEstimate) -> str:
    of = f"{estimate.explained} ({card.outcome_label})" if estimate.explained else ""
    interval = f" (90 % interval {estimate.interval_shown})" if estimate.interval else ""
    return (
        f"The model puts {of or card.outcome_label} at {estimate.as_text(estimate.number)}"
        f"{interval}{_other_classes(estimate)}; before this patient's values it starts "
        f"from {estimate.as_text(estimate.base)}."
    )


def _other_classes(estimate: RiskEstimate) -> str:
    """, improving at 12.0 %, worsening at 28.0 %: what the number leaves to the other classes."""
    others = (name for name in estimate.probabilities if name != estimate.explained)
    return "".join(
        f", {name} at {estimate.as_text(estimate.probabilities[name])}" for name in others
    )


def _reasons(estimate: RiskEstimate, zone: tzinfo) -> list[str]:
    up, down = speaking(estimate, up=True), speaking(estimate, up=False)
    return [
        f"What adds most is {_factors(up, estimate, zone)}."
        if up
        else "No value on record adds half a point or more.",
        f"What speaks against it is {_factors(down, estimate, zone)}."
        if down
        else "No value on record speaks against it by half a point or more.",
    ]


def _factors(found: Sequence[Contribution], estimate: RiskEstimate, zone: tzinfo) -> str:
    inputs = {each.name: each for each in estimate.inputs}
    return listed([_factor(each, inputs[each.feature], estimate, zone) for each in found[:NAMED]])


def _factor(moved: Contribution, found: RiskInput, estimate: RiskEstimate, zone: tzinfo) -> str:
    facts = [f"reference {found.reference}"] if found.reference else []
    facts.append(points_text(estimate, moved.contribution))
    return f"{_named(found, zone)} ({', '.join(facts)})"


def _named(found: RiskInput, zone: tzinfo) -> str:
    """age of 50 years; glucose, 2 h after 75 g, of 148 mg/dL on 21-Oct-2026; diabetes: yes."""
    label = within_sentence(found.label)
    if found.text:
        return f"{label}: {found.text}"
    day = f" on {_day(found.effective_at, zone)}" if found.effective_at else ""
    return f"{label}{',' if ',' in label else ''} of {found.shown}{day}"


def _missing(estimate: RiskEstimate, gaps: Sequence[Gap], possible: tuple[float, float]) -> str:
    labels = shortened([within_sentence(each.label) for each in gaps])
    low, high = map(estimate.as_text, possible)
    said = f"Not recorded: {labels}; with values the number could be {low} to {high}"
    best = next((each for each in gaps if each.recordable), None)
    if best is None:
        return f"{said}."
    margin = points_text(estimate, best.left).lstrip("+")
    return f"{said}, and {within_sentence(best.label)} would narrow it most, to about ±{margin}."


def _day(at: datetime, zone: tzinfo) -> str:
    return date_text(at.astimezone(zone).date())
