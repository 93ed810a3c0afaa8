"""The inputs of the models over time from a record: its vital signs by the hour, up to now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import isnan

import numpy as np

from clinicdesk.domain.encounter import Encounter, EncounterClass
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.risk import RiskInput
from clinicdesk.models.card import CardInput, ModelCard
from clinicdesk.models.features import Moment, in_unit
from clinicdesk.models.scope import LOUD
from clinicdesk.models.vitals_features import (
    CARRIED,
    HOURS,
    OVER_TIME,
    VITALS,
    Floats,
    features,
    names,
)

CODES = [vital.code for vital in VITALS]
_COLUMNS = {vital.code: at for at, vital in enumerate(VITALS)}
_IN_HOSPITAL = (EncounterClass.INPATIENT, EncounterClass.EMERGENCY)
_HOUR = timedelta(hours=1)


def asks_over_time(card: ModelCard) -> bool:
    """Whether the model is told how vital signs went, and not only what they are."""
    return any(each.found == OVER_TIME for each in card.inputs)


def lately(card: ModelCard) -> str:
    """In what time a vital sign must have been taken, for the words of what is missing."""
    return f" of the last {CARRIED} hours" if asks_over_time(card) else ""


def since(moment: Moment) -> datetime:
    """Older vital signs say nothing of now."""
    return moment.now - HOURS * _HOUR


def over_time(
    card: ModelCard, inputs: Sequence[RiskInput], series: Sequence[Observation], moment: Moment
) -> list[RiskInput]:
    """The same inputs of the card, those over time made from the vital signs of a record.

    series: of `CODES`, from `since` to now, oldest first.
    """
    row = dict(zip(names(), features(by_hour(series, moment.now))[-1], strict=True))
    return [
        _made(wanted, float(row[wanted.name]), series) if wanted.found == OVER_TIME else found
        for wanted, found in zip(card.inputs, inputs, strict=True)
    ]


def outside_hospital(encounters: Sequence[Encounter], moment: Moment) -> list[str]:
    """Why the models, made for inpatients, were not made for this one; empty when they were."""
    if any(each.class_ in _IN_HOSPITAL and _goes_on(each, moment.now) for each in encounters):
        return []
    return [f"{LOUD}this model was made for inpatients; no stay in hospital goes on in the record."]


def _goes_on(encounter: Encounter, now: datetime) -> bool:
    stated = encounter.length_of_stay
    end = encounter.ended_at
    if end is None and stated is not None:
        end = encounter.started_at + timedelta(days=stated)
    return encounter.started_at <= now and (end is None or end >= now)


def by_hour(series: Sequence[Observation], now: datetime) -> Floats:
    """The newest value of each hour before now, (hours, vitals), NaN where there is none."""
    hours = np.full((HOURS, len(VITALS)), np.nan)
    for each in series:
        at, ago = _COLUMNS[each.code], int((now - each.effective_at) / _HOUR)
        value = in_unit(each, VITALS[at].unit)
        if value is not None and 0 <= ago < HOURS:
            hours[HOURS - 1 - ago, at] = value
    return hours


def _made(wanted: CardInput, value: float, series: Sequence[Observation]) -> RiskInput:
    made = RiskInput(wanted.name, wanted.label, None, wanted.unit)
    used = _used(wanted, series)
    if isnan(value) or not used:
        return made
    newest = used[-1]
    source = f"{len(used)} observations, the newest {newest.id}"
    if wanted.code:
        source = f"observation {newest.id}"
    return replace(
        made, value=value, code=wanted.code, effective_at=newest.effective_at, source=source
    )


def _used(wanted: CardInput, series: Sequence[Observation]) -> list[Observation]:
    """The observations of the vital sign that the input is of, or of all."""
    codes = [vital.code for vital in VITALS if wanted.name.startswith(f"{vital.name}_")]
    return [each for each in series if not codes or each.code in codes]
