"""Ask what a file does not tell: with real rows, and how each answer would read them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.units import printed_unit
from clinicdesk.etl.questions import Choice, Question
from clinicdesk.ui.widgets.forms import Card, label

_TITLES = {
    "encoding": "Letters of {file}",
    "date-order": "Dates of {column}",
    "decimal": "Numbers of {column}",
    "unit": "Unit of {column}",
}
_MOST_LETTERS = 40  # of a cell: five rows and their readings stand side by side


class QuestionCard(Card):
    """Five rows as they stand, a column for each answer, and a radio button above it."""

    answered = Signal(object, str)  # the Question, the answer

    def __init__(self, question: Question, answer: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, gap=8)
        self.question = question
        self.buttons = {choice.answer: _radio(choice, question) for choice in question.choices}
        self._group = QButtonGroup(self)
        words = label(question.words, "muted")
        words.setWordWrap(True)
        self.rows.addWidget(label(_title(question), "heading"))
        self.rows.addWidget(words)
        self.rows.addWidget(self._side_by_side() if _has_readings(question) else self._in_a_row())
        self.setAccessibleName(f"{_title(question)}. {question.words}")
        for button in self.buttons.values():
            self._group.addButton(button)
        self.mark(answer)

        self._group.buttonClicked.connect(self._answer)

    @property
    def answer(self) -> str:
        """What was chosen, "" while nothing is."""
        return next((a for a, button in self.buttons.items() if button.isChecked()), "")

    def mark(self, answer: str) -> None:
        """Show an answer that was given."""
        if answer in self.buttons:
            self.buttons[answer].setChecked(True)

    def take_focus(self) -> None:
        chosen = self.buttons.get(self.answer)
        (chosen or next(iter(self.buttons.values()))).setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _answer(self) -> None:
        self.answered.emit(self.question, self.answer)

    def _side_by_side(self) -> QWidget:
        """The cells and how each answer reads them."""
        made, question = QWidget(), self.question
        grid = _grid(made)
        text = question.kind != "encoding"  # there the readings are all that can be shown
        _head(grid, ("Row", "In the file") if text else ("Line",))
        for at, button in enumerate(self.buttons.values(), start=2):
            grid.addWidget(button, 0, at)
        _fill(grid, question.rows, text=text)
        for at, choice in enumerate(question.choices, start=2):
            for row, reading in enumerate(choice.readings, start=1):
                read = label(_short(reading))
                read.setContentsMargins(24, 0, 0, 0)  # under the words of the radio button
                grid.addWidget(read, row, at)
        grid.setColumnStretch(len(question.choices) + 2, 1)
        return made

    def _in_a_row(self) -> QWidget:
        """The cells at the left, the answers at the right."""
        made, cells = QWidget(), QWidget()
        grid = _grid(cells)
        _head(grid, ("Row", "In the file"))
        _fill(grid, self.question.rows, text=True)
        answers = QVBoxLayout()
        answers.setSpacing(4)
        for button in self.buttons.values():
            answers.addWidget(button)
        answers.addStretch(1)
        columns = QHBoxLayout(made)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(32)
        columns.addWidget(cells, alignment=Qt.AlignmentFlag.AlignTop)
        columns.addLayout(answers)
        columns.addStretch(1)
        return made


class QuestionList(QWidget):
    """The cards of several questions; those answered stay, so that an answer can be changed."""

    answered = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[tuple[str, str, str], QuestionCard] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)

    @property
    def open(self) -> list[QuestionCard]:
        """The cards without an answer."""
        return [card for card in self.cards.values() if not card.answer]

    def show_questions(
        self, questions: Sequence[Question], answers: Mapping[tuple[str, str, str], str]
    ) -> None:
        """Ask what is asked now; a card that is there already keeps its place and the keyboard."""
        for question in questions:
            if _key(question) not in self.cards:
                self._add(question)
        for key, card in self.cards.items():
            card.mark(answers.get(key, ""))

    def clear(self) -> None:
        for card in self.cards.values():
            card.setParent(None)
            card.deleteLater()
        self.cards = {}

    def show_only(self, file: str) -> None:
        """Show the cards of one file; "" shows all."""
        for card in self.cards.values():
            card.setVisible(file in ("", card.question.file))

    def _add(self, question: Question) -> None:
        card = self.cards[_key(question)] = QuestionCard(question)
        card.answered.connect(self.answered)
        self._rows.addWidget(card)


def _key(question: Question) -> tuple[str, str, str]:
    return question.kind, question.file, question.column


def _title(question: Question) -> str:
    return _TITLES[question.kind].format(file=question.file, column=question.column)


def _has_readings(question: Question) -> bool:
    return all(choice.readings for choice in question.choices)


def _radio(choice: Choice, question: Question) -> QRadioButton:
    words = printed_unit(choice.meaning) if question.kind == "unit" else choice.meaning
    made = QRadioButton(words[:1].upper() + words[1:] if question.kind != "unit" else words)
    made.setAccessibleName(f"{_title(question)}: {words}")
    return made


def _grid(parent: QWidget) -> QGridLayout:
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(2)
    return grid


def _head(grid: QGridLayout, titles: Sequence[str]) -> None:
    for at, title in enumerate(titles):
        grid.addWidget(label(title, "label"), 0, at)


def _fill(grid: QGridLayout, rows: Sequence[tuple[int, str]], *, text: bool) -> None:
    for at, (row, cell) in enumerate(rows, start=1):
        number = label(f"{row:,}" if row else "further on", "muted")
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(number, at, 0)
        if text:
            shown = label(_short(cell))
            shown.setToolTip(cell)
            grid.addWidget(shown, at, 1)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"
