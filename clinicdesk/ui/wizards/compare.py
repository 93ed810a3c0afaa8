"""What the import would change in the store, before it does."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinicdesk.services.import_report import Counts
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.wizards.counts import Line, count_columns, lines_of
from clinicdesk.ui.wizards.file_table import counted, heading
from clinicdesk.ui.wizards.step import Known, Step


class CompareStep(Step):
    """How many rows of each table are new, would change, are as they were, stay out."""

    verb = "Import"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = count_columns()
        self.counts: RecordTableModel[Line] = RecordTableModel(columns, self)
        self.table = RecordTable(self.counts, columns, self.tr("Rows of each table"))
        self.table.setProperty("plain", "true")
        self._headline = label("", "heading")
        self._remark = ""
        self._lay_out()

    def show_known(self, known: Known) -> None:
        if known.trial is None:
            return
        lines = lines_of(known.trial.report)
        self.counts.show_rows(lines)
        self._headline.setText(_headline([line.counts for line in lines]))
        errors = known.trial.errors
        out = counted(errors, "row stays", "rows stay") + " out; the result keeps them for mending."
        self._remark = out if errors else ""

    @property
    def remark(self) -> str:
        return self._remark

    def _lay_out(self) -> None:
        card = Card(margin=1, gap=0)
        card.rows.addWidget(heading(self.tr("What the store would get")))
        self._headline.setContentsMargins(10, 0, 10, 8)
        card.rows.addWidget(self._headline)
        card.rows.addWidget(self.table, stretch=1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(card)


def _headline(counts: list[Counts]) -> str:
    new, changed = sum(c.inserted for c in counts), sum(c.updated for c in counts)
    if not new and not changed:
        return "Nothing: the store knows all of it."
    return (
        f"{counted(new, 'new row', 'new rows')}, {counted(changed, 'changed row', 'changed rows')}."
    )
