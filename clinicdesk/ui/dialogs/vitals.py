"""Write down a set of vital signs: by keyboard from the first field to the last, then Enter."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.typed_time import TYPED, typed_instant
from clinicdesk.domain.units import printed_unit
from clinicdesk.domain.vital_signs import (
    ACVPU,
    DIASTOLIC,
    GLUCOSE,
    HEART_RATE,
    O2_FLOW,
    PAIN,
    RESPIRATORY_RATE,
    RESPONSES,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    WEIGHT,
    BadVitalSigns,
    Measured,
    VitalSet,
)
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.widgets.forms import Field, captioned, label

AIR, OXYGEN = "Air", "Oxygen"
_UNITS: Mapping[str, tuple[str, ...]] = {  # what a bedside writes; glucose is never guessed
    RESPIRATORY_RATE: ("/min",),
    SPO2: ("%",),
    O2_FLOW: ("L/min",),
    SYSTOLIC: ("mm[Hg]",),
    HEART_RATE: ("/min",),
    TEMPERATURE: ("Cel", "[degF]"),
    WEIGHT: ("kg", "[lb_av]"),
    GLUCOSE: ("", "mg/dL", "mmol/L"),
    PAIN: ("{score}",),
}
_TITLES = {
    RESPIRATORY_RATE: "Respiratory rate",
    SPO2: "Oxygen saturation",
    O2_FLOW: "Oxygen flow",
    SYSTOLIC: "Blood pressure",
    HEART_RATE: "Pulse",
    TEMPERATURE: "Temperature",
    WEIGHT: "Weight",
    GLUCOSE: "Capillary glucose",
    PAIN: "Pain",
}


class VitalsDialog(Question):
    """Stays open until the set is in the record, so that nothing typed is lost."""

    wanted = Signal(object)  # VitalSet

    def __init__(self, who: str, zone: tzinfo, now: datetime, parent: QWidget) -> None:
        super().__init__(
            self.tr("Vital signs"),
            self.tr(
                "Of {}. Leave empty what was not measured: it is missing then, never normal."
            ).format(who),
            self.tr("Save"),
            parent,
        )
        self._zone = zone
        self.fields_by_code = {code: Field(self.tr(title)) for code, title in _TITLES.items()}
        self.units = {code: _unit_box(code) for code, units in _UNITS.items() if len(units) > 1}
        self.breathing = _choices(self.tr("Breathing"), ("", AIR, OXYGEN))
        self.response = _choices(
            self.tr("Consciousness"),
            ("", *(f"{letter}  {words}" for letter, words in RESPONSES.items())),
        )
        self.taken = Field(self.tr("Taken"), hint=self.tr("As in {}").format(TYPED))
        self.taken.line.setText(instant_text(now, zone))
        self._arrange()
        self.breathing.currentTextChanged.connect(self._ask_flow)
        self._ask_flow(self.breathing.currentText())
        self.fields_by_code[RESPIRATORY_RATE].line.setFocus()

    @property
    def typed_fields(self) -> dict[str, QWidget]:
        """What a draft keeps of it."""
        lines: dict[str, QWidget] = {c: each.line for c, each in self.fields_by_code.items()}
        units: dict[str, QWidget] = {f"unit {code}": box for code, box in self.units.items()}
        rest = {"breathing": self.breathing, "response": self.response, "taken": self.taken.line}
        return lines | units | rest

    @Slot()
    def answer(self) -> None:
        taken = typed_instant(self.taken.text, self._zone)
        self.taken.mark(taken is None)
        if taken is None:
            self.complain(self.tr("Write the time as in {}.").format(TYPED))
            self.taken.line.setFocus()
            return
        self._mark(())
        self.complain("")
        self.wait(True)
        self.wanted.emit(VitalSet(taken, self._measured()))

    @Slot()
    def accept_kept(self) -> None:
        """It is in the record."""
        self.accept()

    @Slot(Exception)
    def refuse(self, error: Exception) -> None:
        """Say what is wrong, mark where, and keep what was typed."""
        self.wait(False)
        wrong = error.wrong if isinstance(error, BadVitalSigns) else {}
        told = [f"{self._title(code)}: {why}" for code, why in wrong.items()]
        self.complain("\n".join(told) or plain_text(error))
        self._mark({SYSTOLIC if code == DIASTOLIC else code for code in wrong})

    @Slot(str)
    def _ask_flow(self, breathing: str) -> None:
        """Only who gets oxygen has a flow."""
        self.fields_by_code[O2_FLOW].setEnabled(breathing == OXYGEN)

    def _title(self, code: str) -> str:
        shown = SYSTOLIC if code == DIASTOLIC else code
        return self.tr(_TITLES.get(shown, "Consciousness"))

    def _mark(self, wrong: set[str] | tuple[()]) -> None:
        for code, each in self.fields_by_code.items():
            each.mark(code in wrong)

    def _measured(self) -> list[Measured]:
        found = []
        for code, each in self.fields_by_code.items():
            text = each.text.strip()
            if code == O2_FLOW:
                text = self._flow(text)
            if text:
                found += _pressures(text) if code == SYSTOLIC else [self._one(code, text)]
        letter = self.response.currentText()[:1]
        return [*found, Measured(ACVPU, letter, "")] if letter else found

    def _flow(self, typed: str) -> str:
        """Air is no oxygen; oxygen without its flow is refused by being no number."""
        breathing = self.breathing.currentText()
        return {AIR: "0", OXYGEN: typed or "?"}.get(breathing, "")

    def _one(self, code: str, text: str) -> Measured:
        box = self.units.get(code)
        return Measured(code, text, str(box.currentData()) if box else _UNITS[code][0])

    def _arrange(self) -> None:
        """Two columns in the order of the observation chart."""
        fields = self.fields_by_code
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for at, (left, right) in enumerate(
            (
                (self._with_unit(RESPIRATORY_RATE), self._with_unit(SPO2)),
                (captioned(self.tr("Breathing"), self.breathing), self._with_unit(O2_FLOW)),
                (self._with_unit(SYSTOLIC), self._with_unit(HEART_RATE)),
                (captioned(self.tr("Consciousness"), self.response), self._with_unit(TEMPERATURE)),
                (self._with_unit(WEIGHT), self._with_unit(GLUCOSE)),
                (self._with_unit(PAIN), self.taken),
            )
        ):
            grid.addWidget(left, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, at, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        fields[SYSTOLIC].line.setPlaceholderText("128/84")
        self.fields.addLayout(grid)

    def _with_unit(self, code: str) -> QWidget:
        """A field with its unit beside it, to choose where there are several."""
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.fields_by_code[code], stretch=1)
        unit: QWidget = self.units.get(code) or label(_shown(_UNITS[code][0]), "muted")
        unit.setFixedHeight(self.breathing.sizeHint().height())  # beside the line, not the label
        row.addWidget(unit, alignment=Qt.AlignmentFlag.AlignBottom)
        return made


def _pressures(text: str) -> list[Measured]:
    """`128/84` is two measurements; what is not two numbers is refused by name."""
    upper, slash, lower = (part.strip() for part in text.partition("/"))
    return [
        Measured(SYSTOLIC, upper, "mm[Hg]"),
        *([Measured(DIASTOLIC, lower, "mm[Hg]")] if slash else []),
    ]


def _unit_box(code: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(f"Unit of {catalog()[code].name}")
    for unit in _UNITS[code]:
        box.addItem(_shown(unit) or "Unit", unit)
    return box


def _shown(unit: str) -> str:
    return "of 10" if unit == "{score}" else printed_unit(unit)


def _choices(name: str, options: tuple[str, ...]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItems(list(options))
    return box
