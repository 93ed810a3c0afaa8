"""Correcting a record from its page: asked, checked below, kept, and the record shown anew."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Slot

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.change_words import subject_text
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.correction import EntryCorrection, PatientCorrection, ResultCorrection
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import Patient
from clinicdesk.services.editing import Editing
from clinicdesk.services.records import Records
from clinicdesk.ui.dialogs.correct import CorrectDialog
from clinicdesk.ui.dialogs.correct_entry import CorrectEntryDialog, Entry
from clinicdesk.ui.dialogs.patient_details import PatientDetailsDialog
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.drafting import Drafting
from clinicdesk.ui.pages.history import HistoryPage
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.tasks import Task, TaskRunner, blink

CORRECT, MARK, BACK, DETAILS = "correct", "in-error", "take-back", "details"
Correction = CorrectDialog | CorrectEntryDialog | PatientDetailsDialog
Listed = Condition | MedicationRequest | AllergyIntolerance | Encounter


class Correcting(QObject):
    """Stands between the page of a patient and the editing of the store.

    everything: whether the person corrects more than vital signs.
    """

    def __init__(
        self,
        page: PatientPage,
        history: HistoryPage,
        editing: Editing,
        records: Records,
        *,
        drafting: Drafting,
        runner: TaskRunner,
        zone: ZoneInfo,
        everything: bool,
    ) -> None:
        super().__init__(page)
        self._page, self._editing, self._records = page, editing, records
        self._drafting, self._runner, self._zone = drafting, runner, zone
        self._everything = everything
        page.results.allow_correcting(self._may)
        history.allow_correcting(details=everything)
        drafting.offer(CORRECT, self._reopen)
        drafting.offer(DETAILS, lambda _place: self.correct_details())

        page.results.correction_wanted.connect(self.correct)
        page.results.error_wanted.connect(self.mark_observation)
        page.results.all_wanted.connect(self._show_all)
        history.taking_back_wanted.connect(self.take_back)
        history.details_wanted.connect(self.correct_details)
        if everything:
            self._offer_lists()

    @Slot(object)
    def correct(self, observation: Observation) -> CorrectDialog:
        """Ask what the result should have said."""
        dialog = CorrectDialog(observation, self._zone, self._page)
        place = f"{CORRECT}:{Recorded.OBSERVATION}:{observation.id}"
        self._drafting.watch(dialog, place, dialog.typed_fields, self._page.patient_id)
        dialog.wanted.connect(partial(self._correct, dialog, observation.id, place))
        dialog.open()
        return dialog

    @Slot(object)
    def mark_observation(self, observation: Observation) -> None:
        self.mark(Recorded.OBSERVATION, observation.id, observation.version, observation.display)

    def mark(self, kind: Recorded, row_id: int, version: int, name: str) -> ReasonDialog:
        """Ask why the row should never have been in the record."""
        place = f"{MARK}:{kind}:{row_id}"
        verb = partial(self._editing.mark_in_error, kind=kind, row_id=row_id, version=version)
        return self._ask(
            place,
            self.tr("Entered in error?"),
            self.tr(
                "{} leaves every list, chart, score and report. The history keeps it, and it can"
                " be taken back there."
            ).format(name),
            self.tr("Mark it"),
            verb,
        )

    @Slot(object)
    def take_back(self, change: Change) -> ReasonDialog:
        """Ask why the row belongs into the record after all."""
        kind, row_id, version = change.kind, change.row_id, change.version + 1
        verb = partial(self._editing.take_back, kind=kind, row_id=row_id, version=version)
        return self._ask(
            f"{BACK}:{kind}:{row_id}",
            self.tr("Bring it back into the record?"),
            self.tr("{} counts again everywhere, as before.").format(
                subject_text(change, self._zone)
            ),
            self.tr("Bring it back"),
            verb,
        )

    @Slot()
    def correct_details(self) -> None:
        """Read who the patient is, and ask who they should be."""
        if self._page.patient_id is None:
            return
        work = blink(self._records.open, self._page.patient_id)
        task = self._runner.start(self._page, "read details", work)
        task.succeeded.connect(self._ask_details)
        task.failed.connect(self._page.failed)

    @Slot(object)
    def _ask_details(self, patient: Patient) -> None:
        patient_id = patient.summary.id
        if patient_id != self._page.patient_id:
            return
        dialog, place = PatientDetailsDialog(patient, self._page), f"{DETAILS}:{patient_id}"
        self._drafting.watch(dialog, place, dialog.typed_fields, patient_id)
        dialog.wanted.connect(partial(self._correct_details, dialog, place))
        dialog.open()

    def _correct_details(
        self,
        dialog: PatientDetailsDialog,
        place: str,
        correction: PatientCorrection,
        reason: str,
    ) -> None:
        if self._page.patient_id is None:
            return
        verb = self._editing.correct_patient
        work = blink(verb, self._page.patient_id, dialog.version, correction, reason)
        self._follow(self._runner.start(dialog, "correct", work), dialog, place)

    def correct_entry(self, entry: Entry) -> CorrectEntryDialog:
        """Ask what a problem, a prescription or an allergy should have said."""
        dialog = CorrectEntryDialog(entry, self._page)
        place = f"entry:{type(entry).__name__}:{entry.id}"
        self._drafting.watch(dialog, place, dialog.typed_fields, self._page.patient_id)
        dialog.wanted.connect(partial(self._correct_entry, dialog, entry.id, place))
        dialog.open()
        return dialog

    def _correct_entry(
        self,
        dialog: CorrectEntryDialog,
        row_id: int,
        place: str,
        correction: EntryCorrection,
        reason: str,
    ) -> None:
        if self._page.patient_id is None:
            return
        verb = self._editing.correct_entry
        work = blink(verb, self._page.patient_id, row_id, dialog.version, correction, reason)
        self._follow(self._runner.start(dialog, "correct", work), dialog, place)

    def _follow(self, task: Task, dialog: Correction, place: str) -> None:
        task.succeeded.connect(dialog.accept_kept)
        task.succeeded.connect(partial(self._show, place))
        task.failed.connect(dialog.refuse)

    def _ask(
        self, place: str, title: str, words: str, verb: str, act: Callable[..., Any]
    ) -> ReasonDialog:
        dialog = ReasonDialog(title, words, verb, self._page)
        patient_id = self._page.patient_id
        self._drafting.watch(dialog, place, {"reason": dialog.reason}, patient_id)
        dialog.given.connect(partial(self._act, act, place))
        dialog.open()
        return dialog

    def _act(self, act: Callable[..., Any], place: str, reason: str) -> None:
        if self._page.patient_id is None:
            return
        work = blink(act, self._page.patient_id, reason=reason)
        task = self._runner.start(self._page, "correct", work)
        task.succeeded.connect(partial(self._show, place))
        task.failed.connect(self._page.failed)

    def _correct(
        self,
        dialog: CorrectDialog,
        observation_id: int,
        place: str,
        correction: ResultCorrection,
        reason: str,
    ) -> None:
        if self._page.patient_id is None:
            return
        work = blink(
            self._editing.correct_observation,
            self._page.patient_id,
            observation_id,
            dialog.version,
            correction,
            reason,
        )
        self._follow(self._runner.start(dialog, "correct", work), dialog, place)

    def _show(self, place: str, _change: object) -> None:
        """The record says something else now: every part of it is read anew."""
        self._drafting.discard(place)
        self._page.said.emit(self.tr("The change is in the record, and in its history."))
        self._page.open_again()

    @Slot(bool)
    def _show_all(self, every: bool) -> None:
        if self._page.patient_id is None:
            return
        read = self._records.observations if every else self._records.latest
        work = blink(read, self._page.patient_id)
        task = self._runner.start(self._page.results, "read results", work)
        task.succeeded.connect(partial(self._take_all, self._page.patient_id))
        task.failed.connect(self._page.failed)

    def _take_all(self, patient_id: int, observations: Sequence[Observation]) -> None:
        if patient_id == self._page.patient_id:
            self._page.results.show_all(observations)

    def _reopen(self, place: str) -> None:
        """Open the form of a result that was being corrected when the window was locked."""
        if self._page.patient_id is None:
            return
        wanted = int(place.rpartition(":")[2])
        work = blink(self._records.observations, self._page.patient_id)
        task = self._runner.start(self._page, "read results", work)
        task.succeeded.connect(partial(self._correct_again, wanted, self._page.patient_id))
        task.failed.connect(self._page.failed)

    def _correct_again(
        self, wanted: int, patient_id: int, observations: Sequence[Observation]
    ) -> None:
        for each in observations:
            if each.id == wanted and patient_id == self._page.patient_id:
                self.correct(each)

    def _may(self, observation: Observation) -> bool:
        concept = catalog().by_code(observation.code)
        return self._everything or (concept is not None and concept.category == "vital")

    def _offer_lists(self) -> None:
        overview, words = self._page.overview, self.tr("Correct…")
        overview.problems.offer(words, self.correct_entry)
        overview.medications.offer(words, self.correct_entry)
        overview.allergies.offer(words, self.correct_entry)
        words = self.tr("Entered in error…")
        overview.problems.offer(words, partial(self._mark_listed, Recorded.CONDITION))
        overview.medications.offer(words, partial(self._mark_listed, Recorded.MEDICATION))
        overview.allergies.offer(words, partial(self._mark_listed, Recorded.ALLERGY))
        overview.encounters.offer(words, partial(self._mark_listed, Recorded.ENCOUNTER))

    def _mark_listed(self, kind: Recorded, row: Listed) -> None:
        name = self.tr("This visit") if isinstance(row, Encounter) else row.display or row.code
        self.mark(kind, row.id, row.version, name)
