"""Arguing with an estimate: what if, agreeing or not, and what was said before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Slot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import RiskAssessment, RiskEstimate, Verdict
from clinicdesk.domain.similar import SimilarPatients
from clinicdesk.domain.similar_words import similar_section
from clinicdesk.errors import UserFacingError
from clinicdesk.models.what_if import Lever
from clinicdesk.services.progress import Progress
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_history import RiskHistory
from clinicdesk.services.similar import Similar
from clinicdesk.services.what_if import WhatIf
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.tasks import Task, TaskRunner, Work, blink

SHORTEST = 4  # letters of a reason


class ChangedMeanwhile(UserFacingError):
    """The record gives another number than the one that was looked at."""

    def __init__(self) -> None:
        super().__init__("The record has changed since. Look at the new number, then answer.")


@dataclass(frozen=True)
class ArguingServices:
    """What it needs of an open clinic."""

    risks: Callable[[], Risks]
    what_if: Callable[[], WhatIf]
    history: Callable[[], RiskHistory]
    similar: Callable[[], Similar]
    estimates: bool  # whether the role may ask a model


class Arguing(QObject):
    """Stands between the risk page and its services; an answer about somebody else is dropped."""

    def __init__(self, page: PatientPage, services: ArguingServices, runner: TaskRunner) -> None:
        super().__init__(page)
        self._page, self._risk = page, page.risk
        self._services, self._runner = services, runner
        self._asked: Task | None = None
        self._compared: Task | None = None

        page.assessed.connect(self._read_history)
        page.emptied.connect(self._forget)
        self._risk.model_shown.connect(self._read_levers)
        self._risk.what_if.wanted.connect(self._ask)
        self._risk.aside.part_shown.connect(self._compare)
        self._risk.model_shown.connect(self._compare)
        self._risk.answers.agreed.connect(self._agree)
        self._risk.answers.overridden.connect(self._ask_why)

    @Slot()
    def _forget(self) -> None:
        for task in (self._asked, self._compared):
            if task is not None:
                task.cancel()
        self._asked = self._compared = None

    @Slot(int)
    def _read_history(self, patient_id: PatientId) -> None:
        if not self._services.estimates:
            return
        task = self._start(
            "read risk history", blink(self._services.history().of_patient, patient_id)
        )
        task.succeeded.connect(partial(self._risk.show_history, patient_id))

    @Slot()
    def _read_levers(self) -> None:
        self._forget()
        patient_id, model = self._risk.patient_id, self._risk.model
        if patient_id is None or self._risk.estimate is None:
            return
        task = self._start("read levers", blink(self._services.what_if().levers, patient_id, model))
        task.succeeded.connect(partial(self._show_levers, patient_id, model))

    def _show_levers(self, patient_id: PatientId, model: str, levers: Sequence[Lever]) -> None:
        self._risk.show_levers(patient_id, model, levers)

    @Slot()
    def _compare(self) -> None:
        """Look at everybody only when somebody asks for it: it takes a moment."""
        patient_id, model = self._risk.patient_id, self._risk.model
        if self._compared is not None:
            self._compared.cancel()
            self._compared = None
        waiting = self._risk.aside.part is self._risk.similar and self._risk.estimate is not None
        if not waiting or patient_id is None:
            return
        work = partial(self._services.similar().of_patient, patient_id, model)
        task = self._compared = self._start("compare patients", work)
        task.succeeded.connect(partial(self._show_similar, patient_id, model))

    def _show_similar(self, patient_id: PatientId, model: str, found: SimilarPatients) -> None:
        self._risk.show_similar(patient_id, model, similar_section(found))

    @Slot(object)
    def _ask(self, moves: Mapping[str, float]) -> None:
        self._forget()
        patient_id, model = self._risk.patient_id, self._risk.model
        if patient_id is None:
            return
        work = partial(self._services.what_if().estimate, patient_id, model, moves)
        task = self._asked = self._runner.start(self, "what if", work)
        task.succeeded.connect(partial(self._show_answer, patient_id, model, moves))
        task.failed.connect(partial(self._refuse, moves))

    def _show_answer(
        self,
        patient_id: PatientId,
        model: str,
        moves: Mapping[str, float],
        estimate: RiskEstimate,
    ) -> None:
        if (patient_id, model) == (self._risk.patient_id, self._risk.model):
            self._risk.what_if.show_answer(moves, estimate)

    def _refuse(self, moves: Mapping[str, float], error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._risk.what_if.show_refusal(moves, str(error))
        else:
            self._page.failed.emit(error)

    @Slot()
    def _agree(self) -> None:
        self._answer(Verdict.AGREE, "")

    @Slot()
    def _ask_why(self) -> None:
        if self._risk.estimate is None:
            return
        dialog = ReasonDialog(
            self.tr("Decide otherwise"),
            self.tr("The estimate is kept with your reason. What speaks against it?"),
            self.tr("Keep"),
            self._page,
            shortest=SHORTEST,
        )
        dialog.given.connect(partial(self._answer, Verdict.OVERRIDE))
        dialog.open()

    def _answer(self, verdict: Verdict, reason: str) -> None:
        patient_id, shown = self._risk.patient_id, self._risk.estimate
        if patient_id is None or shown is None:
            return
        services = self._services
        work = partial(
            keep_answer,
            services.risks(),
            services.history(),
            patient_id,
            shown=shown,
            verdict=verdict,
            reason=reason,
        )
        task = self._start("answer risk", work)
        task.succeeded.connect(partial(self._risk.show_history, patient_id))

    def _start(self, name: str, work: Work) -> Task:
        task = self._runner.start(self, name, work)
        task.failed.connect(self._page.failed)
        return task


def keep_answer(
    risks: Risks,
    history: RiskHistory,
    patient_id: PatientId,
    progress: Progress,
    *,
    shown: RiskEstimate,
    verdict: Verdict,
    reason: str,
) -> list[RiskAssessment]:
    """Keep the estimate that was looked at with the answer to it; return all that is kept.

    Raise `ChangedMeanwhile` when the record gives another number by now.
    """
    if (
        risks.estimate(patient_id, shown.model, save=False, progress=progress).number
        != shown.number
    ):
        raise ChangedMeanwhile
    risks.estimate(patient_id, shown.model, progress=progress)
    history.answer(patient_id, shown.model, verdict, reason)
    return history.of_patient(patient_id)
