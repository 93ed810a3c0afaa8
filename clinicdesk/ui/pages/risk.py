"""What models and scores say of the patient, with everything needed to disagree."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from clinicdesk.domain.display import NOT_RECORDED, elapsed_text, instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.reasons import Section, sections
from clinicdesk.domain.risk import RiskAssessment, RiskEstimate, RiskInput
from clinicdesk.domain.units import printed_unit
from clinicdesk.domain.waterfall import waterfall
from clinicdesk.models.scope import LOUD
from clinicdesk.models.what_if import Lever
from clinicdesk.ui.charts.risk_timeline import RiskTimeline
from clinicdesk.ui.charts.waterfall import Picture, WaterfallChart
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.risk_view import Answer, RiskView
from clinicdesk.ui.tables.columns import AGE, DAY, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.answer_bar import AnswerBar
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, label, restyle, toggle
from clinicdesk.ui.widgets.messages import Messages
from clinicdesk.ui.widgets.model_card import ModelCardView
from clinicdesk.ui.widgets.reasons import ReasonsView
from clinicdesk.ui.widgets.risk_aside import RiskAside
from clinicdesk.ui.widgets.score_list import ScoreList
from clinicdesk.ui.widgets.what_if_panel import WhatIfPanel


class RiskPage(QWidget):
    """The estimate left; its reasons, what if, its past, or the model card, right."""

    save_wanted = Signal()
    model_shown = Signal()  # another estimate, or none, is on the screen

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.patient_id: PatientId | None = None
        self.estimate: RiskEstimate | None = None
        self._now: datetime | None = None

        self.models = QComboBox()
        self.models.setAccessibleName(self.tr("Model"))
        self._answers: Sequence[Answer] = ()
        self._number = label("", "huge")
        self._band = label("", "heading")
        self._interval = label("", "muted")
        self._version = label("", "muted")
        self._messages = Messages(theme)
        self.chart = WaterfallChart(theme)
        self._method = label("", "muted")
        self._method.setWordWrap(True)
        self._empty = EmptyState("info", theme)
        self._save = CommandButton("check", self.tr("Save to the record"), theme)
        self._about = toggle(self.tr("About (F1)"))
        columns = _input_columns(zone)
        self.inputs: RecordTableModel[_Line] = RecordTableModel(columns, self)
        self._inputs = RecordTable(self.inputs, columns, self.tr("Inputs of the estimate"))
        self._inputs.setProperty("plain", "true")
        self.scores = ScoreList(zone, theme)
        self._card = ModelCardView()
        self.answers = AnswerBar()
        self.reasons = ReasonsView()
        self.what_if = WhatIfPanel(theme)
        self.timeline = RiskTimeline(zone, theme)
        self.similar = ReasonsView()
        self.similar.text.setAccessibleName(self.tr("Similar patients"))
        self.aside = RiskAside()
        self._kept: Sequence[RiskAssessment] = ()
        self._lay_out()
        self._card.hide()

        self._about.toggled.connect(self._show_card)
        self._save.clicked.connect(self.save_wanted)
        self.models.activated.connect(self._show_answer)

    def show_scores_alone(self) -> None:
        """Leave the estimate out: the role may not ask a model."""
        for widget in (self._left, self._used):
            widget.hide()
        self.aside.show_alone(self._found)

    def show_nothing(self, patient_id: PatientId | None) -> None:
        """Forget the last patient while the next one is computed."""
        self.patient_id, self.estimate = patient_id, None
        self._answers, self._kept = (), ()
        self._say_estimate(None)
        self.what_if.show_levers([], None)
        self.reasons.show_sections([])
        self.similar.show_sections([])
        self._show_kept()
        self._empty.say(self.tr("Computing…") if patient_id is not None else "")
        self._empty.show()
        self.inputs.show_rows([])
        self.scores.show_scores([], None)
        self._messages.show_texts([])

    def show_view(self, view: RiskView, now: datetime) -> None:
        """Show the model that was looked at last, of this patient."""
        self.patient_id, self._answers, self._now = view.patient_id, view.answers, now
        looked_at = max(self.models.currentIndex(), 0)
        self.models.clear()
        self.models.addItems([_choice(answer) for answer in view.answers])
        self.models.setCurrentIndex(min(looked_at, self.models.count() - 1))
        self._show_answer()
        self.scores.show_scores(view.scores, now)

    @property
    def model(self) -> str:
        """The id of the model that is shown, "" when there is none."""
        answer = self._answer
        return answer.card.id if answer else ""

    @property
    def _answer(self) -> Answer | None:
        at = self.models.currentIndex()
        return self._answers[at] if 0 <= at < len(self._answers) else None

    @Slot()
    def _show_answer(self) -> None:
        answer, now = self._answer, self._now
        estimate = self.estimate = answer.estimate if answer else None
        self._card.show_card(answer.card if answer else None)
        self._version.setText(f"Version {answer.card.version}" if answer else "")
        self._say_estimate(estimate)
        self._empty.setVisible(estimate is None)
        refusal = answer.refusal if answer else ""
        self._empty.say(self.tr("No estimate for this patient."), refusal)
        lines = [_Line(i, now) for i in estimate.inputs] if estimate and now else []
        self.inputs.show_rows(lines)
        self.reasons.show_sections(sections(estimate, self._zone, now) if estimate and now else [])
        self.what_if.show_levers([], estimate)
        self.similar.show_sections([])
        self._show_kept()
        self.model_shown.emit()

    def show_levers(self, patient_id: PatientId, model: str, levers: Sequence[Lever]) -> None:
        """Offer what could be changed, of the patient and the model it was asked for."""
        if (patient_id, model) == (self.patient_id, self.model):
            self.what_if.show_levers(levers, self.estimate)

    def show_similar(self, patient_id: PatientId, model: str, found: Section) -> None:
        """Show what happened to others, of the patient and the model it was asked for."""
        if (patient_id, model) == (self.patient_id, self.model):
            self.similar.show_sections([found])

    def show_history(self, patient_id: PatientId, kept: Sequence[RiskAssessment]) -> None:
        """Show what was kept of this patient, of the model that is looked at."""
        if patient_id == self.patient_id:
            self._kept = kept
            self._show_kept()

    def _show_kept(self) -> None:
        of_model = [each for each in self._kept if each.estimate.model == self.model]
        self.timeline.show_kept(of_model, self._now)
        self.answers.show_last(of_model[0] if of_model else None, self._zone)

    @Slot()
    def toggle_card(self) -> None:
        self._about.toggle()

    def _say_estimate(self, estimate: RiskEstimate | None) -> None:
        parts = (self._number, self._band, self._interval, self.chart, self._method, self.answers)
        for widget in parts:
            widget.setVisible(estimate is not None)
        self._save.setEnabled(estimate is not None)
        self._messages.show_texts(_messages(estimate))
        if estimate is None:
            self.chart.show_picture(None)
            return
        falls = waterfall(estimate)
        self._number.setText(f"{falls.total:.1f} {printed_unit(falls.unit)}")
        restyle(self._number, "struck", "true" if estimate.stale else "false")
        restyle(self._number, "grey", "false" if estimate.in_scope else "true")
        self._band.setText(_band_text(estimate))
        self._interval.setText(_interval_text(estimate))
        self._method.setText(
            self.tr(
                "Bars are percentage points and add up to the probability. "
                "They say what moved the estimate, not what causes the disease."
            )
        )
        dates = {i.label: _date(i, self._zone) for i in estimate.inputs}
        grey = not estimate.in_scope
        self.chart.show_picture(Picture(falls, dates, self.tr("This patient"), grey))

    @Slot(bool)
    def _show_card(self, wanted: bool) -> None:
        self._card.setVisible(wanted)
        self.aside.setVisible(not wanted)

    def _lay_out(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(12)
        figures.addWidget(self._number)
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch(1)
        beside.addWidget(self._band)
        beside.addWidget(self._interval)
        beside.addStretch(1)
        figures.addLayout(beside)
        figures.addStretch(1)
        figures.addWidget(self._version, alignment=Qt.AlignmentFlag.AlignBottom)
        head = QHBoxLayout()
        head.addWidget(self.models, stretch=1)
        head.setSpacing(8)
        for widget in (self._about, self._save):
            head.addWidget(widget)
        left = Card(margin=12, gap=6)
        left.rows.addLayout(head)
        left.rows.addLayout(figures)
        left.rows.addWidget(self.answers)
        left.rows.addWidget(self._messages)
        left.rows.addWidget(self.chart)
        left.rows.addWidget(self._method)
        left.rows.addWidget(self._empty, stretch=1)
        left.rows.addStretch(0)
        scroll = self._left = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(left)
        scroll.setAccessibleName(self.tr("The estimate and its reasons"))
        inputs = self._used = Card(margin=1, gap=0)
        heading = label(self.tr("Inputs used"), "heading")
        heading.setContentsMargins(10, 6, 10, 4)
        inputs.rows.addWidget(heading)
        inputs.rows.addWidget(self._inputs, stretch=1)
        found = self._found = QSplitter(Qt.Orientation.Vertical)
        found.addWidget(inputs)
        found.addWidget(self.scores)
        found.setSizes([300, 230])
        found.setChildrenCollapsible(False)
        for title, part in (
            (self.tr("Reasons"), self.reasons),
            (self.tr("Inputs, scores"), found),
            (self.tr("What if"), self.what_if),
            (self.tr("Similar"), self.similar),
            (self.tr("Before"), self.timeline),
        ):
            self.aside.add_part(title, part)
        rows = QHBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(scroll, stretch=58)
        rows.addWidget(self.aside, stretch=42)
        rows.addWidget(self._card, stretch=42)


def _choice(answer: Answer) -> str:
    if answer.estimate is None:
        return answer.card.title
    return f"{answer.card.title}: {answer.estimate.shown}"


class _Line:
    """An input of the estimate and when it is looked at."""

    __slots__ = ("input", "now")

    def __init__(self, source: RiskInput, now: datetime) -> None:
        self.input, self.now = source, now


def _input_columns(zone: tzinfo) -> list[Column[_Line]]:
    return [
        Column("Input", lambda x: x.input.label, "Diabetes pedigree", stretch=True),
        Column("Value", lambda x: _value(x.input), "Not recorded", number=True, bold=True),
        Column("Date", lambda x: _date(x.input, zone), DAY),
        Column("Age", _age, AGE, number=True),
    ]


def _value(source: RiskInput) -> str:
    return source.shown or NOT_RECORDED


def _date(source: RiskInput, zone: tzinfo) -> str:
    return instant_text(source.effective_at, zone)[:11] if source.effective_at else ""


def _age(line: _Line) -> str:
    at = line.input.effective_at
    return elapsed_text(at, line.now) if at else ""


def _band_text(estimate: RiskEstimate) -> str:
    """Where the number lies; nothing for somebody the model was not made for."""
    if estimate.explained:
        return estimate.explained.capitalize() if estimate.in_scope else ""
    band = estimate.band_shown.capitalize()
    return f"{band} risk" if band and estimate.band_shown == estimate.band else band


def _interval_text(estimate: RiskEstimate) -> str:
    return f"90 % interval {estimate.interval_shown}" if estimate.interval else ""


def _messages(estimate: RiskEstimate | None) -> list[str]:
    if estimate is None:
        return []
    outside = [] if estimate.in_scope else ["The model was not made for this patient."]
    doubt = [estimate.explanation.doubt] if estimate.explanation else []
    missing = [f"Not recorded: {'; '.join(estimate.missing)}."] if estimate.missing else []
    said = {each.casefold() for each in doubt}
    warnings = [w for w in estimate.warnings if w.removeprefix(LOUD).casefold() not in said]
    return list(dict.fromkeys([*outside, *doubt, *missing, *warnings]))
