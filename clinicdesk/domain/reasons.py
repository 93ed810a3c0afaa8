"""The reasons of an estimate apart: for and against, what could change and what could not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from clinicdesk.domain.display import date_text, elapsed_text
from clinicdesk.domain.explanation import Explanation, Gap
from clinicdesk.domain.phrases import listed, within_sentence
from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput, Task
from clinicdesk.domain.waterfall import moved_as_drawn

WORTH_SAYING = 0.005  # half a percentage point, or that part of the base of an amount


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines: the same on the screen, on paper and in the shell."""

    title: str
    lines: Sequence[str]


def sections(estimate: RiskEstimate, zone: tzinfo, now: datetime) -> list[Section]:
    """Everything a clinician may argue with, in the order of use; none without an explanation.

    now: when it is looked at, for the age of each value.
    """
    why = estimate.explanation
    if why is None:
        return []
    found = [
        Section("In words", [*why.sentences]),
        Section("Why this number may be wrong", [why.doubt]),
        Section("Speaks for it", _lines(speaking(estimate, up=True), estimate, zone, now)),
        Section("Speaks against it", _lines(speaking(estimate, up=False), estimate, zone, now)),
        Section("What could be changed", [_apart(estimate, why)]),
        Section("Not recorded", _gaps(estimate, why)),
        Section("Too old to rely on", _stale(estimate, zone, now)),
        Section("How unusual the patient is", _unusual(why)),
    ]
    return [each for each in found if each.lines]


def speaking(estimate: RiskEstimate, *, up: bool) -> list[Contribution]:
    """The known inputs that move the number that way by more than nothing, most first.

    Each by as much as its bar in the chart says.
    """
    known = {each.name for each in estimate.inputs if not each.missing}
    least = WORTH_SAYING * (abs(estimate.base) if estimate.task == Task.VALUE else 1)
    sign, drawn = 1 if up else -1, moved_as_drawn(estimate)
    return [
        replace(each, contribution=drawn[each.feature])
        for each in estimate.contributions
        if each.feature in known and sign * drawn[each.feature] >= least - 1e-9
    ]


def points_text(estimate: RiskEstimate, contribution: float) -> str:
    """+9.2 points; –1.1 d."""
    said = estimate.moved_text(contribution).replace("-", "–")
    return said if estimate.task == Task.VALUE else f"{said} points"


def dated(found: RiskInput, zone: tzinfo, now: datetime) -> str:
    """The value with its date, age and reference range: 148 mg/dL (21-Oct-2026, 4w old; ...)."""
    facts = []
    if found.effective_at:
        day = date_text(found.effective_at.astimezone(zone).date())
        facts.append(f"{day}, {elapsed_text(found.effective_at, now)} old")
    if found.reference:
        facts.append(f"reference {found.reference}")
    return f"{found.shown} ({'; '.join(facts)})" if facts else found.shown


def _lines(
    found: Sequence[Contribution], estimate: RiskEstimate, zone: tzinfo, now: datetime
) -> list[str]:
    inputs = {each.name: each for each in estimate.inputs}
    lines = [
        f"{each.label}, {dated(inputs[each.feature], zone, now)}: "
        f"{points_text(estimate, each.contribution)}"
        for each in found
    ]
    return lines or ["Nothing on record, by half a point or more."]


def _apart(estimate: RiskEstimate, why: Explanation) -> str:
    known = {each.name: within_sentence(each.label) for each in estimate.inputs if not each.missing}
    could = [label for name, label in known.items() if name in why.modifiable]
    fixed = [label for name, label in known.items() if name not in why.modifiable]
    said = f"Could be changed: {listed(could) or 'nothing on record'}."
    return f"{said} Could not: {listed(fixed)}." if fixed else said


def _gaps(estimate: RiskEstimate, why: Explanation) -> list[str]:
    if not why.gaps or why.possible is None:
        return []
    low, high = map(estimate.as_text, why.possible)
    every = f"With everything that is not recorded, the number could be {low} to {high}."
    return [every, *(_gap(estimate, each) for each in why.gaps)]


def _gap(estimate: RiskEstimate, gap: Gap) -> str:
    low, high = estimate.as_text(gap.low), estimate.as_text(gap.high)
    left = points_text(estimate, gap.left).lstrip("+")
    return f"{gap.label}: {low} to {high} by its value; once known, ±{left} would be left."


def _stale(estimate: RiskEstimate, zone: tzinfo, now: datetime) -> list[str]:
    return [f"{each.label}, {dated(each, zone, now)}" for each in estimate.inputs if each.stale]


def _unusual(why: Explanation) -> list[str]:
    if why.nearer is None:
        return []
    return [f"{round(100 * why.nearer)} of 100 training patients were less unusual than this one."]
