"""The latest vital signs, each with its unit, its age and how it stands (F04-F06)."""

from datetime import tzinfo

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from clinicdesk.domain.assessment import Level, assess, reference_text
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.display import elapsed_text, instant_text, result_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.units import printed_unit
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.vitals import TILES, Reading, Sign, readings
from clinicdesk.ui.widgets.flag import Flag
from clinicdesk.ui.widgets.forms import label

_WORST = (
    Level.IMPLAUSIBLE,
    Level.CRITICAL_HIGH,
    Level.CRITICAL_LOW,
    Level.HIGH,
    Level.LOW,
    Level.NOT_ASSESSED,
    Level.NORMAL,
)


class VitalTile(QFrame):
    """One sign: its name, the latest value, its flag and its age."""

    def __init__(self, sign: Sign, zone: tzinfo, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._sign, self._zone = sign, zone
        self.value = label("", "number")
        self.unit = label("", "muted")
        self.flag = Flag(theme)
        self.age = label("", "muted")
        figures = QHBoxLayout()
        figures.setSpacing(4)
        figures.addWidget(self.value)
        figures.addWidget(self.unit)
        figures.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.flag)
        below.addStretch(1)
        below.addWidget(self.age)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 5, 10, 5)
        grid.setVerticalSpacing(0)
        grid.addWidget(label(sign.label, "label"), 0, 0)
        grid.addLayout(figures, 1, 0)
        grid.addLayout(below, 2, 0)

    def show_reading(self, record: PatientRecord, reading: Reading | None) -> None:
        if reading is None:
            self._show_nothing()
            return
        level = reading_level(record, reading)
        self.value.setText(reading_text(reading))
        self.unit.setText(printed_unit(reading.main.unit))
        self.flag.show_level(level)
        self.age.setText(f"{elapsed_text(reading.at, record.now)} ago")
        self.setToolTip(f"{instant_text(reading.at, self._zone)}\n{_reference(record, reading)}")
        self.setAccessibleName(
            f"{self._sign.label} {self.value.text()} {self.unit.text()}, {level}, {self.age.text()}"
        )

    def _show_nothing(self) -> None:
        self.value.setText("–")
        self.unit.setText("")
        self.flag.show_level(None)
        self.age.setText("Not recorded")
        self.setToolTip("")
        self.setAccessibleName(f"{self._sign.label} not recorded")


class VitalsStrip(QWidget):
    """All signs side by side."""

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patient_id: PatientId | None = None
        self.tiles = {sign.code: VitalTile(sign, zone, theme) for sign in TILES}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for tile in self.tiles.values():
            row.addWidget(tile, stretch=1)

    def show_record(self, record: PatientRecord) -> None:
        self.patient_id = record.patient_id
        for sign in TILES:
            found = readings(sign, record.latest)
            self.tiles[sign.code].show_reading(record, found[-1] if found else None)


def reading_text(reading: Reading) -> str:
    """72, or 128/84; a pressure without its partner says so."""
    if reading.low is not None:
        return f"{result_text(reading.main)}/{result_text(reading.low)}"
    return result_text(reading.main)


def reading_level(record: PatientRecord, reading: Reading) -> Level:
    """How the reading stands; of a pressure, the worse of the two."""
    parts = [reading.main, *([reading.low] if reading.low else [])]
    levels = {observation_level(record, part) for part in parts}
    return next(level for level in _WORST if level in levels)


def observation_level(record: PatientRecord, observation: Observation) -> Level:
    """How an observation stands, with the age its patient had when it was made."""
    concept = catalog().by_code(observation.code)
    if concept is not None and concept.unit != observation.unit:
        return Level.NOT_ASSESSED
    return assess(concept, observation.value, record.gender, record.age)


def _reference(record: PatientRecord, reading: Reading) -> str:
    concept = catalog().by_code(reading.main.code)
    text = reference_text(concept, record.gender, record.age)
    return (
        f"Reference range {text} {printed_unit(reading.main.unit)}, adults"
        if text
        else ("No reference range for this patient: not assessed")
    )
