"""What a learned model asks of one record, found at one committed state."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.domain.risk import RiskInput
from clinicdesk.errors import UserFacingError
from clinicdesk.models.card import ModelCard
from clinicdesk.models.features import Moment, Newest, codes_of, record_inputs
from clinicdesk.models.input_context import in_context
from clinicdesk.models.rows import check_plausible
from clinicdesk.models.scope import below_minimum, labels, outcome_known, outside_scope
from clinicdesk.models.stay_record import (
    StayRecord,
    asks_about_stay,
    lab_codes,
    newest_stay,
    of_stay,
    outside_stay,
)
from clinicdesk.storage import conditions, encounters, medications, observations, patients
from clinicdesk.storage.guard import RecordGuard


class MissingInputs(UserFacingError):
    """The record lacks what the model cannot do without."""


class PatientDied(UserFacingError):
    """Beneath every door, so that no page, shell or paper tells the future of the dead."""

    def __init__(self) -> None:
        super().__init__("The patient has died: a risk of what is to come is not estimated.")


@dataclass(frozen=True, slots=True)
class ModelInputs:
    """The inputs of a model as a record had them.

    inputs: in the order of the card.  elsewhere: why the patient is not where the model was made.
    """

    card: ModelCard
    patient: PatientSummary
    newest: Newest
    conditions: list[Condition]
    inputs: list[RiskInput]
    elsewhere: Sequence[str] = ()

    @property
    def values(self) -> dict[str, float | None]:
        return {each.name: each.value for each in self.inputs}

    @property
    def row(self) -> list[float | None]:
        return [each.value for each in self.inputs]

    def require_enough(self) -> None:
        """Raise `PatientDied`, `MissingInputs` or, for a value that cannot be, `BadInput`."""
        if self.patient.deceased:
            raise PatientDied
        if lacking := below_minimum(self.card, self.values):
            lately = _over_time().lately(self.card)
            raise MissingInputs(
                f"{self.card.title} cannot be estimated: the record has no "
                f"{labels(self.card, lacking)}{lately}. Record it, then try again."
            )
        check_plausible(self.card.inputs, self.values)

    def outside(self) -> list[str]:
        """Why the model was not made for this patient; empty when it was."""
        return [
            *outside_scope(self.card, self.patient.gender, self.values),
            *self.elsewhere,
            *outcome_known(self.card, self.conditions),
        ]


def model_inputs(
    guard: RecordGuard, card: ModelCard, patient_id: PatientId, moment: Moment
) -> ModelInputs:
    """Read the newest value of each input before the moment, with its date and its range."""
    hours = _over_time()
    with guard.reading(patient_id) as session:
        found = observations.latest(
            session, patient_id, moment.now, codes=codes_of(card), numbers=True
        )
        patient = patients.get(session, patient_id).summary
        problems = conditions.of_patient(session, patient_id)
        series, elsewhere, stay = [], [], None
        if asks_about_stay(card):
            stay = _stay(session, patient, problems, moment)
            elsewhere = outside_stay(stay)
        if hours.asks_over_time(card):
            first = hours.since(moment)
            series = observations.within(session, patient_id, hours.CODES, first, moment.now)
            visits = encounters.of_patient(session, patient_id)
            elsewhere = hours.outside_hospital(visits, moment)
    newest = {each.code: each for each in found}
    inputs = record_inputs(card, patient, newest, problems, moment)
    if hours.asks_over_time(card):
        inputs = hours.over_time(card, inputs, series, moment)
    inputs = of_stay(card, inputs, stay) if stay else inputs
    inputs = in_context(card, inputs, patient, moment)
    return ModelInputs(card, patient, newest, problems, inputs, elsewhere)


def _over_time() -> ModuleType:
    """How models are told the hours of a record: with arrays, which are loaded when one asks."""
    from clinicdesk.models import vitals_record  # noqa: PLC0415 - numpy, as said

    return vitals_record


def _stay(
    session: Any, patient: PatientSummary, problems: Sequence[Condition], moment: Moment
) -> StayRecord:
    visits = encounters.of_patient(session, patient.id)
    stay = newest_stay(visits, moment)
    results = (
        observations.within(session, patient.id, lab_codes(), stay.started_at, moment.now)
        if stay
        else []
    )
    drugs = medications.of_patient(session, patient.id)
    return StayRecord(patient, visits, problems, drugs, results, moment)
