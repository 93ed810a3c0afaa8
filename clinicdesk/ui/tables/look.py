"""How a column looks, the same in every table."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from clinicdesk.ui.stylesheet import ROW
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.typeface import font

PADDING = 26  # px: what a cell and its heading keep free at both sides
BETWEEN = 8  # px between the lines of one row and those of the next
LEAST = 3 * ROW + 4  # px: a heading and two rows
_PLAIN, _BOLD, _HEAD = font(13), font(13, bold=True), font(12, bold=True)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.TextFlag.TextWordWrap.value
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def look(column: Column[Any], role: int) -> Any:
    """The alignment and the weight of a cell."""
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _RIGHT if column.number else _LEFT
    if role == Qt.ItemDataRole.FontRole and column.bold:
        return _BOLD
    return None


def heading(
    columns: Sequence[Column[Any]], section: int, orientation: Qt.Orientation, role: int
) -> Any:
    if orientation is not Qt.Orientation.Horizontal:
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return columns[section].title
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return look(columns[section], role)
    return None


def width_of(column: Column[Any]) -> int:
    """Pixels that hold the heading and the widest text of the column."""
    text = QFontMetrics(_BOLD if column.bold else _PLAIN).horizontalAdvance(column.sample)
    return max(text, QFontMetrics(_HEAD).horizontalAdvance(column.title)) + PADDING


class TipWhenElided(QStyledItemDelegate):
    """Shows the whole text of a cell in a tooltip, but only where it was cut."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as its lines are, where they wrap: Qt's own hint forgets the style's padding."""
        hint = super().sizeHint(option, index)
        view = option.widget
        if isinstance(view, QTableView) and view.wordWrap():
            width = view.columnWidth(index.column()) - PADDING
            metrics = QFontMetrics(index.data(Qt.ItemDataRole.FontRole) or _PLAIN)
            lines = metrics.boundingRect(0, 0, width, 0, _WRAPPED, str(index.data() or ""))
            hint.setHeight(max(hint.height(), lines.height() + BETWEEN))
        return hint

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        cut = self.sizeHint(option, index).width() > view.visualRect(index).width()
        QToolTip.showText(event.globalPos(), str(index.data()) if cut else "", view)
        return True


class RecordTable(QTableView):
    """A table of whole rows: no grid, light bands, arrows move, Enter opens."""

    def __init__(
        self,
        model: QAbstractItemModel,
        columns: Sequence[Column[Any]],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setItemDelegate(TipWhenElided(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(48)
        self.setMinimumHeight(ROW)
        self._columns = columns
        self._wraps = False
        self._spread()

    def wrap(self) -> None:
        """Let long texts go on in a second line, where a cut one could do harm: a dose."""
        self._wraps = True
        self.setWordWrap(True)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.model().modelReset.connect(self.resizeRowsToContents)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()
        if self._wraps:
            self.resizeRowsToContents()

    def _spread(self) -> None:
        """Give spare width to the stretching columns; without any, the table scrolls sideways."""
        wanted = [width_of(column) for column in self._columns]
        takers = [at for at, column in enumerate(self._columns) if column.stretch]
        spare = max(self.viewport().width() - sum(wanted), 0)
        for at, width in enumerate(wanted):
            share = spare // len(takers) if at in takers else 0
            self.horizontalHeader().resizeSection(at, width + share)
