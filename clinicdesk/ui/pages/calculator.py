"""Any published score of one patient: what the record has is there, the rest is answered."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QWidget,
)

from clinicdesk.domain.patient import PatientId
from clinicdesk.models.record_scope import OUT_OF_SCOPE
from clinicdesk.models.scores import SCORES
from clinicdesk.services.risk import Risks
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.score_view import ScoreView, kept_text, read_score
from clinicdesk.ui.tasks import Task, TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label, restyle
from clinicdesk.ui.widgets.score_form import ScoreForm

_PAUSE = 250  # ms after the last key before it is calculated


class CalculatorPage(QWidget):
    """A part of the record: the scores left, the questions and the answer right."""

    failed = Signal(Exception)
    said = Signal(str)
    answered = Signal(object)  # ScoreResult, when it is on the screen

    def __init__(
        self,
        risks: Callable[[], Risks],
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        super().__init__(parent)
        self._risks, self._now, self._zone, self._runner = risks, now, zone, runner
        self._patient_id: PatientId | None = None
        self._task: Task | None = None
        self.wanted = QLineEdit()
        self.wanted.setPlaceholderText(self.tr("Find a score"))
        self.wanted.setAccessibleName(self.tr("Find a score"))
        self.wanted.setClearButtonEnabled(True)
        self.scores = QListWidget()
        self.scores.setAccessibleName(self.tr("Scores"))
        self.form: ScoreForm | None = None
        self._title, self._scope = label("", "heading"), label("", "muted")
        self.outcome, self._message = label("", "title"), label("", "muted")
        self._kept, self._citation = label("", "muted"), label("", "muted")
        above, below = (self._title, self._scope), (self.outcome, self._message, self._kept)
        self._lines = (*above, *below, self._citation)
        self.save = CommandButton("check", self.tr("Save to the record"), theme)
        self._questions = QScrollArea()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._lay_out()

        self.wanted.textChanged.connect(self._filter)
        self.scores.currentItemChanged.connect(self._ask)
        self._pause.timeout.connect(self._calculate)
        self.save.clicked.connect(self._keep)

    @property
    def score(self) -> str:
        """The id of the score that is shown, "" for none."""
        item = self.scores.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item else ""

    @property
    def said_text(self) -> str:
        """What is said below the answer."""
        return self._message.text()

    @property
    def kept_text(self) -> str:
        """What was kept of this score before."""
        return self._kept.text()

    @Slot(int)
    def show_patient(self, patient_id: PatientId) -> None:
        """Show this patient with nothing answered; read once somebody looks."""
        self.clear()
        self._patient_id = patient_id
        if self.isVisible():
            self._ask()

    @Slot()
    def clear(self) -> None:
        """Forget the patient and every answer."""
        self._patient_id = None
        self._pause.stop()
        if self._task is not None:
            self._task.cancel()
        self._show_form(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.form is None:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Show the questions of the score that was chosen."""
        if self._patient_id is None:
            return
        if not self.score:
            self.scores.setCurrentRow(0)
            return
        self._show_form(ScoreForm(SCORES[self.score]))
        self._calculate()

    @Slot(str)
    def _filter(self, text: str) -> None:
        for row in range(self.scores.count()):
            item = self.scores.item(row)
            item.setHidden(text.strip().casefold() not in item.text().casefold())

    @Slot()
    def _calculate(self) -> None:
        if self._patient_id is None or self.form is None:
            return
        if self._task is not None:
            self._task.cancel()
        ask = blink(read_score, self._risks(), self._patient_id, self.score, self.form.answers)
        self._task = self._runner.start(self, "calculate score", ask)
        self._task.succeeded.connect(partial(self._show, self._patient_id))
        self._task.failed.connect(self.failed)

    def _show(self, patient_id: PatientId, answer: ScoreView) -> None:
        result = answer.result
        if patient_id != self._patient_id or result.score != self.score or self.form is None:
            return
        self._kept.setText(kept_text(answer.kept, self._zone))
        self._kept.setVisible(bool(answer.kept))
        self.form.show_found(result.inputs, self._now())
        self.outcome.setText(result.headline or self.tr("No number yet"))
        self._message.setText(result.message)
        loud = result.stale or result.message.startswith(OUT_OF_SCOPE)
        restyle(self._message, "role", "heading" if loud else "muted")
        self.save.setEnabled(bool(result.headline))
        self.answered.emit(result)

    @Slot()
    def _keep(self) -> None:
        if self._patient_id is None or self.form is None:
            return
        keep = blink(self._risks().score, self._patient_id, self.score, self.form.answers)
        task = self._runner.start(self, "save score", keep)
        task.succeeded.connect(self._say_kept)
        task.failed.connect(self.failed)

    @Slot()
    def _say_kept(self) -> None:
        self.said.emit(self.tr("The score is in the record, with its inputs."))
        self._calculate()

    def _show_form(self, form: ScoreForm | None) -> None:
        self.form = form
        self._questions.setWidget(form or QWidget())
        for line in self._lines:
            line.setText("")
        self.save.setEnabled(False)
        if form is not None:
            score = SCORES[self.score]
            self._title.setText(f"{score.title}, version {score.version}")
            self._scope.setText(score.scope)
            self._citation.setText(f"{score.citation} {score.licence}")
            form.changed.connect(self._pause.start)

    def _lay_out(self) -> None:
        for score in sorted(SCORES.values(), key=lambda each: each.title.casefold()):
            item = QListWidgetItem(score.title, self.scores)
            item.setData(Qt.ItemDataRole.UserRole, score.id)
        for line in self._lines:
            line.setWordWrap(True)
        self._questions.setWidgetResizable(True)
        self._questions.setAccessibleName(self.tr("Inputs of the score"))
        left, right = Card(margin=10), Card()
        left.setFixedWidth(300)
        left.rows.addWidget(self.wanted)
        left.rows.addWidget(self.scores, stretch=1)
        for line in self._lines:
            right.rows.addWidget(line)
        right.rows.insertWidget(2, self._questions, stretch=1)
        right.rows.addWidget(self.save, alignment=Qt.AlignmentFlag.AlignLeft)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(8)
        columns.addWidget(left)
        columns.addWidget(right, stretch=1)
