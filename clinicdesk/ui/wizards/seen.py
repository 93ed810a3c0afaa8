"""What the files look like: letters, separators, first rows, and what they do not tell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from clinicdesk.domain.typed_time import typed_day
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.presets import presets
from clinicdesk.etl.questions import Question
from clinicdesk.etl.templates import applied
from clinicdesk.services.import_report import ColumnPreview, FilePreview
from clinicdesk.services.templates import Offer
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, Field, label
from clinicdesk.ui.widgets.messages import Messages
from clinicdesk.ui.wizards.file_table import FileTable, counted, heading
from clinicdesk.ui.wizards.offer_bar import OfferBar
from clinicdesk.ui.wizards.question_card import QuestionList
from clinicdesk.ui.wizards.step import Known, Step

KINDS = ("encoding", "date-order", "decimal")  # of questions that are asked here
_SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
_TITLES = 3  # lines above the header that are shown


class SeenStep(Step):
    """Files left; right what is asked of the chosen one, and its first rows."""

    offer_wanted = Signal(object)  # an Offer

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = FileTable()
        self._facts = label("")
        self._facts.setWordWrap(True)
        self._notes = Messages(theme)
        self.offer = OfferBar()
        self._offers: Sequence[Offer] = ()
        self.questions = QuestionList()
        self.day = Field(
            self.tr("When was this true? No row of the file says it"),
            hint=self.tr("As 28-May-2026; left empty, it is today."),
        )
        self._sample = QWidget()
        self._plan, self._zone = Plan(), ""
        self._lay_out()

        self.files.chosen.connect(self._show_file)
        self.questions.answered.connect(self._answer)
        self.offer.wanted.connect(self.offer_wanted)
        self.day.line.editingFinished.connect(self._say_day)

    def show_known(self, known: Known) -> None:
        self._plan = known.plan
        self._offers = known.offers
        preview = known.preview
        if preview is None:
            self.questions.clear()
            self.files.show_files([])
            return
        asked = [question for question in preview.questions if question.kind in KINDS]
        self.questions.show_questions(asked, _answers(known.plan, asked))
        self._zone = preview.timezone
        self.files.show_files(preview.files)
        self.changed.emit()

    @property
    def lacking(self) -> str:
        if not any(map(_is_understood, self.files.model.rows)):
            return self.tr("None of these files can be imported.")
        if not _is_day(self.day.text):
            return self.tr("Write the day as 28-May-2026.")
        count = len(self.questions.open)
        return counted(count, "question is", "questions are") + " open" if count else ""

    @property
    def remark(self) -> str:
        return f"Times without a zone are taken to be in {self._zone}." if self._zone else ""

    def take_focus(self) -> bool:
        """To the first open question, showing its file."""
        if not self.questions.open:
            return False
        card = self.questions.open[0]
        self.files.choose(card.question.file)
        card.take_focus()
        self._scroll.ensureWidgetVisible(card)
        return True

    @Slot(object, str)
    def _answer(self, question: Question, answer: str) -> None:
        self.planned.emit(_said(self._plan, question, answer))
        self.changed.emit()

    @Slot()
    def _say_day(self) -> None:
        text = self.day.text.strip()
        self.day.mark(not _is_day(text))
        found = typed_day(text)
        day = found.isoformat() if found else ""
        if _is_day(text) and day != self._plan.date:
            self.planned.emit(replace(self._plan, date=day))
        self.changed.emit()

    @Slot(object)
    def _show_file(self, file: FilePreview) -> None:
        self._facts.setText(_facts(file))
        self._notes.show_texts([*filter(None, (file.why,)), *file.notes])
        fitting = [offer for offer in self._offers if offer.file == file.name]
        self.offer.show_offers([offer for offer in fitting if not _is_used(self._plan, offer)])
        self.questions.show_only(file.name)
        self.day.setVisible(_is_undated(file))
        self._show_sample(file)

    def _show_sample(self, file: FilePreview) -> None:
        columns = [_sample_column(at, column) for at, column in enumerate(file.columns)]
        model: RecordTableModel[Sequence[str]] = RecordTableModel(columns, self)
        model.show_rows(file.sample)
        table = RecordTable(model, columns, self.tr("First rows of the file"))
        table.setProperty("plain", "true")
        table.setMinimumHeight(160)
        model.setParent(table)
        old, self._sample = self._sample, table
        self._right.rows.replaceWidget(old, table)
        old.setParent(None)
        old.deleteLater()

    def _lay_out(self) -> None:
        asked = QWidget()
        rows = QVBoxLayout(asked)
        rows.setContentsMargins(10, 0, 10, 8)
        rows.setSpacing(8)
        for part in (self._facts, self.offer, self._notes, self.day, self.questions):
            rows.addWidget(part)
        rows.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(asked)
        self._right = Card(margin=1, gap=4)
        self._right.rows.addWidget(heading(self.tr("What we see")))
        self._right.rows.addWidget(self._scroll, stretch=3)
        self._right.rows.addWidget(heading(self.tr("First rows")))
        self._right.rows.addWidget(self._sample, stretch=2)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.files)
        split.addWidget(self._right)
        split.setSizes([430, 810])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)


def _is_day(text: str) -> bool:
    """Whether it is a day, or nothing."""
    return not text.strip() or typed_day(text) is not None


def _is_undated(file: FilePreview) -> bool:
    """Whether nothing in files of this kind says when."""
    tables = [t for p in presets() if p.name == file.preset for t in p.tables]
    return any(table.undated and file.title.endswith(f": {table.name}") for table in tables)


def _is_used(plan: Plan, offer: Offer) -> bool:
    """Whether the plan says all that the template says."""
    return applied(plan, offer.file, offer.header, offer.template) == plan


def _is_understood(file: FilePreview) -> bool:
    """Whether it is known, or something in it may be."""
    return bool(file.table) or any(each.target for each in file.suggestions)


def _answers(plan: Plan, asked: Sequence[Question]) -> Mapping[tuple[str, str, str], str]:
    """What the plan already says to the questions."""
    said = {"date-order": plan.date_order, "decimal": plan.decimal, "encoding": {"": plan.encoding}}
    return {(q.kind, q.file, q.column): said[q.kind].get(q.column, "") for q in asked}


def _said(plan: Plan, question: Question, answer: str) -> Plan:
    """The plan with the answer."""
    if question.kind == "encoding":
        return replace(plan, encoding=answer)
    if question.kind == "decimal":
        return replace(plan, decimal={**plan.decimal, question.column: answer})
    return replace(plan, date_order={**plan.date_order, question.column: answer})


def _facts(file: FilePreview) -> str:
    """Encoding with its proof, separator, where the header is."""
    parts = [f"Letters: {file.encoding.upper()}" + _proof(file)]
    if file.delimiter:
        parts.append(f"Separated by {_SIGNS.get(file.delimiter, file.delimiter)}")
    if file.titles:
        lines = " / ".join(title.strip() for title in file.titles[:_TITLES])
        above = counted(len(file.titles), "line", "lines")
        parts.append(f"{above} above the header, not read: “{lines}”")
    unused = sum(not column.meaning for column in file.columns)
    parts.append(f"{counted(len(file.columns), 'column', 'columns')}, {unused} not used")
    return "   ·   ".join(parts)


def _proof(file: FilePreview) -> str:
    return f" (as in {', '.join(f'“{word}”' for word in file.proofs)})" if file.proofs else ""


def _sample_column(at: int, column: ColumnPreview) -> Column[Sequence[str]]:
    return Column(column.header, lambda row: row[at], "12 letters mm")
