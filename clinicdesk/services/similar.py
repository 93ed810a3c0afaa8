"""Patients of this clinic who were like this one a year ago, and what was recorded since."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from clinicdesk.domain.condition import Condition
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.domain.roles import Action
from clinicdesk.domain.similar import SimilarPatients
from clinicdesk.models.card import ModelCard
from clinicdesk.models.features import Moment, Newest, codes_of, record_inputs
from clinicdesk.models.problems import find_problem
from clinicdesk.models.registry import card
from clinicdesk.models.scope import outside_scope
from clinicdesk.models.similar import COHORT, Other, differences, nearest
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.risk_inputs import model_inputs
from clinicdesk.storage import cohort, patients
from clinicdesk.storage.guard import RecordGuard

LOOK_BACK = timedelta(days=365)


class Similar:
    """Counts of others beside one patient; nobody is named, and few are not counted."""

    def __init__(
        self, access: Access, guard: RecordGuard, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._access = access
        self._guard = guard
        self._zone = zone
        self._now = now

    @requires(Action.RISK_ESTIMATE)
    def of_patient(
        self, patient_id: PatientId, model: str, progress: Progress = SILENT
    ) -> SimilarPatients:
        """Compare the patient as of now with the others as of a year ago.

        Raise what `Risks.estimate` raises for a record that the model cannot use.
        """
        about = card(model)
        found = model_inputs(self._guard, about, patient_id, Moment(self._now(), self._zone))
        found.require_enough()
        then = Moment(self._now() - LOOK_BACK, self._zone)
        progress.raise_if_cancelled()
        others = self._others(about, patient_id, then) if about.outcome_words else []
        progress.raise_if_cancelled()
        return _compared(about, found.row, others, then)

    def _others(self, about: ModelCard, patient_id: PatientId, then: Moment) -> list[Other]:
        with self._guard.reading(patient_id) as session:
            values = cohort.newest_before(session, codes_of(about), then.now)
            alive = set(cohort.open_to_all(session, then.today))
            ids = sorted(values.keys() & alive - {patient_id})
            people = patients.summaries(session, ids)
            problems: dict[PatientId, list[Condition]] = {}
            codes, words = about.outcome_codes, about.outcome_words
            for owner, each in cohort.conditions_like(session, codes, words):
                problems.setdefault(owner, []).append(each)
        read = (_other(about, each, values[each.id], problems, then) for each in people)
        return [each for each in read if each is not None]


def _other(
    about: ModelCard,
    person: PatientSummary,
    newest: Newest,
    problems: Mapping[PatientId, Sequence[Condition]],
    then: Moment,
) -> Other | None:
    """Somebody as the record had it then; None for whom the model is not, or nobody can say."""
    row = [each.value for each in record_inputs(about, person, newest, [], then)]
    values = {each.name: value for each, value in zip(about.inputs, row, strict=True)}
    if outside_scope(about, person.gender, values):
        return None
    outcome = find_problem(problems.get(person.id, ()), about.outcome_codes, about.outcome_words)
    if outcome is None:
        return Other(row, outcome=False)
    if outcome.onset is None or outcome.onset <= then.today:
        return None
    return Other(row, outcome=True)


def _compared(
    about: ModelCard, row: Sequence[float | None], others: Sequence[Other], then: Moment
) -> SimilarPatients:
    found = nearest(about, row, others)
    if not found:
        why = (
            f"Fewer than {COHORT} patients of this clinic can be compared: nothing is said of them."
            if about.outcome_words
            else "A record does not hold this outcome, so that nothing can be counted."
        )
        return SimilarPatients(then.today, about.outcome_label, len(others), refusal=why)
    return SimilarPatients(
        since=then.today,
        outcome=about.outcome_label,
        cohort=len(others),
        count=len(found),
        with_outcome=sum(each.outcome for each in found),
        differences=differences(about, row, found),
    )
