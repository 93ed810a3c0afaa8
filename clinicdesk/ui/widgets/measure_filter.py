"""What the dashboards look at: one filter for all of them."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from clinicdesk.domain.measure import Filter
from clinicdesk.domain.typed_time import TYPED_DAY, typed_day
from clinicdesk.ui.widgets.forms import restyle

TYPING_PAUSE = 400  # ms
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "age_group": {
        "Every age": "",
        **{each: each for each in ("0-17", "18-34", "35-49", "50-64", "65+")},
    },
    "gender": {
        "Every gender": "",
        "Female": "female",
        "Male": "male",
        "Other": "other",
        "Not known": "unknown",
    },
    "class_": {
        "Every visit": "",
        "Outpatient": "AMB",
        "Inpatient": "IMP",
        "Emergency": "EMER",
        "Virtual": "VR",
        "Home visit": "HH",
    },
    "risk_level": {"Every risk": "", "High": "high", "Medium": "medium", "Low": "low"},
}


class MeasureFilter(QWidget):
    """Age, gender, kind of visit, risk, period, diagnosis."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = {name: self._box(name, options) for name, options in _CHOICES.items()}
        self.first = self._line(self.tr("From {}").format(TYPED_DAY))
        self.last = self._line(self.tr("To {}").format(TYPED_DAY))
        self.diagnosis = self._line(self.tr("Diagnosis or code"))
        self._pause = QTimer(self, interval=TYPING_PAUSE, singleShot=True)
        self._pause.timeout.connect(self.changed)
        for line in (self.first, self.last, self.diagnosis):
            line.textChanged.connect(self._pause.start)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for box in self.choices.values():
            row.addWidget(box)
        row.addWidget(self.first)
        row.addWidget(self.last)
        row.addWidget(self.diagnosis, stretch=1)

    @property
    def asked(self) -> Filter:
        """What is chosen; a day that is none is marked, and filters nothing."""
        said = {name: box.currentData() for name, box in self.choices.items()}
        return Filter(
            first=self._day(self.first),
            last=self._day(self.last),
            diagnosis=self.diagnosis.text().strip(),
            **said,
        )

    @Slot()
    def clear(self) -> None:
        """Look at everything; a word of a diagnosis is not left behind."""
        for box in self.choices.values():
            box.setCurrentIndex(0)
        for line in (self.first, self.last, self.diagnosis):
            line.clear()

    def _day(self, line: QLineEdit) -> int | None:
        day = typed_day(line.text())
        restyle(line, "wrong", "true" if line.text().strip() and not day else "false")
        return day.year * 10_000 + day.month * 100 + day.day if day else None

    def _box(self, name: str, options: Mapping[str, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name.strip("_").replace("_", " "))
        for text, value in options.items():
            box.addItem(self.tr(text), value)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit(placeholderText=name, clearButtonEnabled=True)
        line.setAccessibleName(name)
        line.setToolTip(name)
        return line
