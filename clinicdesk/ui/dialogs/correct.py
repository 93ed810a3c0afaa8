"""Correct one result: another value, unit or time, and why. The old one stays in the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.change import Change, ChangedMeanwhile
from clinicdesk.domain.change_words import differences, result_of
from clinicdesk.domain.correction import ResultCorrection
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.typed_time import TYPED, typed_instant
from clinicdesk.domain.units import printed_unit
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.dialogs.reason import LINES
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.widgets.forms import Field, label

CHOOSE = "Choose"


class CorrectDialog(Question):
    """Stays open until the correction is in the record, so that nothing typed is lost."""

    wanted = Signal(object, str)  # ResultCorrection, reason

    def __init__(self, observation: Observation, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(
            f"Correct {_short(observation)}",
            _held_text(observation, zone),
            "Correct it",
            parent,
        )
        self.version = observation.version
        self._zone, self._held_at = zone, observation.effective_at
        self._units = _units(observation)
        self.value = Field(self.tr("Value"))
        self.unit = QComboBox()
        self.taken = Field(self.tr("Taken"), hint=self.tr("As in {}").format(TYPED))
        self.reason = QPlainTextEdit(tabChangesFocus=True)
        self._arrange()
        self._fill(observation)
        self.value.line.setFocus()
        self.value.line.selectAll()

    @property
    def typed_fields(self) -> Mapping[str, QWidget]:
        """What a draft keeps of it."""
        return {
            "value": self.value.line,
            "unit": self.unit,
            "taken": self.taken.line,
            "reason": self.reason,
        }

    @Slot()
    def accept_kept(self) -> None:
        """It is in the record."""
        self.accept()

    @Slot()
    def answer(self) -> None:
        at = self._at()
        reason = self.reason.toPlainText().strip()
        unit = self._units[self.unit.currentText()]
        self.taken.mark(at is None)
        if at is None:
            self.complain(self.tr("Write the time as in {}.").format(TYPED))
        elif not reason:
            self.complain(self.tr("Write the reason."))
            self.reason.setFocus()
        else:
            self.complain("")
            self.wait(True)
            self.wanted.emit(ResultCorrection(self.value.text, unit, at), reason)

    def _at(self) -> datetime | None:
        """The time as it was, to the second, where nobody touched it."""
        untouched = self.taken.text == instant_text(self._held_at, self._zone)
        return self._held_at if untouched else typed_instant(self.taken.text, self._zone)

    @Slot(Exception)
    def refuse(self, error: Exception) -> None:
        """Say why it was not kept; of another's change, both values, and go on from there."""
        self.wait(False)
        if isinstance(error, ChangedMeanwhile) and error.changes:
            self.version = error.changes[0].version + 1
            self.complain(_meanwhile_text(error.changes, self._zone))
        else:
            self.complain(plain_text(error))
        self.value.line.setFocus()

    def _fill(self, observation: Observation) -> None:
        self.value.line.setText(observation.original_value or observation.text)
        self.unit.addItems(list(self._units))
        for text, unit in self._units.items():
            if unit and unit == observation.original_unit:
                self.unit.setCurrentText(text)
        self.taken.line.setText(instant_text(observation.effective_at, self._zone))

    def _arrange(self) -> None:
        """Value and unit stand side by side; a text result has no unit."""
        self.unit.setAccessibleName(self.tr("Unit"))
        caption = label(self.tr("Unit"), "label")
        caption.setBuddy(self.unit)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(caption)
        column.addWidget(self.unit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.value, stretch=1)
        row.addLayout(column, stretch=1)
        for widget in (caption, self.unit):
            widget.setVisible(any(self._units.values()))
        self.reason.setFixedHeight(LINES)
        self.reason.setAccessibleName(self.tr("Reason"))
        why = label(self.tr("Reason"), "label")
        why.setBuddy(self.reason)
        reasons = QVBoxLayout()
        reasons.setSpacing(4)
        reasons.addWidget(why)
        reasons.addWidget(self.reason)
        self.fields.addLayout(row)
        self.fields.addWidget(self.taken)
        self.fields.addLayout(reasons)


def _units(observation: Observation) -> dict[str, str]:
    """What can be chosen, as it is shown: nothing is chosen where no unit was written."""
    if observation.value is None:
        return {"": ""}
    concept = catalog().by_code(observation.code)
    units = concept.units if concept else (observation.unit,)
    shown = {printed_unit(unit) or unit: unit for unit in units}
    if len(units) == 1 or observation.original_unit in units:
        return shown
    return {CHOOSE: "", **shown}


def _short(observation: Observation) -> str:
    concept = catalog().by_code(observation.code)
    return concept.name if concept else observation.display or observation.code


def _held_text(observation: Observation, zone: tzinfo) -> str:
    """13.3 mg/dL, taken 01-Mar-2026 12:00, from labs.csv, row 3."""
    value = observation.original_value or observation.text
    unit = printed_unit(observation.original_unit or observation.unit)
    parts = [f"{value} {unit}".strip(), f"taken {instant_text(observation.effective_at, zone)}"]
    if observation.provenance:
        parts.append(f"from {observation.provenance.file}, row {observation.provenance.row}")
    return f"The record says: {', '.join(parts)}. It stays in the history."


def _meanwhile_text(changes: Sequence[Change], zone: tzinfo) -> str:
    newest, oldest = changes[0], changes[-1]
    when = instant_text(newest.at, zone)
    was = result_of(oldest.before)
    now = result_of(newest.after)
    other = "; ".join(each.label.lower() for each in differences(newest, zone))
    said = f"{was} became {now}" if was != now else other
    return (
        f"{newest.by} changed this at {when}, while it was open here: {said}. Nothing of yours was"
        " saved. Correct it again only if it is still wrong."
    )
