"""A track with its name and scale on the left and its values on the right."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.domain.assessment import reference_text
from clinicdesk.domain.catalog import Range, catalog
from clinicdesk.domain.units import printed_unit
from clinicdesk.ui.charts.series import Series
from clinicdesk.ui.charts.track import Track
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.vitals import PRESSURE, Reading, Sign
from clinicdesk.ui.widgets.flag import Flag
from clinicdesk.ui.widgets.forms import label
from clinicdesk.ui.widgets.vitals_strip import reading_level, reading_text

NAME, VALUES = 136, 116  # px: the columns beside the plot
MARGIN = 4  # px: at both sides of a column


class TrackRow(QWidget):
    """Name, unit and reference; plot; the value at the line, or the latest and the one before."""

    def __init__(
        self, sign: Sign, colour: int, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.track = Track(sign, colour, theme)
        self._readings: Sequence[Reading] = ()
        self._instants: Sequence[float] = ()
        self._record: PatientRecord | None = None
        self._left_out = 0
        self._reference = ""
        self._unit = label("", "muted")
        self._scale = label("", "muted")
        self._value = label("", "value")
        self._before = label("", "muted")
        self._flag = Flag(theme)
        name = self._column(NAME, label(sign.label, "heading"), self._unit, self._scale)
        values = self._column(VALUES, self._value, self._flag, self._before)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(name)
        row.addWidget(self.track, stretch=1)
        row.addWidget(values)

    @property
    def shown_value(self) -> str:
        return self._value.text()

    def show_readings(
        self, record: PatientRecord, readings: Sequence[Reading], left_out: int
    ) -> None:
        """Take the readings to draw. left_out: implausible ones, which are only counted."""
        self._record, self._readings, self._left_out = record, readings, left_out
        self._instants = [r.at.timestamp() for r in readings]
        concept = catalog().by_code(self.track.sign.code)
        self._reference = reference_text(concept, record.gender, record.age)
        band = concept.reference_for(record.gender) if concept and self._reference else _NO_BAND
        series, lows = series_of(readings)
        self.track.show_series(series, band, lows if self.track.sign is PRESSURE else None)
        self._unit.setText(printed_unit(readings[-1].main.unit) if readings else "")

    def say_scale(self) -> None:
        """Say what the band is, and when the scale or the readings are not the usual ones."""
        text = f"{self._reference} adults" if self._reference else "No reference range"
        if self.track.widened:
            text = "Scale widened"
        if self._left_out:
            text = f"{self._left_out} implausible left out"
        self._scale.setText(text)

    def show_focus(self, at: float | None, tolerance: float) -> None:
        """Show the reading at the line, if there is one near enough; without a line the latest."""
        self.track.show_focus(at)
        found = len(self._readings) - 1 if at is None else self._nearest(at, tolerance)
        if found is None or found < 0:
            self._value.setText("–")
            self._flag.show_level(None)
            self._before.setText("no reading here" if self._readings else "")
            return
        reading = self._readings[found]
        self._value.setText(reading_text(reading))
        assert self._record is not None  # readings come with their record
        self._flag.show_level(reading_level(self._record, reading))
        before = self._readings[found - 1] if found else None
        self._before.setText(f"before {reading_text(before)}" if before else "first reading")

    def _nearest(self, at: float, tolerance: float) -> int | None:
        right = bisect_left(self._instants, at)
        near = [i for i in (right - 1, right) if 0 <= i < len(self._instants)]
        best = min(near, key=lambda i: abs(self._instants[i] - at), default=None)
        if best is None or abs(self._instants[best] - at) > tolerance:
            return None
        return best

    def _column(self, width: int, *widgets: QWidget) -> QWidget:
        column = QWidget()
        column.setFixedWidth(width)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(MARGIN, 2, MARGIN, 2)
        rows.setSpacing(0)
        for widget in widgets:
            rows.addWidget(widget)
        rows.addStretch(1)
        return column


_NO_BAND = Range(None, None)


def series_of(found: Sequence[Reading]) -> tuple[Series, np.ndarray]:
    """The points of readings, and the diastolic pressures beside them."""
    x = np.array([r.at.timestamp() for r in found], dtype=float)
    y = np.array([r.main.value for r in found], dtype=float)
    lows = [np.nan if r.low is None or r.low.value is None else r.low.value for r in found]
    return Series(x, y), np.array(lows, dtype=float)
