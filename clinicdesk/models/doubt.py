"""The weakest point of an estimate, in one sentence: why somebody should not trust it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinicdesk.domain.display import elapsed_text
from clinicdesk.domain.explanation import Gap
from clinicdesk.domain.phrases import listed, shortened, within_sentence
from clinicdesk.domain.risk import RiskEstimate, RiskInput, Task
from clinicdesk.models.card import ModelCard
from clinicdesk.models.scope import LOUD

UNUSUAL = 0.99  # of the training patients are less unusual: beyond it the number is not coloured
WIDE = 0.25  # of probability: an interval that is wider leaves the model unsure
OPEN = 0.15  # of probability: what is missing leaves more than that possible


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a doubt may rest on beside the estimate. unlike, unsteady: labels."""

    now: datetime
    gaps: Sequence[Gap]
    possible: tuple[float, float] | None
    nearer: float
    unlike: Sequence[str]
    unsteady: Sequence[str] = ()


def is_unsure(estimate: RiskEstimate) -> bool:
    """Whether the interval of a probability is too wide to speak of a band."""
    return estimate.task != Task.VALUE and _width(estimate.interval) > WIDE


def doubt(card: ModelCard, estimate: RiskEstimate, grounds: Grounds) -> str:
    """The first that applies, of the gravest kind first; never empty."""
    return next(_doubts(card, estimate, grounds))


def _doubts(card: ModelCard, estimate: RiskEstimate, grounds: Grounds) -> Iterator[str]:
    yield from _scope(estimate)
    if grounds.nearer >= UNUSUAL:
        yield unusual_text(grounds.unlike)
    if is_unsure(estimate):
        yield f"The model is unsure: its 90 % interval runs from {estimate.interval_shown}."
    yield from _stale(estimate.inputs, grounds.now)
    if grounds.possible and _leaves_much(estimate, grounds.possible):
        yield _open(estimate, grounds.gaps, grounds.possible)
    yield from _replaced(card, estimate.inputs)
    yield from _extrapolated(estimate)
    if grounds.gaps:
        yield _typical(grounds.gaps, len(estimate.inputs))
    if grounds.unsteady:
        yield _unsteady(grounds.unsteady)
    yield "It was tested on patients like those it was trained on, and not yet in this clinic."


def unusual_text(unlike: Sequence[str]) -> str:
    labels = listed([within_sentence(each) for each in unlike])
    return f"Fewer than 1 in 100 training patients were as unusual as this one, mostly by {labels}."


def _scope(estimate: RiskEstimate) -> Iterator[str]:
    for warning in estimate.warnings:
        if warning.startswith(LOUD):
            said = warning.removeprefix(LOUD)
            yield said[:1].upper() + said[1:]
    if not estimate.in_scope:
        yield "The model was not made for this patient."


def _stale(inputs: Sequence[RiskInput], now: datetime) -> Iterator[str]:
    old = [each for each in inputs if each.stale and each.effective_at]
    if old:
        oldest = min(old, key=lambda each: each.effective_at or now)
        age = elapsed_text(oldest.effective_at or now, now)
        yield f"It rests on a value that is too old to rely on: {_label(oldest)}, {age} old."


def _open(estimate: RiskEstimate, gaps: Sequence[Gap], possible: tuple[float, float]) -> str:
    low, high = map(estimate.as_text, possible)
    labels = shortened([within_sentence(each.label) for each in gaps])
    return f"What is not recorded ({labels}) leaves anything from {low} to {high} possible."


def _leaves_much(estimate: RiskEstimate, possible: tuple[float, float]) -> bool:
    return _width(possible) > (abs(estimate.number) if estimate.task == Task.VALUE else OPEN)


def _replaced(card: ModelCard, inputs: Sequence[RiskInput]) -> Iterator[str]:
    for wanted, found in zip(card.inputs, inputs, strict=True):
        if not found.missing and found.code in wanted.also and wanted.caution:
            yield wanted.caution


def _extrapolated(estimate: RiskEstimate) -> Iterator[str]:
    yield from (each for each in estimate.warnings if "outside what the model has seen" in each)


def _typical(gaps: Sequence[Gap], inputs: int) -> str:
    labels = shortened([within_sentence(each.label) for each in gaps])
    stand = "stands at a typical value" if len(gaps) == 1 else "stand at typical values"
    return f"{len(gaps)} of {inputs} inputs {stand}, because the record has none: {labels}."


def _unsteady(unsteady: Sequence[str]) -> str:
    labels = listed([within_sentence(each) for each in unsteady])
    return f"The order of its reasons turns within the error of a measurement: {labels}."


def _label(found: RiskInput) -> str:
    return within_sentence(found.label)


def _width(ends: tuple[float, float] | None) -> float:
    return ends[1] - ends[0] if ends else 0.0
