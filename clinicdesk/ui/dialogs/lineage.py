"""Where a value came from: the line of the file, its cell marked, and what was done with it."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.lineage import Lineage, Origin, SourceCell
from clinicdesk.ui.stylesheet import ROW
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.widgets.forms import label

SIZE = (760, 560)  # px, where the window has as much
_MARGIN = 32  # px
_MOST_SHOWN = 8  # rows of a table before it scrolls


class LineageDialog(QDialog):
    """Reads first; shows the lines as soon as they are found. Escape closes.

    Its title names the program alone: titles are read by taskbars and screen recorders.
    """

    def __init__(self, subject: str, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent.window())
        self._zone = zone
        self.setWindowTitle("ClinicDesk")
        self.setAccessibleName(self.tr("Where this comes from"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        room = parent.window().size()
        self.resize(min(SIZE[0], room.width() - _MARGIN), min(SIZE[1], room.height() - _MARGIN))
        self._told = label(self.tr("Looking for the line in the file…"))
        self._told.setWordWrap(True)
        self.tables: list[RecordTable] = []
        self._lay_out(subject)
        self.finished.connect(self.deleteLater)

    def show_lineage(self, found: Lineage) -> None:
        """Show every line the value came from, the newest first, and what people did since."""
        self._told.setVisible(not found.origins)
        self._told.setText(self.tr("No import brought this: a person entered it here."))
        if found.changes:
            self._add(label(self.tr("Changed by hand since"), "heading"))
            for change in found.changes:
                self._add_line(change)
        for at, origin in enumerate(found.origins):
            self._add_origin(origin, is_first=not at)
        self._body.addStretch(1)
        if self.tables:
            self.tables[0].setFocus()

    def complain(self, text: str) -> None:
        """Say why there is nothing to show."""
        self._told.setText(text)

    def _add_origin(self, origin: Origin, *, is_first: bool) -> None:
        title = self.tr("In the file") if is_first else self.tr("Before that")
        self._add(label(f"{title}: {origin.file}, row {origin.row}", "heading"))
        when = instant_text(origin.imported_at, self._zone)
        inside = f", in {origin.picked}" if origin.picked not in ("", origin.file) else ""
        self._add_line(f"Import {origin.import_id} by {origin.by}, {when}{inside}", "muted")
        self._add_line(f"SHA-256 {origin.sha256}", "muted")
        if origin.missing:
            self._add_line(origin.missing)
        if origin.cells:
            self._add(self._table(origin.cells))
        for step in origin.steps:
            self._add_line(step)

    def _table(self, cells: Sequence[SourceCell]) -> RecordTable:
        columns = _columns()
        model: RecordTableModel[SourceCell] = RecordTableModel(columns, self)
        table = RecordTable(model, columns, self.tr("Cells of the line"))
        table.setProperty("plain", "true")
        in_order = sorted(cells, key=lambda cell: (not cell.is_source, not cell.is_used))
        model.show_rows(in_order)
        table.setFixedHeight(ROW * (min(len(cells), _MOST_SHOWN) + 1) + 12)
        table.selectRow(0)
        self.tables.append(table)
        return table

    def _add_line(self, text: str, role: str = "") -> None:
        line = label(text, role)
        line.setWordWrap(True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._add(line)

    def _add(self, widget: QWidget) -> None:
        self._body.addWidget(widget)

    def _lay_out(self, subject: str) -> None:
        inner = QWidget()
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(0, 0, 12, 0)
        self._body.setSpacing(8)
        self._body.addWidget(self._told)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 20)
        rows.setSpacing(12)
        rows.addWidget(label(self.tr("Where this comes from"), "heading"))
        rows.addWidget(label(subject))
        rows.addWidget(area, stretch=1)
        rows.addWidget(buttons)


def _columns() -> list[Column[SourceCell]]:
    return [
        Column("", _mark, "The value is here"),
        Column("Column", lambda cell: cell.header, "diastolic_blood_pressure", bold=True),
        Column("In the file", lambda cell: cell.text, "2026-01-01 08:00:00", stretch=True),
        Column("Mended to", lambda cell: cell.mended, "2026-01-01"),
    ]


def _mark(cell: SourceCell) -> str:
    if cell.is_source:
        return "the value"
    return "used too" if cell.is_used else ""
