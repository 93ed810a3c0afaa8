"""The files of an import, one of them chosen; for the pages that show one file at a time."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QWidget

from clinicdesk.services.import_report import FilePreview
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.widgets.forms import Card, label


class FileTable(Card):
    """Those that are imported come first. about: one more column of what concerns the page."""

    chosen = Signal(object)  # a FilePreview

    def __init__(
        self, about: Column[FilePreview] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, margin=1, gap=0)
        columns = [*_columns(), *([about] if about else [])]
        self.model: RecordTableModel[FilePreview] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Files"))
        self.table.setProperty("plain", "true")
        self.rows.addWidget(heading(self.tr("Files")))
        self.rows.addWidget(self.table, stretch=1)

        self.table.selectionModel().currentRowChanged.connect(self._choose)

    @property
    def current(self) -> FilePreview | None:
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    def show_files(
        self, files: Sequence[FilePreview], wanted: Callable[[FilePreview], bool] = bool
    ) -> None:
        """Show the files; the same one stays chosen when they were only looked at again."""
        before = self.current.name if self.current else ""
        shown = sorted(filter(wanted, files), key=lambda file: not file.table)
        self.model.show_rows(shown)
        if shown:
            self.choose(before)

    def choose(self, name: str) -> None:
        """Choose the file of this name, or the first."""
        names = [file.name for file in self.model.rows]
        self.table.selectRow(names.index(name) if name in names else 0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.model.rows[index.row()])


def heading(text: str) -> QWidget:
    """The title of a table in a card."""
    made = label(text, "heading")
    made.setContentsMargins(10, 6, 10, 4)
    return made


def counted(count: int, one: str, many: str) -> str:
    """A count and its noun."""
    return f"{count:,} {one if count == 1 else many}"


def _columns() -> list[Column[FilePreview]]:
    return [
        Column("File", lambda f: f.name, "patients.csv mm", stretch=True, bold=True),
        Column(
            "Recognised as",
            lambda f: f.title if f.table else "Not imported",
            "Clinic CSV: visits",
        ),
        Column("Rows", _rows, "about 88,000", number=True),
    ]


def _rows(file: FilePreview) -> str:
    return f"{file.rows:,}" if file.whole else f"about {float(f'{file.rows:.2g}'):,.0f}"
