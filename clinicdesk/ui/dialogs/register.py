"""Register a patient; whoever may be the same person is told beside what is typed (F15)."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from clinicdesk.domain.correction import PatientCorrection
from clinicdesk.domain.display import date_text, gender_text, name_text
from clinicdesk.domain.patient import AdministrativeGender, PatientId
from clinicdesk.domain.typed_time import TYPED_DAY, typed_day
from clinicdesk.services.registering import Lookalike
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.widgets.forms import Card, Field, button, captioned, label

TYPING_PAUSE = 300  # ms
SHOWN = 3
_GENDERS = {gender_text(each): each for each in reversed(AdministrativeGender)}


class RegisterDialog(Question):
    """Stays open until the patient is in the store."""

    wanted = Signal(object, str)  # PatientCorrection, number
    typed = Signal(object, str)  # the same, whenever the typing pauses
    known_chosen = Signal(int)  # PatientId: it is one who is there already

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            self.tr("Register a patient"),
            self.tr(
                "Days are written as in {}. Without a number the clinic's next one is given."
            ).format(TYPED_DAY),
            self.tr("Register"),
            parent,
        )
        self.lines = {
            "family_name": Field(self.tr("Family name")),
            "given_name": Field(self.tr("Given name")),
            "birth_date": Field(self.tr("Date of birth")),
            "number": Field(self.tr("Record number")),
            "phone": Field(self.tr("Telephone")),
            "email": Field(self.tr("E-mail")),
            "address": Field(self.tr("Address")),
        }
        self.gender = QComboBox()
        self.gender.addItems(list(_GENDERS))
        self.known = Card(margin=10, gap=4)
        self.known.hide()
        self._pause = QTimer(self, interval=TYPING_PAUSE, singleShot=True)
        self._arrange()
        self._pause.timeout.connect(self._tell)
        for field in self.lines.values():
            field.line.textChanged.connect(self._pause.start)
        self.lines["family_name"].line.setFocus()

    @property
    def typed_fields(self) -> dict[str, QWidget]:
        """What a draft keeps of it."""
        lines: dict[str, QWidget] = {name: each.line for name, each in self.lines.items()}
        return lines | {"gender": self.gender}

    @Slot()
    def answer(self) -> None:
        born = self.lines["birth_date"]
        wrong = bool(born.text.strip()) and typed_day(born.text) is None
        born.mark(wrong)
        if wrong:
            self.complain(self.tr("Write the day as in {}.").format(TYPED_DAY))
            born.line.setFocus()
            return
        self.complain("")
        self.wait(True)
        self.wanted.emit(*self._said())

    @Slot()
    def accept_kept(self) -> None:
        """The patient is in the store."""
        self.accept()

    @Slot(Exception)
    def refuse(self, error: Exception) -> None:
        """Say why it was not kept, and keep what was typed."""
        self.wait(False)
        self.complain(plain_text(error))

    @Slot(object)
    def show_known(self, found: Sequence[Lookalike]) -> None:
        """Say who may be the same person; each line opens the record instead."""
        while item := self.known.rows.takeAt(0):
            if old := item.widget():
                old.deleteLater()
        if found:
            self.known.rows.addWidget(label(self.tr("Already here?"), "label"))
        for each in found[:SHOWN]:
            self.known.rows.addWidget(self._line(each))
        self.known.setVisible(bool(found))
        self._fit()

    @Slot()
    def _tell(self) -> None:
        person, number = self._said()
        if person.family_name or number:
            self.typed.emit(person, number)

    def _said(self) -> tuple[PatientCorrection, str]:
        text = {name: field.text.strip() for name, field in self.lines.items()}
        person = PatientCorrection(
            family_name=text["family_name"],
            given_name=text["given_name"],
            prefix="",
            birth_date=typed_day(text["birth_date"]),
            gender=_GENDERS[self.gender.currentText()],
            deceased_on=None,
            address=text["address"],
            phone=text["phone"],
            email=text["email"],
        )
        return person, text["number"]

    def _line(self, found: Lookalike) -> QWidget:
        patient = found.patient
        born = date_text(patient.birth_date) if patient.birth_date else self.tr("birth unknown")
        name = button(f"{name_text(patient)}, {born}, {patient.mrn}", "link")
        name.setAccessibleDescription(found.why)
        name.setAutoDefault(False)
        name.clicked.connect(lambda: self._choose(patient.id))
        why = label(found.why, "muted")
        why.setWordWrap(True)
        made = QWidget()
        rows = QVBoxLayout(made)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(name)
        rows.addWidget(why)
        return made

    def _choose(self, patient_id: PatientId) -> None:
        self.reject()
        self.known_chosen.emit(patient_id)

    def _arrange(self) -> None:
        """Two fields a line; the address has a line of its own."""
        lines = self.lines
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for at, (left, right) in enumerate(
            (
                (lines["family_name"], lines["given_name"]),
                (lines["birth_date"], captioned(self.tr("Gender"), self.gender)),
                (lines["number"], lines["phone"]),
            )
        ):
            grid.addWidget(left, at, 0)
            grid.addWidget(right, at, 1)
        grid.addWidget(lines["email"], 3, 0, 1, 2)
        grid.addWidget(lines["address"], 4, 0, 1, 2)
        self.fields.addLayout(grid)
        self.fields.addWidget(self.known)
