"""A table of which one column can be typed into: Enter or the first letter begins, Enter ends."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from clinicdesk.ui.tables.columns import Column, Row
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel

_Index = QModelIndex | QPersistentModelIndex


class EditableTableModel(RecordTableModel[Row]):
    """Says what was typed; whoever hears it shows the rows again."""

    typed = Signal(int, str)  # position of the row, text

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        at: int,
        text: Callable[[Row], str],
        parent: QObject | None = None,
        *,
        may: Callable[[Row], bool] = lambda _row: True,
    ) -> None:
        """at: the column that can be typed into.  text: what one begins with there."""
        super().__init__(columns, parent)
        self.at, self._text, self._may = at, text, may

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == self.at and self._may(self.rows[index.row()]):
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.EditRole and index.isValid():
            return self._text(self.rows[index.row()])
        return super().data(index, role)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        self.typed.emit(index.row(), str(value))
        return True

    def renew(self, rows: Sequence[Row]) -> None:
        """Show the same rows as they are now, without moving anybody's place."""
        self._rows = rows
        last = self.index(len(rows) - 1, self.columnCount() - 1)
        if rows:
            self.dataChanged.emit(self.index(0, 0), last)


class EditableTable(RecordTable):
    """Enter, F2 or a letter edits the row that is chosen; Delete makes it blank."""

    emptied = Signal()

    def __init__(
        self,
        model: EditableTableModel[Any],
        columns: Sequence[Column[Any]],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, columns, name, parent)
        self._at = model.at
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.AnyKeyPressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            return  # the Enter that ends an edit comes by here
        current = self.currentIndex()
        if current.isValid() and _begins(event):
            self.setCurrentIndex(current.siblingAtColumn(self._at))
        if event.key() in _EDIT:
            self.edit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.emptied.emit()
        else:
            super().keyPressEvent(event)


_EDIT = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


def _begins(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (_NONE, Qt.KeyboardModifier.ShiftModifier)
    return event.key() in _EDIT or (plain and event.text().isprintable() and event.text() != "")


_NONE = Qt.KeyboardModifier.NoModifier
