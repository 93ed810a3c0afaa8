"""Second step of an import: what was recognised, before anything is stored."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from clinicdesk.domain.units import printed_unit
from clinicdesk.services.import_report import ColumnPreview, FilePreview, ImportPreview
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.widgets.messages import Messages
from clinicdesk.ui.wizards.units import UnitsForm


class CheckStep(QWidget):
    """Files left; columns and a sample of the chosen one right."""

    accepted = Signal()
    left = Signal()
    units_named = Signal(object)  # header -> unit

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        files = _file_columns()
        self.files: RecordTableModel[FilePreview] = RecordTableModel(files, self)
        self._files = RecordTable(self.files, files, self.tr("Files"))
        self._files.setProperty("plain", "true")
        columns = _meaning_columns()
        self.columns: RecordTableModel[ColumnPreview] = RecordTableModel(columns, self)
        self._columns = RecordTable(self.columns, columns, self.tr("Columns of the file"))
        self._columns.setProperty("plain", "true")
        self._sample = QWidget()
        self._notes = Messages(theme)
        self._units = UnitsForm()
        self._zone = label("", "muted")
        self._go = CommandButton("check", self.tr("Import"), theme, kind="primary")
        self._back = CommandButton("back", self.tr("Other files"), theme)
        self._lay_out()

        self._files.selectionModel().currentRowChanged.connect(self._show_file)
        self._go.clicked.connect(self.accepted)
        self._back.clicked.connect(self.left)
        self._units.named.connect(self.units_named)

    def show_preview(self, preview: ImportPreview) -> None:
        """Show what the importer understood; it can only go on when there is something to load."""
        self.files.show_rows(sorted(preview.files, key=lambda file: not file.table))
        self._zone.setText(f"Times without a zone are taken to be in {preview.timezone}.")
        self._units.ask(_without_unit(preview))
        self._go.setEnabled(preview.importable)
        self._files.selectRow(0)
        (self._go if preview.importable else self._back).setFocus()

    @Slot(QModelIndex)
    def _show_file(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        file = self.files.rows[index.row()]
        self.columns.show_rows(file.columns)
        self._notes.show_texts([*filter(None, (file.why,)), *file.notes])
        self._show_sample(file)

    def _show_sample(self, file: FilePreview) -> None:
        columns = [_sample_column(at, column) for at, column in enumerate(file.columns)]
        model: RecordTableModel[Sequence[str]] = RecordTableModel(columns, self)
        model.show_rows(file.sample)
        table = RecordTable(model, columns, self.tr("First rows of the file"))
        table.setProperty("plain", "true")
        model.setParent(table)
        old, self._sample = self._sample, table
        self._right.replaceWidget(1, table)
        old.setParent(None)
        old.deleteLater()

    def _lay_out(self) -> None:
        files = Card(margin=1, gap=0)
        files.rows.addWidget(_heading(self.tr("What was recognised")))
        files.rows.addWidget(self._files, stretch=1)
        meaning = Card(margin=1, gap=0)
        meaning.rows.addWidget(_heading(self.tr("What its columns become, and its first rows")))
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._right.addWidget(self._columns)
        self._right.addWidget(self._sample)
        self._right.setSizes([300, 180])
        self._right.setChildrenCollapsible(False)
        meaning.rows.addWidget(self._notes)
        meaning.rows.addWidget(self._right, stretch=1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(files)
        split.addWidget(meaning)
        split.setSizes([500, 740])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._back)
        buttons.addWidget(self._zone)
        buttons.addStretch(1)
        buttons.addWidget(self._go)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(split, stretch=1)
        rows.addWidget(self._units)
        rows.addLayout(buttons)


def _heading(text: str) -> QWidget:
    made = label(text, "heading")
    made.setContentsMargins(10, 6, 10, 4)
    return made


def _file_columns() -> list[Column[FilePreview]]:
    return [
        Column("File", lambda f: f.name, "prescriptions.csv", stretch=True, bold=True),
        Column(
            "Recognised as",
            lambda f: f.title if f.table else "Not imported",
            "Synthea CSV export: medications",
        ),
        Column("Rows", _rows, "about 880,000", number=True),
    ]


def _rows(file: FilePreview) -> str:
    return f"{file.rows:,}" if file.whole else f"about {float(f'{file.rows:.2g}'):,.0f}"


def _meaning_columns() -> list[Column[ColumnPreview]]:
    return [
        Column("Column", lambda c: c.header, "physical_activity_level", bold=True),
        Column("Becomes", _meaning, "physical activity level"),
        Column("Unit", _unit, "×10³/microL (convention)"),
        Column("Note", lambda c: c.note, "The unit is missing", stretch=True),
    ]


def _meaning(column: ColumnPreview) -> str:
    return column.meaning.replace("_", " ") or "not used"


def _unit(column: ColumnPreview) -> str:
    """The unit, and who says so: the header, the user, the preset or a convention."""
    unit = printed_unit(column.unit)
    return f"{unit} ({column.origin})" if unit and column.origin else unit


def _sample_column(at: int, column: ColumnPreview) -> Column[Sequence[str]]:
    return Column(column.header, lambda row: row[at], "12 letters mm")


def _without_unit(preview: ImportPreview) -> Mapping[str, str]:
    """Headers that need a unit from the user, each with what it measures."""
    return {
        column.header: column.meaning
        for file in preview.files
        for column in file.columns
        if column.note and column.meaning and not column.unit
    }
