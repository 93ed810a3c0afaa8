"""A compact list of one kind of thing in the record, with its count and its empty word."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QWidget

from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.widgets.forms import Card, button, label

Row = TypeVar("Row")


class RecordList(Card, Generic[Row]):
    """Title, count, table."""

    def __init__(
        self,
        title: str,
        columns: Sequence[Column[Row]],
        nothing: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, margin=1, gap=0)
        self.model: RecordTableModel[Row] = RecordTableModel(columns, self)
        self.table = RecordTable(self.model, columns, title)
        self.table.setProperty("plain", "true")
        self.table.horizontalHeader().hide()
        self.table.wrap()
        self._count = label("", "muted")
        self._nothing = label(nothing, "muted")
        self._nothing.setContentsMargins(10, 2, 10, 8)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty_only: QPushButton | None = None
        head = self._head = QHBoxLayout()
        head.setContentsMargins(10, 6, 10, 4)
        head.setSpacing(10)
        head.addWidget(label(title, "heading"))
        head.addStretch(1)
        head.addWidget(self._count)
        body = QWidget()
        self._layers = QStackedLayout(body)
        self._layers.addWidget(self.table)
        self._layers.addWidget(self._nothing)
        self.rows.addLayout(head)
        self.rows.addWidget(body, stretch=1)

    def offer(self, text: str, then: Callable[[Row], object]) -> None:
        """Offer something to do with a row, by its menu: the right button, or the Menu key."""
        action = QAction(text, self.table)
        action.triggered.connect(partial(self._act, then))
        self.table.addAction(action)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def offer_adding(self, purpose: str, then: Callable[[], object]) -> None:
        """Offer to add a row. purpose: what the button does, in words."""
        self._head.addWidget(self._link(self.tr("Add…"), purpose, then))

    def offer_saying(self, text: str, then: Callable[[], object]) -> None:
        """Offer to say something of a list that is empty."""
        self._empty_only = self._link(text, text, then)
        self._empty_only.hide()
        self._head.insertWidget(self._head.count() - 1, self._empty_only)

    def _link(self, text: str, purpose: str, then: Callable[[], object]) -> QPushButton:
        made = button(text, "link")
        made.setAccessibleName(purpose)
        made.setToolTip(purpose)
        made.clicked.connect(partial(_without_state, then))
        return made

    def _act(self, then: Callable[[Row], object], _checked: bool = False) -> None:
        at = self.table.currentIndex().row()
        if 0 <= at < len(self.model.rows):
            then(self.model.rows[at])

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.model.show_rows(rows)
        self._count.setText(str(len(rows)) if rows else "")
        self._layers.setCurrentIndex(0 if rows else 1)
        if self._empty_only is not None:
            self._empty_only.setVisible(not rows)


def _without_state(then: Callable[[], object], _checked: bool = False) -> None:
    """What a click does, without the state of its button."""
    then()
