"""What each column becomes, and who says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from clinicdesk.domain.units import printed_unit
from clinicdesk.services.import_report import ColumnPreview, FilePreview
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card
from clinicdesk.ui.widgets.messages import Messages
from clinicdesk.ui.wizards.file_table import FileTable, counted, heading
from clinicdesk.ui.wizards.step import Known, Step

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A column with some of its cells."""

    column: ColumnPreview
    examples: Sequence[str] = field(repr=False)


class ColumnsStep(Step):
    """Files left; right the columns of the chosen one, each with examples."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = FileTable(Column("Not used", _unused, "88", number=True))
        columns = _columns()
        self.columns: RecordTableModel[Shown] = RecordTableModel(columns, self)
        self._table = RecordTable(self.columns, columns, self.tr("Columns of the file"))
        self._table.setProperty("plain", "true")
        self._notes = Messages(theme)
        self._lay_out()

        self.files.chosen.connect(self._show_file)

    def show_known(self, known: Known) -> None:
        files = known.preview.files if known.preview else []
        self.files.show_files(files, lambda file: bool(file.table))
        self.changed.emit()

    @property
    def remark(self) -> str:
        unused = sum(int(_unused(file)) for file in self.files.model.rows)
        return counted(unused, "column is", "columns are") + " not used." if unused else ""

    def take_focus(self) -> bool:
        return False

    @Slot(object)
    def _show_file(self, file: FilePreview) -> None:
        self._notes.show_texts(file.notes)
        self.columns.show_rows(
            [
                Shown(column, _examples([row[at] for row in file.sample]))
                for at, column in enumerate(file.columns)
            ]
        )

    def _lay_out(self) -> None:
        meaning = Card(margin=1, gap=0)
        meaning.rows.addWidget(heading(self.tr("What its columns become")))
        meaning.rows.addWidget(self._notes)
        meaning.rows.addWidget(self._table, stretch=1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.files)
        split.addWidget(meaning)
        split.setSizes([430, 810])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)


_ORIGINS: Mapping[str, str] = {
    "user": "you said so",
    "header": "from the heading",
    "preset": "the file's format says so",
    "convention": "by convention",
    "values": "told by its values",
}


def _unused(file: FilePreview) -> str:
    return str(sum(not column.meaning for column in file.columns))


def _examples(cells: Sequence[str]) -> Sequence[str]:
    """The first different cells that hold something."""
    return [*dict.fromkeys(cell for cell in cells if cell.strip())][:_EXAMPLES]


def _columns() -> list[Column[Shown]]:
    return [
        Column("Column", lambda s: s.column.header, "physical_activity_level", bold=True),
        Column("Becomes", lambda s: meaning_text(s.column), "physical activity level"),
        Column("Unit", lambda s: printed_unit(s.column.unit), "×10³/microL"),
        Column("Why", lambda s: why_text(s.column), "the file's format says so"),
        Column("Examples", lambda s: ", ".join(s.examples), "m" * 12, stretch=True),
    ]


def meaning_text(column: ColumnPreview) -> str:
    return column.meaning.replace("_", " ") or "not used"


def why_text(column: ColumnPreview) -> str:
    return column.note or _ORIGINS.get(column.origin, column.origin)
