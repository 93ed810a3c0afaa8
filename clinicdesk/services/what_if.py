"""What the model would say if something were otherwise. Nothing of it is ever kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskEstimate
from clinicdesk.domain.roles import Action
from clinicdesk.models.features import Moment
from clinicdesk.models.registry import card
from clinicdesk.models.what_if import Lever, levers, moved
from clinicdesk.services.access import Access, requires
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.estimating import estimated
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.risk_inputs import model_inputs
from clinicdesk.storage.guard import RecordGuard


class WhatIf:
    """Hypothetical estimates of one patient; storage refuses to keep one."""

    def __init__(
        self,
        access: Access,
        guard: RecordGuard,
        compute: ComputeProcess,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        self._access = access
        self._guard = guard
        self._compute = compute
        self._zone = zone
        self._now = now

    @requires(Action.RISK_ESTIMATE)
    def levers(self, patient_id: PatientId, model: str) -> list[Lever]:
        """What could be changed in this patient, and how far."""
        moment = Moment(self._now(), self._zone)
        found = model_inputs(self._guard, card(model), patient_id, moment)
        return levers(found.card, found.inputs, found.newest)

    @requires(Action.RISK_ESTIMATE)
    def estimate(
        self,
        patient_id: PatientId,
        model: str,
        to: Mapping[str, float],
        progress: Progress = SILENT,
    ) -> RiskEstimate:
        """Estimate with the levers moved. to: lever name -> value.

        Raise `BadInput` for a move that is not offered, and what `Risks.estimate` raises.
        """
        moment = Moment(self._now(), self._zone)
        found = model_inputs(self._guard, card(model), patient_id, moment)
        offered = levers(found.card, found.inputs, found.newest)
        inputs = moved(found.card, found.inputs, offered, to)
        estimate = estimated(replace(found, inputs=inputs), self._compute, moment, progress)
        return replace(estimate, hypothetical=True)
