"""The newest result of every test, with its range, its date, its age and where it came from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSignalBlocker,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.assessment import Level, reference_text
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.display import elapsed_text, instant_text, result_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.units import printed_unit
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.tables.columns import AGE, WHEN, Column
from clinicdesk.ui.tables.look import RecordTable, TipWhenElided
from clinicdesk.ui.tables.records import RecordTableModel, RowRole
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.flag import LOOKS, paint_flag
from clinicdesk.ui.widgets.forms import toggle
from clinicdesk.ui.widgets.vitals_strip import observation_level

FLAG = 3  # its column
FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"  # as wide as a figure, as a point


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    test: str
    observation: Observation
    level: Level
    reference: str
    now: datetime

    @property
    def flag(self) -> str:
        """The word of the flag; a text result has none."""
        return "" if self.observation.value is None else LOOKS[self.level].text

    @property
    def source(self) -> str:
        found = self.observation.provenance
        return f"{found.file}, row {found.row}" if found else "By hand"


class FlagDelegate(TipWhenElided):
    """Paints the flag of a row's level."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        result: Result = index.data(RowRole)
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        widget: QWidget = option.widget
        control = widget.style().ControlElement.CE_ItemViewItem
        widget.style().drawControl(control, blank, painter, widget)
        if result.flag:
            box = QRectF(option.rect).adjusted(11, 0, 0, 0)
            painter.save()
            paint_flag(painter, result.level, box, self._theme)
            painter.restore()


