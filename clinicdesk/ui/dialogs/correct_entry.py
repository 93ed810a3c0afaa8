"""Correct a problem, a prescription or an allergy: what can be, and why."""

from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.change import ChangedMeanwhile
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.correction import (
    SEVERITIES,
    AllergyCorrection,
    ConditionCorrection,
    EntryCorrection,
    MedicationCorrection,
)
from clinicdesk.domain.display import NOT_RECORDED, date_text
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.typed_time import TYPED_DAY, typed_day
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.dialogs.reason import LINES
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.widgets.forms import Field, captioned

Entry = Condition | MedicationRequest | AllergyIntolerance
_SEVERITIES = {each.capitalize() or NOT_RECORDED: each for each in SEVERITIES}


class CorrectEntryDialog(Question):
    """Stays open until the correction is in the record."""

    wanted = Signal(object, str)  # EntryCorrection, reason

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(
            self.tr("Correct this entry"),
            self.tr(
                "{}. Another name is another entry: mark this one as entered in error. What it says"
                " now stays in the history."
            ).format(entry.display or entry.code),
            self.tr("Correct it"),
            parent,
        )
        self.version, self._entry = entry.version, entry
        self.words = Field(self.tr("Dosage" if _has_dosage(entry) else "Reaction"))
        self.severity = QComboBox()
        self.severity.addItems(list(_SEVERITIES))
        self.until = Field(self.tr("Until"), hint=self.tr("As in {}").format(TYPED_DAY))
        self.reason = QPlainTextEdit(tabChangesFocus=True)
        self._fill()
        self._arrange()

    @property
    def typed_fields(self) -> dict[str, QWidget]:
        """What a draft keeps of it."""
        return {
            "words": self.words.line,
            "severity": self.severity,
            "until": self.until.line,
            "reason": self.reason,
        }

    @Slot()
    def accept_kept(self) -> None:
        """It is in the record."""
        self.accept()

    @Slot()
    def answer(self) -> None:
        until, reason = typed_day(self.until.text), self.reason.toPlainText().strip()
        wrong = bool(self.until.text.strip()) and until is None
        self.until.mark(wrong)
        if wrong:
            self.complain(self.tr("Write the day as in {}.").format(TYPED_DAY))
        elif not reason:
            self.complain(self.tr("Write the reason."))
            self.reason.setFocus()
        else:
            self.complain("")
            self.wait(True)
            self.wanted.emit(self._correction(until), reason)

    @Slot(Exception)
    def refuse(self, error: Exception) -> None:
        """Say why it was not kept, and keep what was typed."""
        self.wait(False)
        if isinstance(error, ChangedMeanwhile) and error.changes:
            words = self.tr(
                "{} changed this while it was open here. Nothing of yours was saved. Cancel, and"
                " look at it again."
            )
            self.complain(words.format(error.changes[0].by))
        else:
            self.complain(plain_text(error))

    def _correction(self, until: date | None) -> EntryCorrection:
        if isinstance(self._entry, Condition):
            return ConditionCorrection(until)
        if isinstance(self._entry, MedicationRequest):
            return MedicationCorrection(self.words.text, until)
        severity = _SEVERITIES[self.severity.currentText()]
        return AllergyCorrection(self.words.text, severity, until)

    def _fill(self) -> None:
        entry, ended = self._entry, None
        if isinstance(entry, Condition):
            ended = entry.abatement
        elif isinstance(entry, MedicationRequest):
            ended = entry.ended_on
            self.words.line.setText(entry.dosage)
        else:
            ended = entry.ended_on
            self.words.line.setText(entry.reaction)
            self.severity.setCurrentText(entry.severity.capitalize() or NOT_RECORDED)
        self.until.line.setText(date_text(ended) if ended else "")

    def _arrange(self) -> None:
        """Of the fields, those that the entry has."""
        severity = captioned(self.tr("Severity"), self.severity)
        reason = captioned(self.tr("Reason"), self.reason)
        self.reason.setFixedHeight(LINES)
        for widget in (self.words, severity, self.until, reason):
            self.fields.addWidget(widget)
        self.words.setVisible(not isinstance(self._entry, Condition))
        severity.setVisible(isinstance(self._entry, AllergyIntolerance))
        first = self.until if isinstance(self._entry, Condition) else self.words
        first.line.setFocus()


def _has_dosage(entry: Entry) -> bool:
    return isinstance(entry, MedicationRequest)
