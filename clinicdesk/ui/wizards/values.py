"""Units that no file names and the values cannot tell: asked, never assumed."""

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from clinicdesk.etl.plan import Plan
from clinicdesk.etl.questions import Question
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.wizards.file_table import counted
from clinicdesk.ui.wizards.question_card import QuestionList
from clinicdesk.ui.wizards.step import Known, Step


class ValuesStep(Step):
    """A card for each column whose unit a person must say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.questions = QuestionList()
        self._plan = Plan()
        self._empty = EmptyState("check", theme)
        self._empty.say(
            self.tr("Every unit is known"),
            self.tr("The headings, the values or the file's format tell all of them."),
        )
        self._layers = QStackedLayout(self)
        self._lay_out()

        self.questions.answered.connect(self._answer)

    def show_known(self, known: Known) -> None:
        self._plan = known.plan
        if known.preview is None:
            self.questions.clear()
            return
        asked = [question for question in known.preview.questions if question.kind == "unit"]
        answers = {(q.kind, q.file, q.column): known.plan.units.get(q.column, "") for q in asked}
        self.questions.show_questions(asked, answers)
        self._layers.setCurrentIndex(1 if self.questions.cards else 0)
        self.changed.emit()

    @property
    def remark(self) -> str:
        count = len(self.questions.open)
        if not count:
            return ""
        return counted(count, "column has", "columns have") + " no unit: they would be left out."

    def take_focus(self) -> bool:
        if not self.questions.open:
            return False
        self.questions.open[0].take_focus()
        return True

    @Slot(object, str)
    def _answer(self, question: Question, answer: str) -> None:
        units = {**self._plan.units, question.column: answer}
        self.planned.emit(replace(self._plan, units=units))
        self.changed.emit()

    def _lay_out(self) -> None:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.questions)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        self._layers.addWidget(self._empty)
        self._layers.addWidget(scroll)
