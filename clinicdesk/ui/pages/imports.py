"""The imports there were: what each did, its files as they came, and taking one back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.imported import ImportRun, KeptFile
from clinicdesk.services.bronze import Bronze
from clinicdesk.services.imports import Imports
from clinicdesk.services.progress import Progress
from clinicdesk.services.undoing import Undoing
from clinicdesk.services.watching import Watching
from clinicdesk.ui.cards.import_undo import ImportUndoCard
from clinicdesk.ui.cards.waiting_files import WaitingFilesCard
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.tasks import TaskRunner, Work, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.wizards.counts import table_name
from clinicdesk.ui.wizards.file_table import counted, heading

SIDE = 450  # px


@dataclass(frozen=True, slots=True)
class ImportServices:
    """What the page needs of an open store. undoing: None for who may not."""

    imports: Callable[[], Imports]
    bronze: Bronze
    undoing: Undoing | None
    watching: Callable[[], Watching]
    zone: ZoneInfo


class ImportHistoryPage(QWidget):
    """The list left, newest first; right what the chosen one did and what can be done about it."""

    left = Signal()
    failed = Signal(Exception)
    said = Signal(str)
    undone = Signal()
    listed = Signal()

    def __init__(
        self,
        services: ImportServices,
        confirming: Confirming,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._confirming, self._runner = services, confirming, runner
        self._wanted: int | None = None
        columns = _columns(services.zone)
        self.model: RecordTableModel[ImportRun] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Imports"))
        files = _file_columns()
        self.files: RecordTableModel[KeptFile] = RecordTableModel(files, self)
        self._files = RecordTable(self.files, files, self.tr("Files of the import"))
        self._kept: Sequence[KeptFile] = ()
        self._title, self._facts = label("", "heading"), label("")
        self._facts.setWordWrap(True)
        self.save = CommandButton("table", self.tr("Save this file as it came…"), theme)
        self.undo = ImportUndoCard(services.undoing, confirming, theme)
        self.back = CommandButton("back", self.tr("Back to the import"), theme)
        self.waiting = WaitingFilesCard(services.watching, services.zone, runner)
        self._empty = EmptyState("import", theme)
        self._layers, self._side = QStackedWidget(), QWidget()
        self._lay_out()

        self.table.selectionModel().currentRowChanged.connect(self._show_chosen)
        self.back.clicked.connect(self.left)
        self.save.clicked.connect(self.ask_save)
        self.undo.undone.connect(self._say_undone)
        self.undo.failed.connect(self.failed)
        self.waiting.failed.connect(self.failed)
        self.waiting.said.connect(self.said)

    @property
    def chosen(self) -> ImportRun | None:
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    @property
    def chosen_file(self) -> KeptFile | None:
        at = self._files.currentIndex().row()
        return self.files.rows[at] if 0 <= at < len(self.files.rows) else None

    def choose(self, import_id: int) -> None:
        """Choose an import, now or as soon as the list is there."""
        self._wanted = import_id
        ids = [run.id for run in self.model.rows]
        if import_id in ids:
            self.table.selectRow(ids.index(import_id))

    @Slot()
    def refresh(self) -> None:
        """Read the list anew."""
        self.waiting.refresh()
        for name, work, show in (
            ("list imports", self._services.imports().history, self._show),
            ("list kept files", self._services.bronze.files, self._show_kept),
        ):
            task = self._runner.start(self, name, blink(work))
            task.succeeded.connect(show)
            task.failed.connect(self.failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def ask_save(self) -> None:
        """Ask where a file goes, as it came: it is not encrypted there."""
        file = self.chosen_file
        if file is not None:
            name = f"import-{file.sha256[:8]}{Path(file.name).suffix}"
            then = partial(self.save_file, file)
            ask_save_as(self, self.tr("Save the file as it came, not encrypted"), name, then)

    def save_file(self, file: KeptFile, out: Path) -> None:
        """Write a kept file."""
        work: Work = partial(_save, self._services.bronze, file.sha256, out)
        task = self._confirming.start(self, "save imported file", work)
        task.succeeded.connect(self._say_saved)
        task.failed.connect(self.failed)

    @Slot(object)
    def _say_saved(self, _file: object) -> None:
        self.said.emit(self.tr("The file is saved as it came. It is not encrypted there."))

    @Slot(object)
    def _show(self, runs: Sequence[ImportRun]) -> None:
        before = self._wanted or (self.chosen.id if self.chosen else 0)
        self.model.show_rows(runs)
        self._layers.setCurrentIndex(0 if runs else 1)
        self._side.setVisible(bool(runs))
        ids = [run.id for run in runs]
        if runs:
            self.table.selectRow(ids.index(before) if before in ids else 0)
        self._wanted = None
        self._show_chosen()
        self.listed.emit()

    @Slot(object)
    def _show_kept(self, kept: Sequence[KeptFile]) -> None:
        self._kept = kept
        self._show_files()

    @Slot()
    def _show_chosen(self) -> None:
        run = self.chosen
        if run is None:
            return
        self._title.setText(f"Import {run.id}")
        self._facts.setText(_facts(run, self._services.zone))
        self.undo.show_import(run.id, done=run.undone_at is not None)
        self._show_files()

    def _show_files(self) -> None:
        run = self.chosen
        kept = [file for file in self._kept if run and run.id in file.imports]
        self.files.show_rows(kept)
        self._files.selectRow(0)
        self._files.setVisible(bool(kept))
        self.save.setVisible(bool(kept))

    @Slot(int)
    def _say_undone(self, import_id: int) -> None:
        self.said.emit(self.tr("Import {} is undone.").format(import_id))
        self.refresh()
        self.undone.emit()

    def _lay_out(self) -> None:
        self._empty.say(
            self.tr("Nothing was imported yet"),
            self.tr("What is imported is listed here, and can be undone at any later time."),
        )
        for page in (self.table, self._empty):
            self._layers.addWidget(page)
        top = QHBoxLayout()
        top.addWidget(label(self.tr("Imports"), "title"))
        top.addStretch(1)
        top.addWidget(self.back)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._layers, stretch=1)
        columns.addWidget(self._side)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(top)
        rows.addWidget(self.waiting)
        rows.addLayout(columns, stretch=1)
        self._lay_out_side()

    def _lay_out_side(self) -> None:
        self._side.setFixedWidth(SIDE)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        card = Card(margin=1, gap=4)
        for words in (self._title, self._facts):
            words.setContentsMargins(12, 6, 12, 0)
            card.rows.addWidget(words)
        card.rows.addWidget(heading(self.tr("Its files, as they came")))
        self._files.setProperty("plain", "true")
        self._files.setFixedHeight(120)
        card.rows.addWidget(self._files)
        tools = QHBoxLayout()
        tools.setContentsMargins(10, 4, 10, 8)
        tools.addWidget(self.save)
        tools.addStretch(1)
        card.rows.addLayout(tools)
        column.addWidget(card)
        column.addWidget(self.undo, stretch=1)


def _save(bronze: Bronze, sha256: str, out: Path, progress: Progress) -> object:
    return bronze.save(sha256, out, progress=progress)


def _sum(run: ImportRun, name: str) -> int:
    return sum(counts.get(name, 0) for counts in run.counts.values())


def _facts(run: ImportRun, zone: ZoneInfo) -> str:
    """Who, when, and what became of the rows of each table."""
    when = instant_text(run.started_at, zone)
    lines = [f"{when}, by {run.by}" if run.by else when]
    lines += [_counts(table, counts) for table, counts in run.counts.items()]
    if run.undone_at is not None:
        lines.append(f"Undone {instant_text(run.undone_at, zone)}.")
    return "\n".join(lines)


def _counts(table: str, counts: Mapping[str, int]) -> str:
    words = {"inserted": "new", "updated": "changed", "unchanged": "as they were"}
    told = [f"{counts[name]:,} {word}" for name, word in words.items() if counts.get(name)]
    out = counts.get("rejected", 0)
    told += [f"{out:,} stayed out"] if out else []
    return f"{table_name(table)}: {', '.join(told) or 'none'}"


def _state(run: ImportRun) -> str:
    if run.undone_at is not None:
        return "Undone"
    return "" if run.finished_at else "Cut short"


def _files_text(run: ImportRun) -> str:
    if len(run.files) == 1:
        return run.files[0]
    first = run.files[0] if run.files else ""
    return f"{first} and {counted(len(run.files) - 1, 'more', 'more')}" if first else ""


def _columns(zone: ZoneInfo) -> list[Column[ImportRun]]:
    return [
        Column("Import", lambda r: f"{r.id:,}", "8,888", number=True, bold=True),
        Column("When", lambda r: instant_text(r.started_at, zone), WHEN),
        Column("By", lambda r: r.by, "dr.schw"),
        Column("Files", _files_text, "patients.csv and", stretch=True),
        Column("New", lambda r: f"{_sum(r, 'inserted'):,}", "888,888", number=True),
        Column("Changed", lambda r: f"{_sum(r, 'updated'):,}", "88,888", number=True),
        Column("Stayed out", lambda r: f"{_sum(r, 'rejected'):,}", "8,888", number=True),
        Column("", _state, "Undone", bold=True),
    ]


def _file_columns() -> list[Column[KeptFile]]:
    return [
        Column("File", lambda f: f.name, "patients.csv", stretch=True, bold=True),
        Column("Size", lambda f: _size(f.size), "8,888.8 MB", number=True),
        Column("In the store", lambda f: _size(f.packed), "8,888.8 MB", number=True),
    ]


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
