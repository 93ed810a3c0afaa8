"""Who the people in the files are: known, new, or for somebody to decide with the evidence."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.display import date_text
from clinicdesk.domain.identity import Bin, People, Person
from clinicdesk.etl.plan import Plan
from clinicdesk.ui.tables.columns import DAY, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, toggle
from clinicdesk.ui.wizards.file_table import counted
from clinicdesk.ui.wizards.person_card import PersonCard, decision_text
from clinicdesk.ui.wizards.step import Known, Step

BINS = (Bin.REVIEW, Bin.MATCH, Bin.NEW)
_WORDS = {Bin.REVIEW: "To decide", Bin.MATCH: "Recognised", Bin.NEW: "New"}
_NOBODY = {
    Bin.REVIEW: "Nobody has to be decided on",
    Bin.MATCH: "Nobody is known here yet",
    Bin.NEW: "Nobody is new",
}


class PeopleStep(Step):
    """Three kinds of people left; right the chosen one with the evidence, and what to decide."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = Plan()
        self._people: People | None = None
        self._kinds = QButtonGroup(self)
        self.toggles = {bin: toggle(_WORDS[bin]) for bin in BINS}
        columns = self._columns()
        self.persons: RecordTableModel[Person] = RecordTableModel(columns, self)
        self.table = RecordTable(self.persons, columns, self.tr("People in the files"))
        self.card = PersonCard()
        self._empty = EmptyState("patients", theme)
        self._right = QSplitter()
        self._lay_out()

        self._kinds.idClicked.connect(self._show_kind)
        self.table.selectionModel().currentRowChanged.connect(self._show_person)
        self.card.decided.connect(self._decide)

    @property
    def undecided(self) -> list[Person]:
        """Those who are held back while nobody says who they are."""
        persons = self._people.of(Bin.REVIEW) if self._people else []
        return [person for person in persons if not self._decision(person)]

    @property
    def remark(self) -> str:
        count = len(self.undecided)
        if not count:
            return ""
        return counted(count, "person is", "people are") + " held back until somebody decides."

    def show_known(self, known: Known) -> None:
        self._plan = known.plan
        if known.people is not None and known.people is not self._people:
            self._people = known.people
            for at, bin in enumerate(BINS):
                self.toggles[bin].setText(f"{_WORDS[bin]} ({known.people.counts.get(bin, 0):,})")
                if known.people.counts.get(bin, 0) and self._kinds.checkedId() < 0:
                    self._kinds.button(at).setChecked(True)
            first = next((at for at, b in enumerate(BINS) if known.people.counts.get(b)), 0)
            self._kinds.button(first).setChecked(True)
            self._show_kind(first)
        self.changed.emit()

    def take_focus(self) -> bool:
        if not self.undecided:
            return False
        self._kinds.button(0).setChecked(True)
        self._show_kind(0)
        self.table.selectRow(self.persons.rows.index(self.undecided[0]))
        self.table.setFocus()
        return True

    @Slot(int)
    def _show_kind(self, at: int) -> None:
        persons = self._people.of(BINS[at]) if self._people else []
        self.persons.show_rows(persons)
        self._empty.say(self.tr(_NOBODY[BINS[at]]))
        self.card.setVisible(bool(persons))
        self._empty.setVisible(not persons)
        if persons:
            self.table.selectRow(0)

    @Slot(QModelIndex)
    def _show_person(self, index: QModelIndex) -> None:
        if index.isValid():
            person = self.persons.rows[index.row()]
            self.card.show_person(person, self._decision(person))

    @Slot(str, str)
    def _decide(self, key: str, answer: str) -> None:
        people = {**self._plan.people, key: answer}
        self.planned.emit(replace(self._plan, people=people))
        first = self.persons.index(0, 0)
        last = self.persons.index(self.persons.rowCount() - 1, self.persons.columnCount() - 1)
        self.persons.dataChanged.emit(first, last)

    def _decision(self, person: Person) -> str:
        return self._plan.people.get(person.key, person.decided)

    def _columns(self) -> Sequence[Column[Person]]:
        return [
            Column("Name", name_text, "MÜLLER-LÜDENSCHEIDT, Jü", stretch=True, bold=True),
            Column("Born", lambda p: date_text(p.details.birth_date), DAY),
            Column("Number", lambda p: p.number.value, "DEMO-00001"),
            Column(
                "Decision",
                lambda p: decision_text(p, self._decision(p)),
                "Held back",
                stretch=True,
            ),
        ]

    def _lay_out(self) -> None:
        kinds = QHBoxLayout()
        kinds.setContentsMargins(10, 6, 10, 4)
        kinds.setSpacing(4)
        for at, button in enumerate(self.toggles.values()):
            self._kinds.addButton(button, at)
            kinds.addWidget(button)
        kinds.addStretch(1)
        self.table.setProperty("plain", "true")
        left = Card(margin=1, gap=0)
        left.rows.addLayout(kinds)
        left.rows.addWidget(self.table, stretch=1)
        left.rows.addWidget(self._empty, stretch=1)
        split = self._right
        split.setOrientation(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.card)
        split.setSizes([560, 680])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)
        self._empty.hide()


def name_text(person: Person) -> str:
    """The name as the file says it; where it says none, that there is none."""
    details = person.details
    names = filter(None, (details.family_name.upper(), details.given_name))
    return ", ".join(names) or "No name in the file"
