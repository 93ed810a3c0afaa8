"""Asking where something in a record came from: from the results, the lists and the history."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Slot

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.change_words import subject_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.progress import Progress
from clinicdesk.ui.correcting import Listed
from clinicdesk.ui.dialogs.lineage import LineageDialog
from clinicdesk.ui.pages.history import HistoryPage
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from clinicdesk.domain.lineage import Lineage
    from clinicdesk.services.lineage import Lineages


class Tracing(QObject):
    """Stands between the page of a patient and the imported files."""

    def __init__(
        self,
        page: PatientPage,
        history: HistoryPage,
        lineages: Callable[[], "Lineages"],
        *,
        runner: TaskRunner,
        zone: ZoneInfo,
    ) -> None:
        super().__init__(page)
        self._page, self._lineages = page, lineages
        self._runner, self._zone = runner, zone
        page.results.offer_sources()
        history.offer_sources()
        page.results.source_wanted.connect(self.trace_observation)
        history.source_wanted.connect(self.trace_change)
        self._offer_lists()

    @Slot(object)
    def trace_observation(self, observation: Observation) -> LineageDialog | None:
        return self.trace(Recorded.OBSERVATION, observation.id, observation.display)

    @Slot(object)
    def trace_change(self, change: Change) -> LineageDialog | None:
        return self.trace(change.kind, change.row_id, subject_text(change, self._zone))

    def trace(self, kind: Recorded, row_id: int, subject: str) -> LineageDialog | None:
        """Open the dialog and look for the lines below; None where no record is open."""
        if self._page.patient_id is None:
            return None
        dialog = LineageDialog(subject, self._zone, self._page)
        work = partial(_find, self._lineages, self._page.patient_id, kind, row_id)
        task = self._runner.start(dialog, "find lineage", work)
        task.succeeded.connect(dialog.show_lineage)
        task.failed.connect(partial(_complain, dialog))
        dialog.rejected.connect(task.cancel)
        dialog.open()
        return dialog

    def _offer_lists(self) -> None:
        overview, words = self._page.overview, self.tr("Where does this come from?")
        overview.problems.offer(words, partial(self._trace_listed, Recorded.CONDITION))
        overview.medications.offer(words, partial(self._trace_listed, Recorded.MEDICATION))
        overview.allergies.offer(words, partial(self._trace_listed, Recorded.ALLERGY))
        overview.encounters.offer(words, partial(self._trace_listed, Recorded.ENCOUNTER))

    def _trace_listed(self, kind: Recorded, row: Listed) -> LineageDialog | None:
        name = getattr(row, "display", "") or getattr(row, "code", "") or self.tr("Visit")
        return self.trace(kind, row.id, name)


def _find(
    lineages: Callable[[], "Lineages"],
    patient_id: PatientId,
    kind: Recorded,
    row_id: int,
    progress: Progress,
) -> "Lineage":
    """Off the UI thread, where the reader of files may take its time to load too."""
    return lineages().of(patient_id, kind, row_id, progress=progress)


def _complain(dialog: LineageDialog, error: Exception) -> None:
    dialog.complain(plain_text(error))
