"""Patient lists, for whoever shows them."""

from collections.abc import Sequence

from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import patients, search
from clinicdesk.storage.database import Database


class PatientLists:
    """Find patients as somebody types, then read the lines that are looked at."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database = database
        self._access = access
        self._order: search.ListOrder | None = None  # ids in list order, kept between searches

    @requires(Action.PATIENTS_LIST)
    def find(self, text: str, progress: Progress = SILENT) -> list[PatientId]:
        """Ids in list order of those whose name, record number or birthday has these words."""
        with self._database.reading() as session:
            self._order = order = search.list_order(session, self._order)
            progress.raise_if_cancelled()
            return search.find_ids(session, text, order)

    @requires(Action.PATIENTS_LIST)
    def read(self, ids: Sequence[PatientId], progress: Progress = SILENT) -> list[PatientSummary]:
        """One line per id that is still there, in the order of `ids`."""
        progress.raise_if_cancelled()
        with self._database.reading() as session:
            return patients.summaries(session, ids)

    @requires(Action.PATIENTS_LIST)
    def by_mrn(self, mrn: str) -> PatientSummary:
        """The line with this record number; the record itself stays closed."""
        with self._database.reading() as session:
            return patients.summaries(session, [patients.get_id(session, mrn)])[0]
