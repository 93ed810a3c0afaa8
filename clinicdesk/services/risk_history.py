"""What models said of a patient over time, whether it still holds, and what clinicians answered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskAssessment, RiskInput, Verdict
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.models.features import Moment
from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.services.access import Access, requires
from clinicdesk.services.risk_inputs import model_inputs
from clinicdesk.storage import risk_answers, risks
from clinicdesk.storage.guard import RecordGuard


class RiskHistory:
    """Kept estimates of one patient; none is ever changed, an answer is added to it."""

    def __init__(
        self,
        access: Access,
        guard: RecordGuard,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        self._access = access
        self._guard = guard
        self._zone = zone
        self._now = now

    @requires(Action.PATIENT_READ)
    def of_patient(self, patient_id: PatientId) -> list[RiskAssessment]:
        """Every kept estimate, newest first, with what has changed in the record since."""
        with self._guard.reading(patient_id) as session:
            kept = risks.of_patient(session, patient_id)
        now = {
            model: self._inputs(patient_id, model)
            for model in {each.estimate.model for each in kept} & {*PUBLIC_KEYS}
        }
        return [
            replace(each, changed=_changed(each, now.get(each.estimate.model, ()))) for each in kept
        ]

    @requires(Action.RISK_ESTIMATE)
    def answer(
        self, patient_id: PatientId, model: str, verdict: Verdict, reason: str = ""
    ) -> RiskAssessment:
        """Say of the newest kept estimate of a model whether a clinician goes along with it.

        Raise `BadInput` for an override without a reason, `RecordNotFound` without an estimate.
        """
        reason = reason.strip()
        if verdict is Verdict.OVERRIDE and not reason:
            raise BadInput("Say why you decide otherwise: a few words are enough.")
        at, user_id = self._now(), self._access.principal.user_id
        with self._guard.writing(patient_id) as session:
            newest = _newest(risks.of_patient(session, patient_id), model)
            risk_answers.add(
                session, patient_id, newest.id, verdict, reason, user_id=user_id, at=at
            )
            detail = {"model": model, "version": newest.estimate.version, "verdict": verdict}
            self._guard.record(session, patient_id, "risk.answer", detail=detail, at=at)
            return _newest(risks.of_patient(session, patient_id), model)

    def _inputs(self, patient_id: PatientId, model: str) -> Sequence[RiskInput]:
        moment = Moment(self._now(), self._zone)
        return model_inputs(self._guard, card(model), patient_id, moment).inputs


def _newest(kept: Sequence[RiskAssessment], model: str) -> RiskAssessment:
    found = next((each for each in kept if each.estimate.model == model), None)
    if found is None:
        raise RecordNotFound("No estimate of that model is in the record. Save it first.")
    return found


def _changed(kept: RiskAssessment, now: Sequence[RiskInput]) -> list[str]:
    """Labels of what the record says otherwise than the estimate took it; ages go by themselves."""
    by_name = {each.name: each for each in now}
    return [
        used.label
        for used in kept.estimate.inputs
        if (found := by_name.get(used.name)) is not None
        and (used.effective_at or found.effective_at or used.missing != found.missing)
        and (used.value, used.text, used.effective_at)
        != (found.value, found.text, found.effective_at)
    ]
