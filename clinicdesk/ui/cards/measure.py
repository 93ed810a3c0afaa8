"""One measure: a number or bars, how sure it is, and its definition one key away."""

import csv
import io

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from clinicdesk.domain.measure import Look, Measure
from clinicdesk.domain.measure_words import (
    certainty_text,
    definition_text,
    exported,
    value_text,
)
from clinicdesk.ui.charts.bars import BarChart
from clinicdesk.ui.icons import IconButton
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, button, label

_HEADER = ("measure", "group", "value", "n", "low", "high")


class MeasureCard(Card):
    """Its number and every bar of it open who is behind them."""

    chosen = Signal(str, str)  # the measure's name, the bar's label

    def __init__(self, measure: Measure, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, gap=4)
        self.measure = measure
        told = measure.definition
        head = QHBoxLayout()
        head.addWidget(label(told.title, "label" if told.look is Look.TILE else "heading"))
        head.addStretch(1)
        self._info = IconButton(
            "info", self.tr("What this counts: {}").format(told.title), theme, size=16
        )
        self._info.setCheckable(True)
        head.addWidget(self._info)
        self.rows.addLayout(head)
        self._definition = label(definition_text(measure), "muted")
        self._definition.setWordWrap(True)
        self._definition.hide()
        self._add_body(theme)
        self.rows.addWidget(self._definition)
        self.rows.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._info.toggled.connect(self._definition.setVisible)

    def as_csv(self) -> str:
        """The measure as a file holds it: groups of few people without their numbers."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(_HEADER)
        told = self.measure.definition
        writer.writerows((told.name, *exported(told, bar)) for bar in self.measure.bars)
        return out.getvalue()

    def _add_body(self, theme: Theme) -> None:
        if self.measure.definition.look is Look.TILE:
            self._add_number()
            return
        chart = BarChart(theme)
        chart.show_measure(self.measure)
        chart.chosen.connect(self.chosen)
        self.rows.addWidget(chart)

    def _add_number(self) -> None:
        told, [bar, *_] = self.measure.definition, self.measure.bars
        number: QPushButton = button(value_text(told, bar), "tile")
        number.setAccessibleName(
            f"{told.title}: {value_text(told, bar)} {certainty_text(told, bar)}"
        )
        number.setEnabled(bar.count > 0)
        number.clicked.connect(self._choose)
        sure = label(certainty_text(told, bar), "muted")
        sure.setWordWrap(True)
        self.rows.addWidget(number, alignment=Qt.AlignmentFlag.AlignLeft)
        self.rows.addWidget(sure)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.measure.definition.name, self.measure.bars[0].label)
