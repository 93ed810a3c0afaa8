"""The explanation of an estimate in the shell: the words of the window, and JSON for scripts."""

from datetime import datetime, tzinfo
from typing import Any

from clinicdesk.cli.output import say
from clinicdesk.domain.explanation import Gap
from clinicdesk.domain.reasons import Section, sections, speaking
from clinicdesk.domain.risk import RiskEstimate
from clinicdesk.domain.similar import SimilarPatients


def say_explanation(estimate: RiskEstimate, zone: tzinfo, now: datetime) -> None:
    """Print every section."""
    for section in sections(estimate, zone, now):
        say_section(section)


def say_section(section: Section) -> None:
    """Print a heading and its lines."""
    say()
    say(f"{section.title}:")
    for line in section.lines:
        say(f"  {line}")


def similar_json(found: SimilarPatients) -> dict[str, Any]:
    """Counts of similar patients, or why there are none."""
    counts = {
        "count": found.count,
        "with_outcome": found.with_outcome,
        "rate": found.rate,
        "interval": list(found.interval),
        "differences": [
            {"label": each.label, "unit": each.unit, "own": each.own, "median": each.median}
            for each in found.differences
        ],
    }
    about = {"since": found.since.isoformat(), "cohort": found.cohort}
    return about | ({"refusal": found.refusal} if found.refusal else counts)


def explanation_json(estimate: RiskEstimate) -> dict[str, Any] | None:
    """The same facts; inputs by their names. None for a plain row."""
    why = estimate.explanation
    if why is None:
        return None
    known = [each.name for each in estimate.inputs if not each.missing]
    return {
        "sentences": list(why.sentences),
        "doubt": why.doubt,
        "for": [each.feature for each in speaking(estimate, up=True)],
        "against": [each.feature for each in speaking(estimate, up=False)],
        "modifiable": [name for name in known if name in why.modifiable],
        "fixed": [name for name in known if name not in why.modifiable],
        "possible": list(why.possible) if why.possible else None,
        "missing": [_gap(each) for each in why.gaps],
        "measure_first": why.best_test.feature if why.best_test else None,
        "stale": list(why.stale),
        "less_unusual": why.nearer,
        "unsteady": list(why.unsteady),
        "unsure": why.unsure,
        "in_scope": estimate.in_scope,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "feature": gap.feature,
        "label": gap.label,
        "low": gap.low,
        "high": gap.high,
        "left": gap.left,
        "share": gap.share,
        "recordable": gap.recordable,
    }
