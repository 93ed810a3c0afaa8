"""Writing into a record from its page: asked, checked below, kept, and the record shown anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Slot

from clinicdesk.domain.entry import NewEntry
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.vital_signs import VitalSet
from clinicdesk.services.recording import Recording
from clinicdesk.services.risk import Risks
from clinicdesk.ui.dialogs.confirm import confirm
from clinicdesk.ui.dialogs.entry import KINDS, EntryDialog
from clinicdesk.ui.dialogs.vitals import VitalsDialog
from clinicdesk.ui.drafting import Drafting
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.tasks import TaskRunner, blink

VITALS, ENTRY = "vitals", "add"


@dataclass(frozen=True)
class RecordingServices:
    """What it needs of an open clinic."""

    recording: Recording
    risks: Callable[[], Risks]
    now: Callable[[], datetime]
    zone: ZoneInfo
    entries: bool  # whether the person adds more than vital signs


class RecordingByHand(QObject):
    """Stands between the page of a patient and what is written into the store."""

    def __init__(
        self,
        page: PatientPage,
        services: RecordingServices,
        *,
        drafting: Drafting,
        runner: TaskRunner,
    ) -> None:
        super().__init__(page)
        self._page, self._services = page, services
        self._drafting, self._runner = drafting, runner
        page.offer_vitals(self.ask_vitals)
        drafting.offer(VITALS, lambda _place: self.ask_vitals())
        if services.entries:
            self._offer_entries()
            drafting.offer(ENTRY, lambda place: self.ask(place.split(":")[1]))

    @Slot()
    def ask_vitals(self) -> VitalsDialog | None:
        """Ask for a set of vital signs of the patient on the screen."""
        patient_id = self._page.patient_id
        if patient_id is None:
            return None
        who = self._page.banner.whose
        dialog = VitalsDialog(who, self._services.zone, self._services.now(), self._page)
        place = f"{VITALS}:{patient_id}"
        self._drafting.watch(dialog, place, dialog.typed_fields, patient_id)
        dialog.wanted.connect(partial(self._keep, dialog, patient_id, place))
        dialog.open()
        return dialog

    def ask(self, kind: str) -> EntryDialog | None:
        """Ask for a problem, a prescription, an allergy or a visit. kind: one of `KINDS`."""
        patient_id = self._page.patient_id
        if patient_id is None:
            return None
        who, services = self._page.banner.whose, self._services
        dialog = EntryDialog(KINDS[kind], who, services.zone, services.now(), self._page)
        place = f"{ENTRY}:{kind}:{patient_id}"
        self._drafting.watch(dialog, place, dialog.typed_fields, patient_id)
        dialog.wanted.connect(partial(self._enter, dialog, patient_id, place))
        dialog.open()
        return dialog

    @Slot()
    def say_none_known(self) -> None:
        """Ask whether somebody asked for allergies, and there are none."""
        patient_id = self._page.patient_id
        if patient_id is None:
            return
        words = self.tr("You asked today, and {} has no known allergies.")
        confirm(
            self._page,
            self.tr("No known allergies?"),
            words.format(self._page.banner.whose),
            self.tr("Record it"),
            partial(self._say_none_known, patient_id),
        )

    def _say_none_known(self, patient_id: PatientId) -> None:
        work = blink(self._services.recording.no_known_allergies, patient_id)
        task = self._runner.start(self._page, "record allergies", work)
        words = self.tr("No known allergies, as of today.")
        task.succeeded.connect(partial(self._show_entry, patient_id, "", words))
        task.failed.connect(self._page.failed)

    def _enter(
        self, dialog: EntryDialog, patient_id: PatientId, place: str, entry: NewEntry, despite: str
    ) -> None:
        work = blink(self._services.recording.entry, patient_id, entry, despite)
        task = self._runner.start(dialog, "add entry", work)
        words = self.tr("It is in the record.")
        task.succeeded.connect(dialog.accept_kept)
        task.succeeded.connect(partial(self._show_entry, patient_id, place, words))
        task.failed.connect(dialog.refuse)

    def _offer_entries(self) -> None:
        overview = self._page.overview
        for kind, part in (
            ("problem", overview.problems),
            ("prescription", overview.medications),
            ("allergy", overview.allergies),
            ("visit", overview.encounters),
        ):
            part.offer_adding(self.tr(KINDS[kind].title), partial(self.ask, kind))
        overview.allergies.offer_saying(self.tr("None known…"), self.say_none_known)

    def _keep(
        self, dialog: VitalsDialog, patient_id: PatientId, place: str, vital_set: VitalSet
    ) -> None:
        work = blink(_kept, self._services, patient_id, vital_set)
        task = self._runner.start(dialog, "record vital signs", work)
        task.succeeded.connect(dialog.accept_kept)
        task.succeeded.connect(partial(self._show, patient_id, place))
        task.failed.connect(dialog.refuse)

    def _show_entry(self, patient_id: PatientId, place: str, words: str, _row: object) -> None:
        self._show(patient_id, place, words)

    def _show(self, patient_id: PatientId, place: str, words: str) -> None:
        if place:
            self._drafting.discard(place)
        self._page.said.emit(words)
        if self._page.patient_id == patient_id:
            self._page.open_again()


def _kept(services: RecordingServices, patient_id: PatientId, vital_set: VitalSet) -> str:
    """Keep the set and say how ill the patient is by it; off the UI thread."""
    count = services.recording.vitals(patient_id, vital_set)
    values = "1 value is" if count == 1 else f"{count} values are"
    news2 = next(each for each in services.risks().scores(patient_id) if each.score == "news2")
    return f"{values} in the record. {news2.headline or news2.message}".strip()
