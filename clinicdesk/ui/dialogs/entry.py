"""Add a problem, a prescription, an allergy or a visit: one form, told by its fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum, auto

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from clinicdesk.domain.allergy_check import AgainstAllergy
from clinicdesk.domain.correction import SEVERITIES
from clinicdesk.domain.display import NOT_RECORDED, date_text, instant_text
from clinicdesk.domain.encounter import EncounterClass
from clinicdesk.domain.entry import (
    CATEGORIES,
    NewAllergy,
    NewEncounter,
    NewEntry,
    NewPrescription,
    NewProblem,
)
from clinicdesk.domain.typed_time import TYPED, TYPED_DAY, typed_day, typed_instant
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.widgets.forms import Field, captioned

CLASSES = {
    "Outpatient": EncounterClass.AMBULATORY,
    "Inpatient": EncounterClass.INPATIENT,
    "Emergency": EncounterClass.EMERGENCY,
    "Virtual": EncounterClass.VIRTUAL,
    "Home visit": EncounterClass.HOME,
}


class Asks(Enum):
    TEXT = auto()
    DAY = auto()
    TIME = auto()
    CHOICE = auto()


@dataclass(frozen=True, slots=True)
class Blank:
    """One field of a form. options: of a choice, what is shown -> what it means.

    now: whether it begins with the day or the time of now.
    """

    name: str
    title: str
    asks: Asks = Asks.TEXT
    options: Mapping[str, object] | None = None
    now: bool = False


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A kind of entry: its name, its verb, its fields, and what is made of what they say."""

    title: str
    verb: str
    blanks: Sequence[Blank]
    make: Callable[..., NewEntry]


def _named(words: Sequence[str]) -> Mapping[str, object]:
    return {each.capitalize() or NOT_RECORDED: each for each in words}


KINDS: Mapping[str, EntryKind] = {
    "problem": EntryKind(
        "Add a problem",
        "Add it",
        (
            Blank("display", "Problem or diagnosis"),
            Blank("code", "ICD-10 code, if known"),
            Blank("onset", "Since", Asks.DAY),
        ),
        NewProblem,
    ),
    "prescription": EntryKind(
        "Prescribe",
        "Prescribe it",
        (
            Blank("display", "Medication, strength and form"),
            Blank("dosage", "Dose, route and frequency"),
            Blank("authored_on", "From", Asks.DAY, now=True),
            Blank("ended_on", "Until, if known", Asks.DAY),
            Blank("reason", "For"),
        ),
        NewPrescription,
    ),
    "allergy": EntryKind(
        "Add an allergy",
        "Add it",
        (
            Blank("display", "Allergy or intolerance to"),
            Blank("category", "Kind", Asks.CHOICE, _named(CATEGORIES)),
            Blank("reaction", "Reaction"),
            Blank("severity", "Severity", Asks.CHOICE, _named(SEVERITIES)),
            Blank("recorded_on", "Recorded on", Asks.DAY, now=True),
        ),
        NewAllergy,
    ),
    "visit": EntryKind(
        "Add a visit",
        "Add it",
        (
            Blank("class_", "Kind", Asks.CHOICE, CLASSES),
            Blank("started_at", "Began", Asks.TIME, now=True),
            Blank("ended_at", "Ended, if it has", Asks.TIME),
            Blank("reason", "Reason"),
            Blank(
                "severity",
                "Severity, 1 to 10",
                Asks.CHOICE,
                {NOT_RECORDED: None, **{str(n): n for n in range(1, 11)}},
            ),
        ),
        NewEncounter,
    ),
}


class EntryDialog(Question):
    """Stays open until the entry is in the record, so that nothing typed is lost."""

    wanted = Signal(object, str)  # NewEntry, the reason against an allergy

    def __init__(
        self, kind: EntryKind, who: str, zone: tzinfo, now: datetime, parent: QWidget
    ) -> None:
        words = self.tr("For {}. Days are written as in {}.").format(who, TYPED_DAY)
        super().__init__(self.tr(kind.title), words, self.tr(kind.verb), parent)
        self._kind, self._zone = kind, zone
        self.lines: dict[str, Field] = {}
        self.choices: dict[str, QComboBox] = {}
        for blank in kind.blanks:
            self.fields.addWidget(self._widget(blank, now))
        first = kind.blanks[0].name
        (self.choices.get(first) or self.lines[first].line).setFocus()
        self.despite = Field(self.tr("Why all the same"))
        self.despite.hide()
        self.fields.addWidget(self.despite)

    @property
    def typed_fields(self) -> dict[str, QWidget]:
        """What a draft keeps of it."""
        lines: dict[str, QWidget] = {name: each.line for name, each in self.lines.items()}
        return lines | self.choices | {"despite": self.despite.line}

    @Slot()
    def answer(self) -> None:
        said = {blank.name: self._said(blank) for blank in self._kind.blanks}
        wrong = [name for name, each in self.lines.items() if each.text.strip() and not said[name]]
        for name, each in self.lines.items():
            each.mark(name in wrong)
        if wrong:
            self.complain(self.tr("Write days as in {}, times as in {}.").format(TYPED_DAY, TYPED))
            self.lines[wrong[0]].line.setFocus()
            return
        given = {name: value for name, value in said.items() if value is not None}
        if "started_at" in self.lines and "started_at" not in given:
            self.complain(self.tr("Write when it began, as in {}.").format(TYPED))
            return
        self.complain("")
        self.wait(True)
        self.wanted.emit(self._kind.make(**given), self.despite.text.strip())

    @Slot()
    def accept_kept(self) -> None:
        """It is in the record."""
        self.accept()

    @Slot(Exception)
    def refuse(self, error: Exception) -> None:
        """Say why it was not kept, keep what was typed, and ask why where an allergy is known."""
        self.wait(False)
        if isinstance(error, AgainstAllergy):
            self.despite.show()
            self.despite.line.setFocus()
        self.complain(plain_text(error))

    def _widget(self, blank: Blank, now: datetime) -> QWidget:
        if blank.asks is Asks.CHOICE:
            box = self.choices[blank.name] = QComboBox()
            box.addItems(list(blank.options or ()))
            return captioned(self.tr(blank.title), box)
        field = self.lines[blank.name] = Field(self.tr(blank.title))
        if blank.now:
            at = instant_text(now, self._zone)
            day = date_text(now.astimezone(self._zone).date())
            field.line.setText(at if blank.asks is Asks.TIME else day)
        return field

    def _said(self, blank: Blank) -> object:
        """What the field means; None for an empty day or time, and for one that is none."""
        if blank.asks is Asks.CHOICE:
            return (blank.options or {})[self.choices[blank.name].currentText()]
        text = self.lines[blank.name].text.strip()
        if blank.asks is Asks.TEXT:
            return text
        return typed_day(text) if blank.asks is Asks.DAY else typed_instant(text, self._zone)
