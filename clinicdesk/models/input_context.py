"""What belongs beside the value of an input: the reference range, and whether it is too old."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from clinicdesk.domain.assessment import ADULT, range_text
from clinicdesk.domain.catalog import Range, catalog
from clinicdesk.domain.display import age_years
from clinicdesk.domain.patient import PatientSummary
from clinicdesk.domain.risk import RiskInput
from clinicdesk.models.card import CardInput, ModelCard
from clinicdesk.models.features import Moment


def in_context(
    card: ModelCard, inputs: Sequence[RiskInput], patient: PatientSummary, moment: Moment
) -> list[RiskInput]:
    """The same inputs, each with the range that applies to the patient and its age judged."""
    age = age_years(patient, moment.today)
    adult = age is not None and age >= ADULT
    return [
        replace(
            found,
            reference=_reference(found, patient) if adult else "",
            stale=is_stale(wanted, found, moment),
        )
        for wanted, found in zip(card.inputs, inputs, strict=True)
    ]


def is_stale(wanted: CardInput, found: RiskInput, moment: Moment) -> bool:
    """Whether the value is older than the model relies on."""
    if wanted.max_age_days is None or found.effective_at is None or found.missing:
        return False
    return moment.now - found.effective_at > timedelta(days=wanted.max_age_days)


def expires_at(card: ModelCard, inputs: Sequence[RiskInput]) -> datetime | None:
    """When the first of the inputs will be too old to rely on; None when none ever is."""
    ends = (
        found.effective_at + timedelta(days=wanted.max_age_days)
        for wanted, found in zip(card.inputs, inputs, strict=True)
        if wanted.max_age_days is not None and found.effective_at and not found.missing
    )
    return min(ends, default=None)


def _reference(found: RiskInput, patient: PatientSummary) -> str:
    """In the unit of the input; "" where the way to that unit is not known."""
    concept = catalog().by_code(found.code)
    if concept is None or found.missing:
        return ""
    step = concept.conversion(found.unit)
    if step is None:
        return ""
    limits = concept.reference_for(patient.gender)
    low, high = (
        None if limit is None else round(step.back(limit), 2) for limit in (limits.low, limits.high)
    )
    return range_text(Range(low, high))
