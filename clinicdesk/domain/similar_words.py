"""Similar patients in words: the same on the screen and in the shell."""

from clinicdesk.domain.display import date_text, number_text, percent_text
from clinicdesk.domain.reasons import Section
from clinicdesk.domain.similar import SimilarPatients
from clinicdesk.domain.units import printed_unit


def similar_section(found: SimilarPatients) -> Section:
    """What happened, how sure that is, and how like the others are."""
    title = "Similar patients of this clinic"
    if found.refusal:
        return Section(title, [found.refusal])
    low, high = map(percent_text, found.interval)
    since = date_text(found.since)
    return Section(
        title,
        [
            f"Of the {found.count} most like this patient on {since}, {found.with_outcome} have "
            f"had {_what(found.outcome)} recorded since: {percent_text(found.rate)} "
            f"(95 % interval {low} to {high}). They are chosen from {found.cohort}.",
            *(
                f"{each.label}: {number_text(each.own)} here, {number_text(each.median)} in the "
                f"middle of the others {printed_unit(each.unit)}".rstrip()
                for each in found.differences
            ),
        ],
    )


def _what(outcome: str) -> str:
    """The outcome without its horizon: what is counted is a year."""
    return outcome.partition(" within ")[0]
