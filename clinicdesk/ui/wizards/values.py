"""What the values mean: units nobody says, two units in one column, words to be understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.etl.plan import Plan
from clinicdesk.etl.wordings import WordColumn
from clinicdesk.services.understanding import ColumnUnit
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card
from clinicdesk.ui.wizards.file_table import counted, heading
from clinicdesk.ui.wizards.step import Known, Meanings, Step
from clinicdesk.ui.wizards.unit_card import UnitCard, is_open, unit_state
from clinicdesk.ui.wizards.word_card import WordCard, open_words, word_state


@dataclass(frozen=True, slots=True)
class Item:
    """A column whose values must be understood: numbers with a unit, or words."""

    file: str
    units: ColumnUnit | None = None
    words: WordColumn | None = None

    @property
    def header(self) -> str:
        found = self.units or self.words
        return found.header if found else ""


class ValuesStep(Step):
    """The columns left, open ones first; right what is asked of the chosen one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = Plan()
        self._meanings: Meanings | None = None
        columns = self._columns()
        self.items: RecordTableModel[Item] = RecordTableModel(columns, self)
        self.table = RecordTable(self.items, columns, self.tr("Columns with units or words"))
        self.table.setProperty("plain", "true")
        self.unit, self.word = UnitCard(), WordCard()
        self._empty = EmptyState("check", theme)
        self._empty.say(
            self.tr("Nothing to decide"),
            self.tr("No column of these files has a unit or words that must be understood."),
        )
        self._cards, self._layers = QStackedWidget(), QStackedWidget()
        self._lay_out()

        self.table.selectionModel().currentRowChanged.connect(self._show_item)
        self.unit.answered.connect(self._say_unit)
        self.word.answered.connect(self._say_words)

    @property
    def lacking(self) -> str:
        words = sum(
            len(open_words(i.words, self._said(i.words))) for i in self.items.rows if i.words
        )
        if words:
            return counted(words, "word is", "words are") + " not understood: choose the meaning."
        mixed = [i for i in self.items.rows if i.units and i.units.found.split and self._open(i)]
        return "A column may hold two units: say which." if mixed else ""

    @property
    def remark(self) -> str:
        count = sum(self._open(item) for item in self.items.rows)
        if not count:
            return ""
        return (
            counted(count, "column has", "columns have") + " no unit: the values would be left out."
        )

    def show_known(self, known: Known) -> None:
        self._plan = known.plan
        if known.meanings is not None and known.meanings is not self._meanings:
            self._meanings = known.meanings
            found = sorted(_items(known.meanings), key=lambda item: not self._open(item))
            self.items.show_rows(found)
            self._layers.setCurrentIndex(1 if found else 0)
            if found:
                self.table.selectRow(0)
        self._renew()

    def take_focus(self) -> bool:
        """To the first column that waits for an answer."""
        at = next((at for at, item in enumerate(self.items.rows) if self._open(item)), -1)
        if at < 0:
            return False
        self.table.selectRow(at)
        if self.items.rows[at].units:
            self.unit.take_focus()
        else:
            self.word.table.setFocus()
        return True

    def _open(self, item: Item) -> bool:
        if item.units is not None:
            return is_open(item.units, self._plan.units.get(item.header, ""))
        return item.words is not None and bool(open_words(item.words, self._said(item.words)))

    def _said(self, column: WordColumn) -> Mapping[str, str]:
        return self._plan.words.get(column.target, {})

    @Slot(QModelIndex)
    def _show_item(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        item = self.items.rows[index.row()]
        if item.units is not None:
            self.unit.show_column(item.units, self._plan.units.get(item.header, ""))
            self._cards.setCurrentWidget(self.unit)
        elif item.words is not None:
            self.word.show_column(item.words, self._said(item.words))
            self._cards.setCurrentWidget(self.word)

    @Slot(str, str)
    def _say_unit(self, header: str, unit: str) -> None:
        self.planned.emit(replace(self._plan, units={**self._plan.units, header: unit}))

    @Slot(str, object)
    def _say_words(self, target: str, said: Any) -> None:
        words = {**self._plan.words.get(target, {}), **said}
        self.planned.emit(replace(self._plan, words={**self._plan.words, target: words}))

    def _renew(self) -> None:
        """Show what was said, where one is."""
        item = self._current()
        if item is not None and item.words is not None:
            self.word.show_column(item.words, self._said(item.words))
        if self.items.rows:
            last = self.items.index(self.items.rowCount() - 1, self.items.columnCount() - 1)
            self.items.dataChanged.emit(self.items.index(0, 0), last)
        self.changed.emit()

    def _current(self) -> Item | None:
        at = self.table.currentIndex().row()
        return self.items.rows[at] if 0 <= at < len(self.items.rows) else None

    def _state(self, item: Item) -> str:
        if item.units is not None:
            return unit_state(item.units, self._plan.units.get(item.header, ""))
        return word_state(item.words, self._said(item.words)) if item.words else ""

    def _columns(self) -> Sequence[Column[Item]]:
        return [
            Column("Column", lambda item: item.header, "physical_activity", bold=True),
            Column("File", lambda item: item.file, "visits.csv", stretch=True),
            Column("Values", self._state, "2 unknown words"),
        ]

    def _lay_out(self) -> None:
        left = Card(margin=1, gap=0)
        left.rows.addWidget(heading(self.tr("Columns with units or words")))
        left.rows.addWidget(self.table, stretch=1)
        for card in (self.unit, self.word):
            self._cards.addWidget(card)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self._cards)
        split.setSizes([480, 760])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        for page in (self._empty, split):
            self._layers.addWidget(page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._layers)


def _items(meanings: Meanings) -> list[Item]:
    units = [Item(file.name, units=each) for file in meanings.units for each in file.columns]
    words = [Item(file.name, words=each) for file in meanings.words for each in file.columns]
    return [*units, *words]
