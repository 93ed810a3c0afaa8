"""One person of a file beside the patients it may be: what agrees, what not, and a decision."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from clinicdesk.domain.display import date_text
from clinicdesk.domain.identity import Agreement, Candidate, Evidence, Person, Trait
from clinicdesk.etl.plan import HOLD, NEW
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.widgets.forms import Card, label

_TRAITS: Mapping[Trait, str] = {
    Trait.NUMBER: "Number",
    Trait.FAMILY_NAME: "Family name",
    Trait.GIVEN_NAME: "Given name",
    Trait.BIRTH_DATE: "Born",
    Trait.GENDER: "Gender",
    Trait.PHONE: "Telephone",
    Trait.EMAIL: "E-mail",
    Trait.ADDRESS: "Address",
}
_SAYS: Mapping[Agreement, str] = {
    Agreement.SAME: "the same",
    Agreement.CLOSE: "nearly",
    Agreement.OTHER: "another",
    Agreement.UNKNOWN: "not said",
}


class PersonCard(Card):
    """Evidence of the chosen candidate, and one radio button for each answer."""

    decided = Signal(str, str)  # key of the person, answer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, gap=8)
        self._person: Person | None = None
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        self._title, self._why, self._where = label("", "heading"), label(""), label("", "muted")
        self._why.setWordWrap(True)
        self._restricted = label(
            self.tr("This record is restricted: what it says is not shown."), "muted"
        )
        columns = _evidence_columns()
        self.evidence: RecordTableModel[Evidence] = RecordTableModel(columns, self)
        self.table = RecordTable(self.evidence, columns, self.tr("What speaks for it"))
        self.table.setProperty("plain", "true")
        self._answers = QVBoxLayout()
        self._answers.setSpacing(2)
        self._lay_out()

        self._group.buttonClicked.connect(self._answer)

    def show_person(self, person: Person, decision: str) -> None:
        """Show who this may be. decision: what was said so far, "" for nothing."""
        self._person = person
        self._title.setText(f"Who is number {person.number.value}?")
        self._where.setText(f"{person.file}, row {person.row:,}")
        self._why.setText(person.why)
        self._offer(person)
        chosen = self.buttons.get(decision)
        self._group.setExclusive(False)
        for each in self.buttons.values():
            each.setChecked(each is chosen)
        self._group.setExclusive(True)
        self._show_evidence(self._candidate(decision))

    def take_focus(self) -> None:
        next(iter(self.buttons.values())).setFocus()

    @Slot()
    def _answer(self) -> None:
        answer = next((a for a, button in self.buttons.items() if button.isChecked()), "")
        if self._person is not None and answer:
            self._show_evidence(self._candidate(answer))
            self.decided.emit(self._person.key, answer)

    def _candidate(self, answer: str) -> Candidate | None:
        """The one whose evidence is shown: whom the answer names, else the likeliest."""
        candidates = self._person.candidates if self._person else ()
        named = [each for each in candidates if str(each.patient_id) == answer]
        return next(iter([*named, *candidates]), None)

    def _show_evidence(self, candidate: Candidate | None) -> None:
        told = [each for each in candidate.evidence if _says(each)] if candidate else []
        self.evidence.show_rows(told)
        self.table.setVisible(candidate is not None)
        self._restricted.setVisible(bool(candidate and candidate.restricted))

    def _offer(self, person: Person) -> None:
        for button in self.buttons.values():
            self._group.removeButton(button)
            self._answers.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        answers = {str(each.patient_id): _is(each) for each in person.candidates}
        answers |= {NEW: self.tr("Somebody new"), HOLD: self.tr("Nobody yet: hold the rows back")}
        self.buttons = {answer: QRadioButton(words) for answer, words in answers.items()}
        for button in self.buttons.values():
            self._group.addButton(button)
            self._answers.addWidget(button)

    def _lay_out(self) -> None:
        for part in (self._title, self._where, self._why, self._restricted):
            self.rows.addWidget(part)
        self.rows.addWidget(self.table, stretch=1)
        self.rows.addWidget(label(self.tr("This is"), "label"))
        self.rows.addLayout(self._answers)


def decision_text(person: Person, decision: str) -> str:
    """What becomes of a person, in a few words."""
    if decision == NEW:
        return "New"
    if decision == HOLD:
        return "Held back"
    if decision:
        known = [each for each in person.candidates if str(each.patient_id) == decision]
        return f"Is {_who(known[0])}" if known else "Decided"
    if person.bin == "review":
        return "Open"
    return f"Is {_who(person.candidates[0])}" if person.candidates else "New"


def _is(candidate: Candidate) -> str:
    return f"The patient {_who(candidate)}"


def _who(candidate: Candidate) -> str:
    known = {each.trait: each.known for each in candidate.evidence}
    family, given = known.get(Trait.FAMILY_NAME, ""), known.get(Trait.GIVEN_NAME, "")
    name = ", ".join(filter(None, (family.upper(), given)))
    number = candidate.number.value
    return f"{name} ({number})" if name else f"number {number}"


def _evidence_columns() -> list[Column[Evidence]]:
    return [
        Column("", lambda e: _TRAITS[e.trait], "Family name", bold=True),
        Column("In the file", lambda e: _shown(e, e.incoming), "Müller-Lüde", stretch=True),
        Column("In the record", lambda e: _shown(e, e.known), "Müller-Lüde", stretch=True),
        Column("", lambda e: e.why or _SAYS[e.agreement], "another", stretch=True),
        Column("Speaks", _weight_text, "strongly against"),
    ]


def _says(evidence: Evidence) -> bool:
    """Whether one of the two says anything."""
    return bool(evidence.incoming or evidence.known) or evidence.agreement != Agreement.UNKNOWN


def _shown(evidence: Evidence, text: str) -> str:
    """A date as dates are written here, a gender in full; all else as it stands."""
    if evidence.trait is Trait.BIRTH_DATE:
        with suppress(ValueError):
            return date_text(date.fromisoformat(text))
    return text.capitalize() if evidence.trait is Trait.GENDER else text


_STRONG, _SOME = 4.0, 0.5  # log2: sixteen times likelier, hardly likelier


def _weight_text(evidence: Evidence) -> str:
    if abs(evidence.weight) < _SOME:
        return "–"
    side = "for" if evidence.weight > 0 else "against"
    return f"strongly {side}" if abs(evidence.weight) >= _STRONG else side
