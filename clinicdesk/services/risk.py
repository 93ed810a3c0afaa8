"""Risks and scores of one patient: found in the record, calculated, kept with their inputs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import partial

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.domain.risk import Decision, KeptScore, RiskEstimate, ScoreResult
from clinicdesk.domain.roles import Action
from clinicdesk.models.bundle import Bundle
from clinicdesk.models.card import ModelCard, card_to_json
from clinicdesk.models.features import Moment, Newest
from clinicdesk.models.input_context import expires_at
from clinicdesk.models.record_scores import one_score, record_scores
from clinicdesk.models.record_values import CODES, TEXT_CODES, Record
from clinicdesk.models.registry import PUBLIC_KEYS, card, shipped
from clinicdesk.models.score_choices import decided
from clinicdesk.models.scores import SCORES
from clinicdesk.services.access import Access, requires
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.estimating import estimated
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.risk_inputs import model_inputs
from clinicdesk.storage import (
    conditions,
    encounters,
    observations,
    patients,
    risks,
    scores,
    store,
)
from clinicdesk.storage.guard import RecordGuard

_WARM_UP = "clinicdesk.models.learned.serving:warm_up"


@dataclass(frozen=True, slots=True)
class _Found:
    """What the record had, at one committed state."""

    patient: PatientSummary
    newest: Newest
    conditions: list[Condition]
    encounters: list[Encounter]
    scale: Decision | None = None
    clinic: Mapping[str, str] = field(default_factory=dict)

    def record(self, moment: Moment) -> Record:
        """The same for the published scores, which also ask when."""
        return Record(
            self.patient,
            self.newest,
            self.conditions,
            self.encounters,
            moment,
            self.scale,
            self.clinic,
        )


class Risks:
    """Learned models and published scores over one store."""

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

    @requires(Action.PATIENT_READ)
    def models(self) -> list[ModelCard]:
        """The cards of the models that ship."""
        return [card(model) for model in PUBLIC_KEYS]

    @requires(Action.RISK_ESTIMATE)
    def warm_up(self, progress: Progress = SILENT) -> None:
        """Load the models' libraries in their process, before somebody waits for them."""
        self._compute.call(progress, _WARM_UP, list(PUBLIC_KEYS))

    @requires(Action.RISK_ESTIMATE)
    def estimate(
        self,
        patient_id: PatientId,
        model: str = "diabetes",
        *,
        save: bool = True,
        progress: Progress = SILENT,
    ) -> RiskEstimate:
        """Estimate from the newest values before now, with the reasons; keep it unless told not.

        Raise `MissingInputs` naming what the record lacks, `BadInput` for a value that cannot be,
        `PatientDied`.
        """
        bundle = shipped(model)
        moment = Moment(self._now(), self._zone)
        found = model_inputs(self._guard, bundle.card, patient_id, moment)
        estimate = estimated(found, self._compute, moment, progress)
        progress.raise_if_cancelled()
        self._save(patient_id, bundle, estimate if save else None, moment.now)
        return estimate

    @requires(Action.PATIENT_READ)
    def scores(
        self,
        patient_id: PatientId,
        progress: Progress = SILENT,
    ) -> list[ScoreResult]:
        """The published scores of the newest values before now; without a number they say why."""
        return record_scores(self._record(patient_id))

    @requires(Action.RISK_ESTIMATE)
    def score(
        self,
        patient_id: PatientId,
        score: str,
        typed: Mapping[str, str] | None = None,
        *,
        save: bool = True,
    ) -> ScoreResult:
        """Calculate any published score from the record and what was typed; keep a number.

        typed: answers by the name of the input, before what the record has.
        """
        result = one_score(SCORES[score], self._record(patient_id), typed)
        if save:
            self._keep(patient_id, [result])
        return result

    @requires(Action.RISK_ESTIMATE)
    def keep_scores(self, patient_id: PatientId) -> int:
        """Keep the scores of the record with their inputs; return how many were not yet kept."""
        results = record_scores(self._record(patient_id))
        return self._keep(patient_id, results)

    @requires(Action.PATIENT_READ)
    def kept_scores(self, patient_id: PatientId) -> list[KeptScore]:
        """What scores said of the patient, with their inputs as they were, newest first."""
        with self._guard.reading(patient_id) as session:
            return scores.of_patient(session, patient_id)

    def _record(self, patient_id: PatientId) -> Record:
        moment = Moment(self._now(), self._zone)
        return self._find(patient_id, moment.now, CODES, TEXT_CODES).record(moment)

    def _keep(self, patient_id: PatientId, results: Sequence[ScoreResult]) -> int:
        """Store what has a number and is not stored yet; the audit says which scores."""
        at, user_id = self._now(), self._access.principal.user_id
        with self._guard.writing(patient_id) as session:
            kept = [
                each.score
                for each in results
                if each.headline
                and scores.save(
                    session,
                    patient_id,
                    each,
                    card=SCORES[each.score].card(),
                    user_id=user_id,
                    at=at,
                )
            ]
            if kept:
                detail = {"scores": sorted(set(kept))}
                self._guard.record(session, patient_id, Action.RISK_ESTIMATE, detail=detail, at=at)
        return len(kept)

    def _find(
        self,
        patient_id: PatientId,
        before: datetime,
        numbers: Collection[str],
        texts: Collection[str] = (),
    ) -> _Found:
        with self._guard.reading(patient_id) as session:
            found: list[Observation] = observations.latest(
                session, patient_id, before, codes=numbers, numbers=True
            )
            visits: list[Encounter] = []
            scale, clinic = None, {}
            if texts:  # the published scores, which ask more of a record than the models
                found += observations.latest(session, patient_id, before, codes=texts)
                visits = encounters.of_patient(session, patient_id)
                scale = scores.decision(session, patient_id, "news2", "spo2_scale")
                clinic = decided(partial(store.setting, session))
            return _Found(
                patients.get(session, patient_id).summary,
                {each.code: each for each in found},
                conditions.of_patient(session, patient_id),
                [each for each in visits if each.started_at < before],
                scale,
                clinic,
            )

    def _save(
        self, patient_id: PatientId, bundle: Bundle, estimate: RiskEstimate | None, at: datetime
    ) -> None:
        """Note in the audit that there was an estimate; keep it where there is one to keep."""
        detail = {"model": bundle.card.id, "version": bundle.card.version}
        with self._guard.writing(patient_id) as session:
            if estimate is not None:
                version_id = risks.model_version_id(
                    session,
                    model=bundle.card.id,
                    version=bundle.card.version,
                    kind="learned",
                    sha256=bundle.sha256,
                    card=card_to_json(bundle.card),
                    at=at,
                )
                risks.save(
                    session,
                    patient_id,
                    estimate,
                    version_id=version_id,
                    user_id=self._access.principal.user_id,
                    at=at,
                    expires_at=expires_at(bundle.card, estimate.inputs),
                )
            self._guard.record(session, patient_id, Action.RISK_ESTIMATE, detail=detail, at=at)
