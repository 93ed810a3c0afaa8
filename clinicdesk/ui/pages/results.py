"""The newest result of every test, with its range, its date, its age and where it came from."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem, QVBoxLayout, QWidget

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
        return f"{found.file}, row {found.row}" if found else ""


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
        self._filter.setMaximumWidth(280)
        self._empty = EmptyState("table", theme)
        self._empty.say(self.tr("No results recorded."))
        self._all: list[Result] = []
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self._filter)
        rows.addWidget(self.table, stretch=1)
        rows.addWidget(self._empty, stretch=1)

        self._filter.textChanged.connect(self._narrow)

    def show_record(self, record: PatientRecord) -> None:
        self.patient_id = record.patient_id
        self._all = sorted((_result(record, o) for o in record.latest), key=_order)
        self._filter.clear()
        self._narrow("")
        for widget in (self._filter, self.table):
            widget.setVisible(bool(self._all))
        self._empty.setVisible(not self._all)

    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        self.model.show_rows([r for r in self._all if wanted in r.test.casefold()])


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
