"""Correct who the patient is. Every field is there: what is left as it is stays as it is."""

from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QPlainTextEdit, QWidget

from clinicdesk.domain.change import ChangedMeanwhile
from clinicdesk.domain.correction import PatientCorrection
from clinicdesk.domain.display import date_text, gender_text
from clinicdesk.domain.patient import AdministrativeGender, Patient
from clinicdesk.domain.typed_time import TYPED_DAY, typed_day
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.dialogs.reason import LINES
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.widgets.forms import Field, captioned

UNBROKEN = "\u2011"  # a hyphen at which no line ends
_GENDERS = {gender_text(each): each for each in AdministrativeGender}


class PatientDetailsDialog(Question):
    """Stays open until the correction is in the record."""

    wanted = Signal(object, str)  # PatientCorrection, reason

    def __init__(self, patient: Patient, parent: QWidget) -> None:
        super().__init__(
            self.tr("Correct patient details"),
            self.tr("The banner, the list and the search change at once. What is here now stays")
            + self.tr(" in the history. Days are written as in {}.").format(
                TYPED_DAY.replace("-", UNBROKEN)
            ),
            self.tr("Correct them"),
            parent,
        )
        self.version = patient.version
        person = patient.summary
        self._texts = {
            "family_name": _field(self.tr("Family name"), person.family_name),
            "given_name": _field(self.tr("Given name"), person.given_name),
            "prefix": _field(self.tr("Title"), patient.prefix),
            "phone": _field(self.tr("Telephone"), patient.phone),
            "address": _field(self.tr("Address"), patient.address),
            "email": _field(self.tr("E-mail"), patient.email),
        }
        self._days = {
            "birth_date": _field(self.tr("Date of birth"), _day(person.birth_date)),
            "deceased_on": _field(self.tr("Date of death"), _day(person.deceased_on)),
        }
        self.gender = QComboBox()
        self.gender.addItems(list(_GENDERS))
        self.gender.setCurrentText(gender_text(person.gender))
        self.reason = QPlainTextEdit(tabChangesFocus=True)
        self._arrange()
        self._texts["family_name"].line.setFocus()

    @property
    def typed_fields(self) -> dict[str, QWidget]:
        """What a draft keeps of it."""
        lines: dict[str, QWidget] = {
            name: each.line for name, each in (self._texts | self._days).items()
        }
        return lines | {"gender": self.gender, "reason": self.reason}

    def line(self, name: str) -> Field:
        """A field by the name of what it corrects."""
        return (self._texts | self._days)[name]

    @Slot()
    def answer(self) -> None:
        reason = self.reason.toPlainText().strip()
        wrong = [each for each in self._days.values() if each.text and not typed_day(each.text)]
        for each in self._days.values():
            each.mark(each in wrong)
        if wrong:
            self.complain(self.tr("Write the day as in {}.").format(TYPED_DAY))
            wrong[0].line.setFocus()
        elif not reason:
            self.complain(self.tr("Write the reason."))
            self.reason.setFocus()
        else:
            self.complain("")
            self.wait(True)
            self.wanted.emit(self._correction(), reason)

    @Slot()
    def accept_kept(self) -> None:
        """It is in the record."""
        self.accept()

    @Slot(Exception)
    def refuse(self, error: Exception) -> None:
        """Say why it was not kept, and keep what was typed."""
        self.wait(False)
        if isinstance(error, ChangedMeanwhile) and error.changes:
            by = error.changes[0].by
            self.complain(
                self.tr(
                    "{} changed these details while they were open here. Nothing of yours was"
                ).format(by)
                + self.tr(" saved. Cancel, and look at them again.")
            )
        else:
            self.complain(plain_text(error))

    def _correction(self) -> PatientCorrection:
        texts = {name: each.text.strip() for name, each in self._texts.items()}
        days = {name: typed_day(each.text) for name, each in self._days.items()}
        return PatientCorrection(
            family_name=texts["family_name"],
            given_name=texts["given_name"],
            prefix=texts["prefix"],
            birth_date=days["birth_date"],
            gender=_GENDERS[self.gender.currentText()],
            deceased_on=days["deceased_on"],
            address=texts["address"],
            phone=texts["phone"],
            email=texts["email"],
        )

    def _arrange(self) -> None:
        """Two fields a line; the address has a line of its own."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        gender, texts = captioned(self.tr("Gender"), self.gender), self._texts
        for at, (left, right) in enumerate(
            (
                (texts["family_name"], texts["given_name"]),
                (texts["prefix"], gender),
                (self._days["birth_date"], self._days["deceased_on"]),
                (texts["phone"], texts["email"]),
            )
        ):
            grid.addWidget(left, at, 0)
            grid.addWidget(right, at, 1)
        grid.addWidget(texts["address"], 4, 0, 1, 2)
        self.reason.setFixedHeight(LINES)
        self.fields.addLayout(grid)
        self.fields.addWidget(captioned(self.tr("Reason"), self.reason))


def _field(title: str, text: str) -> Field:
    made = Field(title)
    made.line.setText(text)
    made.line.setCursorPosition(0)
    return made


def _day(day: date | None) -> str:
    return date_text(day) if day else ""
