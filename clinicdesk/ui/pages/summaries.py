"""What the research copy says: how old it is, who is in it, what was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.domain.deidentification import SMALLEST_CELL
from clinicdesk.domain.display import number_text
from clinicdesk.domain.research import Cell, CopyFacts, CountTable, MeasureSummary
from clinicdesk.domain.units import printed_unit
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.research import Research
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.copy_facts import age_text, amounts_text
from clinicdesk.ui.widgets.forms import label
from clinicdesk.ui.widgets.record_list import RecordList

HIDDEN = f"<{SMALLEST_CELL}"
TABLES = ("Gender", "Age", "Condition")


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the page shows, read in one go."""

    facts: CopyFacts
    tables: Sequence[CountTable]
    measures: Sequence[MeasureSummary]


class SummariesPage(QWidget):
    """Three small tables on the left, the measures on the right; no row is a person."""

    failed = Signal(Exception)
    shown = Signal()

    def __init__(
        self,
        research: Research,
        now: Callable[[], datetime],
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._research, self._now, self._runner = research, now, runner
        self.age = label("", "")
        self.amounts = label("", "muted")
        self.note = label(
            self.tr(
                "{} stands for a count below {}, or one that would give such a count away."
            ).format(HIDDEN, SMALLEST_CELL),
            "muted",
        )
        self.counts = [
            RecordList[Cell](self.tr(title), _cell_columns(), self.tr("Nobody")) for title in TABLES
        ]
        self.measures = RecordList[MeasureSummary](
            self.tr("Measurements"), _measure_columns(), self.tr("Nothing measured")
        )
        self.measures.table.horizontalHeader().show()
        self.setFocusProxy(self.measures.table)
        self._lay_out()

    @Slot()
    def refresh(self) -> None:
        task = self._runner.start(self, "read summaries", partial(_read, self._research))
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot(object)
    def _show(self, summary: Summary) -> None:
        self.age.setText(age_text(summary.facts, self._now()))
        self.amounts.setText(amounts_text(summary.facts.copied))
        found = {table.title: table.cells for table in summary.tables}
        for title, shown in zip(TABLES, self.counts, strict=True):
            shown.show_rows(found.get(title, ()))
        self.measures.show_rows(summary.measures)
        self.shown.emit()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        for part, share in zip(self.counts, (2, 4, 5), strict=True):
            left.addWidget(part, stretch=share)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addLayout(left, stretch=32)
        columns.addWidget(self.measures, stretch=68)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(8)
        rows.addWidget(label(self.tr("Summaries of the research copy"), "title"))
        for words in (self.age, self.amounts, self.note):
            words.setWordWrap(True)
            rows.addWidget(words)
        rows.addLayout(columns, stretch=1)


def _read(research: Research, progress: Progress = SILENT) -> Summary:
    facts, tables = research.facts(), research.count_tables(progress)
    progress.raise_if_cancelled()
    return Summary(facts, tables, research.measures(progress))


def count_text(count: int | None) -> str:
    return HIDDEN if count is None else f"{count:,}"


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value)


def _middle(measure: MeasureSummary) -> str:
    low, high = measure.lower_quartile, measure.upper_quartile
    return "" if low is None or high is None else f"{number_text(low)}–{number_text(high)}"


def _cell_columns() -> list[Column[Cell]]:
    return [
        Column("Group", lambda c: c.label.capitalize(), stretch=True),
        Column("Subjects", lambda c: count_text(c.count), "888,888", number=True),
    ]


def _measure_columns() -> list[Column[MeasureSummary]]:
    return [
        Column("Measurement", lambda m: m.display, stretch=True, bold=True),
        Column("LOINC", lambda m: m.code, "88888-8"),
        Column("Subjects", lambda m: count_text(m.subjects), "888,888", number=True),
        Column("Median", lambda m: _number(m.median), "8,888.88", number=True),
        Column("Middle half", _middle, "888.8–8,888.8", number=True),
        Column("Mean", lambda m: _number(m.mean), "8,888.88", number=True),
        Column("Unit", lambda m: printed_unit(m.unit), "mL/min/1.73 m²"),
    ]
