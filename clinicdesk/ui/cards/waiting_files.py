"""Files of the watched folder that wait for a person: why, and what to do."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.understood import WatchedFile, WatchedState
from clinicdesk.services.progress import Progress
from clinicdesk.services.watching import Watching
from clinicdesk.ui.stylesheet import ROW
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Card, button
from clinicdesk.ui.wizards.file_table import heading

_MOST = 4  # rows in sight


class WaitingFilesCard(Card):
    """Hidden while nothing waits."""

    failed = Signal(Exception)
    said = Signal(str)

    def __init__(
        self,
        watching: Callable[[], Watching],
        zone: ZoneInfo,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, margin=1, gap=0)
        self._watching, self._runner = watching, runner
        columns = _columns(zone)
        self.files: RecordTableModel[WatchedFile] = RecordTableModel(columns, self)
        self.table = RecordTable(self.files, columns, self.tr("Files that wait"))
        self.table.setProperty("plain", "true")
        self.again = button(self.tr("Try it again"))
        self.dismiss = button(self.tr("It is settled"))
        self._lay_out()

        self.again.clicked.connect(self.try_again)
        self.dismiss.clicked.connect(self.settle)

    @Slot()
    def refresh(self) -> None:
        """Read what waits."""
        task = self._runner.start(self, "read waiting files", self._read)
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot()
    def try_again(self) -> None:
        """Let the next look meet the chosen file as a new one."""
        self._decide(self._watching().try_again, self.tr("The next look tries it again."))

    @Slot()
    def settle(self) -> None:
        """Nothing more is to be done with the chosen file."""
        self._decide(self._watching().dismiss, self.tr("The file no longer waits."))

    def _decide(self, method: Callable[[int], None], words: str) -> None:
        at = self.table.currentIndex().row()
        if 0 <= at < len(self.files.rows):
            work = blink(method, self.files.rows[at].id)
            task = self._runner.start(self, "decide on a file", work)
            task.succeeded.connect(lambda _none: self.said.emit(words))
            task.failed.connect(self.failed)
            task.finished.connect(self.refresh)

    def _read(self, _progress: Progress) -> Sequence[WatchedFile]:
        every = self._watching().every()
        return [each for each in every if each.state is WatchedState.WAITING]

    @Slot(object)
    def _show(self, waiting: Sequence[WatchedFile]) -> None:
        self.files.show_rows(waiting)
        self.table.setFixedHeight((min(len(waiting), _MOST) + 1) * ROW + 12)
        self.table.selectRow(0)
        self.setVisible(bool(waiting))

    def _lay_out(self) -> None:
        self.rows.addWidget(heading(self.tr("These files of the watched folder wait for you")))
        self.rows.addWidget(self.table)
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 10, 8)
        row.setSpacing(8)
        for each in (self.again, self.dismiss):
            row.addWidget(each)
        row.addStretch(1)
        self.rows.addLayout(row)
        self.hide()


def _columns(zone: ZoneInfo) -> list[Column[WatchedFile]]:
    return [
        Column("File", lambda f: f.name, "patients.csv mmm", bold=True),
        Column("Seen", lambda f: instant_text(f.seen_at, zone), WHEN),
        Column("Why it waits", lambda f: f.problem, "m" * 20, stretch=True),
    ]