class ResultsPage(QWidget):
    """All newest results in the order of the catalogue."""

    failed = Signal(Exception)
    correction_wanted = Signal(object)  # Observation
    error_wanted = Signal(object)  # Observation
    source_wanted = Signal(object)  # Observation, whose file and line are asked for
    all_wanted = Signal(bool)  # every result, or the newest of each test

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patient_id: PatientId | None = None
        columns = _columns(zone)
        self.model: RecordTableModel[Result] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, self.tr("Latest results"))
        self.table.setItemDelegateForColumn(FLAG, FlagDelegate(theme, self.table))
        self._filter = QLineEdit(placeholderText=self.tr("Show tests named…"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName(self.tr("Show only tests with this name"))
        self._filter.setFixedWidth(280)
        self._empty = EmptyState("table", theme)
        self._empty.say(self.tr("No results recorded."))
        self._all: list[Result] = []
        self._record: PatientRecord | None = None
        self._may: Callable[[Observation], bool] = _nobody
        self.every = toggle(self.tr("All results"))
        self.correct = QPushButton(self.tr("Correct…"))
        self.correct.setToolTip(self.tr("Correct the chosen result (Ctrl+E)"))
        self.in_error = QPushButton(self.tr("Entered in error…"))
        self.source = QPushButton(self.tr("Source…"))
        self.source.setAccessibleName(self.tr("Where does this come from?"))
        self.source.setToolTip(self.tr("Where does the chosen result come from? (Ctrl+Shift+O)"))
        self._lay_out()

        self._filter.textChanged.connect(self._narrow)
        self.every.toggled.connect(self.all_wanted)
        self.correct.clicked.connect(self._ask_correction)
        self.in_error.clicked.connect(self._ask_error)
        self.source.clicked.connect(self._ask_source)
        self.table.selectionModel().currentRowChanged.connect(self._judge)
        self.model.modelReset.connect(self._judge)
        QShortcut(QKeySequence("Ctrl+E"), self, self._ask_correction)
        QShortcut(QKeySequence("Ctrl+Shift+O"), self, self._ask_source)

    def show_record(self, record: PatientRecord) -> None:
        """Show the newest result of every test."""
        self.patient_id, self._record = record.patient_id, record
        with QSignalBlocker(self.every):
            self.every.setChecked(False)
        self._filter.clear()
        self._show(record.latest)

    def show_all(self, observations: Sequence[Observation]) -> None:
        """Show every result, the newest of a test first."""
        self._show(sorted(observations, key=lambda o: o.effective_at, reverse=True))

    def allow_correcting(self, may: Callable[[Observation], bool]) -> None:
        """Offer to correct what this person may correct."""
        self._may = may
        for widget in (self.every, self.correct, self.in_error):
            widget.show()

    def offer_sources(self) -> None:
        """Offer to say which line of which file a result is from."""
        self.every.show()
        self.source.show()

    @property
    def chosen(self) -> Observation | None:
        """The result of the row that is selected."""
        at = self.table.currentIndex().row()
        return self.model.rows[at].observation if 0 <= at < len(self.model.rows) else None

    def _show(self, observations: Sequence[Observation]) -> None:
        record = self._record
        if record is None:
            return
        self._all = sorted((_result(record, o) for o in observations), key=_order)
        self._narrow(self._filter.text())
        for widget in (self._filter, self.table):
            widget.setVisible(bool(self._all))
        self._empty.setVisible(not self._all)

    @Slot(str)
    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        self.model.show_rows([r for r in self._all if wanted in r.test.casefold()])

    @Slot()
    def _judge(self) -> None:
        chosen = self.chosen
        for button in (self.correct, self.in_error):
            button.setEnabled(chosen is not None and self._may(chosen))
        self.source.setEnabled(chosen is not None)

    @Slot()
    def _ask_correction(self) -> None:
        if self.correct.isVisible() and self.correct.isEnabled():
            self.correction_wanted.emit(self.chosen)

    @Slot()
    def _ask_error(self) -> None:
        self.error_wanted.emit(self.chosen)

    @Slot()
    def _ask_source(self) -> None:
        if self.source.isVisible() and self.source.isEnabled():
            self.source_wanted.emit(self.chosen)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self._filter)
        bar.addWidget(self.every)
        bar.addStretch(1)
        bar.addWidget(self.source)
        bar.addWidget(self.correct)
        bar.addWidget(self.in_error)
        for widget in (self.every, self.source, self.correct, self.in_error):
            widget.hide()
        self._judge()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(bar)
        rows.addWidget(self.table, stretch=1)
        rows.addWidget(self._empty, stretch=1)


def _nobody(_observation: Observation) -> bool:
    return False


def _result(record: PatientRecord, observation: Observation) -> Result:
    concept = catalog().by_code(observation.code)
    if concept is not None and concept.unit != observation.unit:
        concept = None  # the range is in another unit
    return Result(
        observation.display or observation.code,
        observation,
        observation_level(record, observation),
        reference_text(concept, record.gender, record.age),
        record.now,
    )


def _order(result: Result) -> tuple[int, str]:
    """The catalogue's order; what it does not know comes after, by name."""
    codes = [concept.code for concept in catalog().concepts]
    code = result.observation.code
    return (codes.index(code) if code in codes else len(codes), result.test.casefold())


def _columns(zone: tzinfo) -> list[Column[Result]]:
    return [
        Column("Test", lambda r: r.test, "Oxygen saturation in blood", stretch=True, bold=True),
        Column("Value", lambda r: aligned(result_text(r.observation)), "88,888.888", number=True),
        Column("Unit", lambda r: printed_unit(r.observation.unit), "mL/min/1.73 m²"),
        Column("Flag", lambda r: r.flag, "Critical high mm"),
        Column("Reference, adults", lambda r: r.reference),
        Column("Taken", lambda r: instant_text(r.observation.effective_at, zone), WHEN),
        Column("Age", lambda r: elapsed_text(r.observation.effective_at, r.now), AGE, number=True),
        Column("Source", lambda r: r.source, "observations.csv, row 888888"),
    ]


def aligned(text: str, places: int = 2) -> str:
    """The number with blanks as wide as figures after it, so that the points stand in a line."""
    whole, point, decimals = text.partition(".")
    if not whole.replace(",", "").lstrip("-").isdigit():
        return text
    blank = "" if point else POINT_SPACE
    return text + blank + FIGURE_SPACE * max(places - len(decimals), 0)
