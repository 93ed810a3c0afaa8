"""The explanation of an estimate in the shell: the words of the window, and JSON for scripts."""

from datetime import datetime, tzinfo
from typing import Any

from clinicdesk.cli.output import say
from clinicdesk.domain.explanation import Gap
from clinicdesk.domain.reasons import sections, speaking
from clinicdesk.domain.risk import RiskEstimate


def say_explanation(estimate: RiskEstimate, zone: tzinfo, now: datetime) -> None:
    """Print every section."""
    for section in sections(estimate, zone, now):
        say()
        say(f"{section.title}:")
        for line in section.lines:
            say(f"  {line}")


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
