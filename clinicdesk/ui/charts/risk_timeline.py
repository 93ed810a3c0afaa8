"""What models said of the patient before: each number, its version, and whether it still holds."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.history_words import standing_text
from clinicdesk.domain.risk import RiskAssessment
from clinicdesk.ui.charts.risk_trend import RiskTrend
from clinicdesk.ui.tables.columns import DAY, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card


class _KeptModel(RecordTableModel[RiskAssessment]):
    """Strikes through what no longer holds."""

    now: datetime | None = None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.FontRole and self._over(index):
            struck = font(13)
            struck.setStrikeOut(True)
            return struck
        return super().data(index, role)

    def _over(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        struck = index.isValid() and index.column() < _STRUCK
        return struck and self.now is not None and self.rows[index.row()].over(self.now)


_STRUCK = 3  # columns: when, number, version


class RiskTimeline(Card):
    """The line over time above, the list below, of the model that is shown."""

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=1, gap=0)
        self._zone = zone
        self.trend = RiskTrend(zone, theme)
        columns = self._columns()
        self.kept = _KeptModel(columns, self)
        self._table = RecordTable(self.kept, columns, self.tr("Estimates in the record"))
        self._table.setProperty("plain", "true")
        self._table.wrap()
        self._empty = EmptyState("info", theme)
        self._empty.say(
            self.tr("No estimate of this model is in the record."),
            self.tr("Save one, agree with one or decide otherwise: then it is kept here."),
        )
        for widget in (self.trend, self._table, self._empty):
            self.rows.addWidget(widget)
        self.rows.setStretchFactor(self._table, 1)
        self.show_kept([], None)

    def show_kept(self, kept: Sequence[RiskAssessment], now: datetime | None) -> None:
        """Newest first; all of one model."""
        self.kept.now = now
        self.kept.show_rows(kept)
        self.trend.show_kept(kept, now)
        self.trend.setVisible(len(kept) > 1)
        self._table.setVisible(bool(kept))
        self._empty.setVisible(not kept)

    def _columns(self) -> list[Column[RiskAssessment]]:
        return [
            Column("When", lambda x: instant_text(x.assessed_at, self._zone)[:11], DAY),
            Column("Number", lambda x: x.estimate.shown, "100.0 %", number=True),
            Column("Version", lambda x: x.estimate.version, "10.0.0"),
            Column("Does it hold, and what was answered", self._said, stretch=True),
        ]

    def _said(self, kept: RiskAssessment) -> str:
        return standing_text(kept, self._zone, self.kept.now) if self.kept.now else ""
