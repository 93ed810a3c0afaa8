"""All vital signs on one time axis, with a line that reads them off (F71-F74)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import timedelta, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.domain.assessment import Level
from clinicdesk.domain.patient import PatientId
from clinicdesk.ui.charts.time_axis import Span, TimeRuler, ticks
from clinicdesk.ui.charts.track import AXIS
from clinicdesk.ui.charts.track_row import NAME, VALUES, TrackRow
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.vitals import SIGNS, Reading, readings
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import label
from clinicdesk.ui.widgets.vitals_strip import observation_level

PERIODS = {
    "24 h": timedelta(days=1),
    "7 d": timedelta(days=7),
    "30 d": timedelta(days=30),
    "1 y": timedelta(days=365.25),
    "All": None,
}
ENOUGH = 8  # readings that make a period worth opening with
TOLERANCE = 0.01  # of the span: a mouse this near to a reading points at it
MARGIN = 0.03  # of the span, kept free right of the latest reading


class VitalsPanel(QFrame):
    """Stacked tracks, a ruler and the focus line; it shows one patient at a time."""

    moved = Signal(object, object)  # Span shown, focus: seconds or None
    period_changed = Signal(str)

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Vital signs over time"))
        self.setAccessibleDescription(
            self.tr("Left and right move the line from reading to reading, page keys the period.")
        )
        self._zone, self._theme = zone, theme
        self.patient_id: PatientId | None = None
        self.period = "All"
        self._latest = 0.0
        self._earliest = 0.0
        self._span = Span(0, 1)
        self._instants: Sequence[float] = ()
        self._focus: float | None = None

        self.rows = [TrackRow(sign, at, theme) for at, sign in enumerate(SIGNS)]
        self._ruler = TimeRuler(NAME + AXIS, VALUES, theme)
        self._missing = label("", "muted")
        self._missing.setWordWrap(True)
        self._none = EmptyState("chart", theme)
        self._none.say(self.tr("No vital signs recorded."))
        self._none.hide()
        self._lay_out()

        theme.changed.connect(self._dress)
        for row in self.rows:
            row.track.pointed.connect(self._point)
            row.track.left.connect(self._release)

    # -- what is shown ------------------------------------------------------------------------

    @property
    def span(self) -> Span:
        return self._span

    @property
    def focus(self) -> float | None:
        return self._focus

    def show_record(self, record: PatientRecord) -> None:
        """Show the vital signs of another patient, in the shortest period that has enough."""
        self.patient_id = record.patient_id
        instants: set[float] = set()
        for row in self.rows:
            found = readings(row.track.sign, record.vitals)
            drawn = [r for r in found if _drawable(record, r)]
            row.show_readings(record, drawn, len(found) - len(drawn))
            row.setVisible(bool(drawn))
            instants.update(r.at.timestamp() for r in drawn)
        self._instants = sorted(instants)
        self._latest = self._instants[-1] if instants else record.now.timestamp()
        self._earliest = self._instants[0] if instants else self._latest
        self._focus = None
        absent = [row.track.sign.label for row in self.rows if row.isHidden()]
        self._missing.setText(f"Not recorded: {', '.join(absent)}" if absent else "")
        self._none.setVisible(not self._instants)
        self._missing.setVisible(bool(absent))
        self.show_period(self._opening_period())

    @Slot(str)
    def show_period(self, period: str) -> None:
        """Show a fixed period that ends with the latest reading."""
        self.period = period
        length = PERIODS[period]
        if length is None:
            seconds = max(self._latest - self._earliest, 3600.0)
            self._show(Span(self._earliest - seconds * MARGIN, self._latest + seconds * MARGIN))
        else:
            end = self._latest + length.total_seconds() * MARGIN
            self._show(Span(end - length.total_seconds(), end))
        self.period_changed.emit(period)

    @Slot()
    def earlier(self) -> None:
        self._shift(-0.5)

    @Slot()
    def later(self) -> None:
        self._shift(0.5)

    def _shift(self, share: float) -> None:
        """Move the window; it neither stretches nor leaves the readings."""
        by = self._span.length * share
        if self._span.start + by <= self._latest and self._span.end + by >= self._earliest:
            self._show(Span(self._span.start + by, self._span.end + by))

    def _show(self, span: Span) -> None:
        self._span = span
        pixels = max(self._ruler.width() - NAME - AXIS - VALUES, 200)
        lines = ticks(span, self._zone, pixels)
        self._ruler.show_ticks(span, lines)
        for row in self.rows:
            if not row.isHidden():
                row.track.show_span(span, lines)
                row.say_scale()
        self._place_focus(self._focus)

    def _opening_period(self) -> str:
        for period, length in PERIODS.items():
            if length is not None:
                since = self._latest - length.total_seconds()
                if len(self._instants) - bisect_left(self._instants, since) >= ENOUGH:
                    return period
        return "All"

    # -- the focus line -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: self._previous,
            Qt.Key.Key_Right: self._next,
            Qt.Key.Key_PageUp: self.earlier,
            Qt.Key.Key_PageDown: self.later,
            Qt.Key.Key_Escape: self._release,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            step()

    def _previous(self) -> None:
        at = bisect_left(self._instants, self._span.end if self._focus is None else self._focus)
        if at > 0:
            self._walk_to(self._instants[at - 1])

    def _next(self) -> None:
        at = bisect_right(self._instants, self._span.end if self._focus is None else self._focus)
        if at < len(self._instants):
            self._walk_to(self._instants[at])

    def _walk_to(self, at: float) -> None:
        """Focus a reading; the window follows when it is outside."""
        while not self._span.start <= at <= self._span.end:
            before = self._span
            self._shift(-0.5 if at < self._span.start else 0.5)
            if self._span == before:
                break
        self._place_focus(at)

    @Slot(float)
    def _point(self, at: float) -> None:
        inside = self._span.start <= at <= self._span.end
        self._place_focus(at if inside else None)

    @Slot()
    def _release(self) -> None:
        self._place_focus(None)

    def _place_focus(self, at: float | None) -> None:
        self._focus = at
        for row in self.rows:
            row.show_focus(at, self._span.length * TOLERANCE)
        self.moved.emit(self._span, at)

    # -- looks --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.patient_id is not None:
            self._show(self._span)

    @Slot()
    def _dress(self) -> None:
        for row in self.rows:
            row.track.dress()
        if self.patient_id is not None:
            self._show(self._span)

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self.rows:
            column.addWidget(row, stretch=3 if row.track.sign.code == "8480-6" else 2)
        column.addStretch(0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 4, 8, 6)
        outer.setSpacing(2)
        outer.addWidget(self._ruler)
        outer.addWidget(scroll, stretch=1)
        outer.addWidget(self._none, stretch=3)
        outer.addWidget(self._missing)


def _drawable(record: PatientRecord, reading: Reading) -> bool:
    """An implausible value would bend the picture; it is counted beside it instead."""
    parts = [reading.main, *([reading.low] if reading.low else [])]
    return all(observation_level(record, part) is not Level.IMPLAUSIBLE for part in parts)
