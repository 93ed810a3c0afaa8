"""One thing to move in a what-if: its name, where the record has it, and a slider."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QSlider, QWidget

from clinicdesk.domain.display import number_text
from clinicdesk.domain.units import printed_unit
from clinicdesk.models.what_if import Lever
from clinicdesk.ui.widgets.forms import label


class LeverRow(QWidget):
    """Between the ends that are allowed; `moved` is None until somebody moves it."""

    changed = Signal()

    def __init__(self, lever: Lever, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lever = lever
        self.moved: float | None = None
        self._said = label("", "heading")
        self._control = self._choice() if lever.choices else self._slider()
        self._control.setAccessibleName(lever.label)
        name = label(lever.label)
        name.setWordWrap(True)
        name.setBuddy(self._control)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self._said, 0, 1, alignment=Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._control, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._say()

    @Slot()
    def reset(self) -> None:
        """Back to what the record has."""
        self._control.blockSignals(True)
        if isinstance(self._control, QSlider):
            self._control.setValue(self._place(self.lever.value))
        else:
            self._control.setCurrentIndex(self._index)
        self._control.blockSignals(False)
        self.moved = None
        self._say()

    def _slider(self) -> QSlider:
        lever = self.lever
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, max(round((lever.high - lever.low) / lever.step), 1))
        slider.setPageStep(10)
        slider.setValue(self._place(lever.value))
        slider.valueChanged.connect(self._slide)
        return slider

    def _choice(self) -> QComboBox:
        box = QComboBox()
        for word, value in (self.lever.choices or {}).items():
            box.addItem(word, value)
        box.setCurrentIndex(box.findData(self.lever.value))
        self._index = box.currentIndex()
        box.activated.connect(self._choose)
        return box

    def _place(self, value: float | None) -> int:
        lever = self.lever
        at = (lever.low + lever.high) / 2 if value is None else value
        return round((min(max(at, lever.low), lever.high) - lever.low) / lever.step)

    @Slot(int)
    def _slide(self, at: int) -> None:
        self._move(round(min(self.lever.low + at * self.lever.step, self.lever.high), 6))

    @Slot(int)
    def _choose(self, at: int) -> None:
        if isinstance(self._control, QComboBox):
            self._move(float(self._control.itemData(at)))

    def _move(self, value: float) -> None:
        self.moved = value
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        lever = self.lever
        now = "not recorded" if lever.value is None else _text(lever, lever.value)
        said = now if self.moved is None else f"{_text(lever, self.moved)}, was {now}"
        unit = printed_unit(lever.unit)
        known = lever.value is not None or self.moved is not None
        self._said.setText(f"{said} {unit}".rstrip() if known else said)
        self._control.setAccessibleDescription(self._said.text())


def _text(lever: Lever, value: float) -> str:
    words = {each: word for word, each in (lever.choices or {}).items()}
    return words.get(value) or number_text(value)
