"""One column of words: every distinct one with its count, and what each means."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QPushButton, QWidget

from clinicdesk.etl.plan import REJECT
from clinicdesk.etl.wordings import Word, WordColumn
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.wizards.file_table import counted

_REFUSE = "Refuse these rows"


class WordCard(Card):
    """Choose words, then a meaning: with its button or with its number on the keyboard."""

    answered = Signal(str, object)  # target, {word: our word or `reject`}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=1, gap=0)
        self._column: WordColumn | None = None
        self._said: Mapping[str, str] = {}
        self._title, self._hint = label("", "heading"), label("", "muted")
        self._hint.setWordWrap(True)
        columns = self._columns()
        self.words: RecordTableModel[Word] = RecordTableModel(columns, self)
        self.table = RecordTable(self.words, columns, self.tr("Words of the column"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setProperty("plain", "true")
        self.buttons: list[QPushButton] = []
        self._keys: list[QShortcut] = []
        self._tools, self._ways = QHBoxLayout(), QHBoxLayout()
        self._lay_out()

    def show_column(self, column: WordColumn, said: Mapping[str, str]) -> None:
        """Show the words. said: word -> what somebody said it means."""
        same = self._column is not None and self._column.words == column.words
        self._column, self._said = column, said
        self._title.setText(f"{column.header}: {counted(len(column.words), 'word', 'words')}")
        self._hint.setText(_hint(column, said))
        if same:
            self._renew()
            return
        self.words.show_rows(sorted(column.words, key=lambda word: bool(self._means(word))))
        self.table.selectRow(0)
        self._offer(column)

    def say(self, meaning: str) -> None:
        """The chosen words mean this. meaning: our word, or `reject`."""
        at = {index.row() for index in self.table.selectionModel().selectedRows()}
        chosen = {self.words.rows[row].text: meaning for row in at}
        if self._column is not None and chosen:
            self.answered.emit(self._column.target, chosen)

    def say_all(self, reading: Mapping[str, str]) -> None:
        """All words mean what this way of reading says. reading: casefolded word -> our word."""
        if self._column is not None:
            known = {w.text: reading.get(w.text.casefold(), "") for w in self._column.words}
            said = {text: meaning for text, meaning in known.items() if meaning}
            self.answered.emit(self._column.target, said)

    def _means(self, word: Word) -> str:
        return self._said.get(word.text, word.meaning)

    def _means_text(self, word: Word) -> str:
        meaning = self._means(word)
        choices = self._column.choices if self._column else {}
        if meaning == REJECT:
            return "Refused"
        return choices.get(meaning, meaning) or ("?" if choices else "kept as written")

    def _renew(self) -> None:
        first = self.words.index(0, 0)
        last = self.words.index(self.words.rowCount() - 1, self.words.columnCount() - 1)
        self.words.dataChanged.emit(first, last)

    def _offer(self, column: WordColumn) -> None:
        """A button for each meaning, with the number that does the same."""
        for old in (*self.buttons, *self._keys):
            old.setParent(None)
            old.deleteLater()
        self.buttons, self._keys = [], []
        answers = {**column.choices, REJECT: _REFUSE} if column.choices else {}
        for number, (meaning, words) in enumerate(answers.items(), start=1):
            button = QPushButton(f"{words} ({number})")
            button.clicked.connect(partial(self._say, meaning))
            self.buttons.append(button)
            self._tools.insertWidget(self._tools.count() - 1, button)
            key = QShortcut(QKeySequence(str(number)), self.table)
            key.setContext(Qt.ShortcutContext.WidgetShortcut)
            key.activated.connect(partial(self.say, meaning))
            self._keys.append(key)
        for reading in column.ways:
            button = QPushButton(_reading_text(reading, column.choices))
            button.clicked.connect(partial(self._say_reading, reading))
            self.buttons.append(button)
            self._ways.insertWidget(self._ways.count() - 1, button)

    def _say(self, meaning: str, _checked: bool = False) -> None:
        self.say(meaning)

    def _say_reading(self, reading: Mapping[str, str], _checked: bool = False) -> None:
        self.say_all(reading)

    def _columns(self) -> Sequence[Column[Word]]:
        return [
            Column("In the file", lambda w: w.text, "12 letters mm", stretch=True, bold=True),
            Column("Rows", lambda w: f"{w.count:,}", "8,888,888", number=True),
            Column("Means", self._means_text, "Telephone or video", stretch=True),
        ]

    def _lay_out(self) -> None:
        for words in (self._title, self._hint):
            words.setContentsMargins(12, 8, 12, 0)
            self.rows.addWidget(words)
        for row in (self._ways, self._tools):
            row.setContentsMargins(10, 6, 10, 6)
            row.setSpacing(8)
            row.addStretch(1)
        self.rows.addLayout(self._ways)
        self.rows.addWidget(self.table, stretch=1)
        self.rows.addLayout(self._tools)


def open_words(column: WordColumn, said: Mapping[str, str]) -> Sequence[Word]:
    """The words of which nobody knows what they mean."""
    return [word for word in column.unknown if not said.get(word.text)]


def word_state(column: WordColumn, said: Mapping[str, str]) -> str:
    """What is to be done with a column, in a few words."""
    left = len(open_words(column, said))
    return counted(left, "unknown word", "unknown words") if left else "Understood"


def _hint(column: WordColumn, said: Mapping[str, str]) -> str:
    if not column.choices:
        return "These texts are kept as they are written."
    if not open_words(column, said):
        return "Choose words and a meaning to change what they mean."
    return "Choose the words nobody knows, then what they mean, by button or number."


def _reading_text(reading: Mapping[str, str], choices: Mapping[str, str]) -> str:
    return ", ".join(f"{word} = {choices.get(means, means)}" for word, means in reading.items())
