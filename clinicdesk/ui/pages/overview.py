"""The first look at a patient: vital signs over time, and what is known beside them."""

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import date_text, instant_text
from clinicdesk.domain.encounter import Encounter, EncounterClass
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.ui.charts.time_axis import Span
from clinicdesk.ui.charts.vitals_panel import PERIODS, VitalsPanel
from clinicdesk.ui.charts.vitals_table import VitalsTable
from clinicdesk.ui.icons import IconButton
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.tables.columns import DAY, WHEN, Column
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label, toggle
from clinicdesk.ui.widgets.record_list import RecordList

_CLASSES = {
    EncounterClass.AMBULATORY: "Outpatient",
    EncounterClass.INPATIENT: "Inpatient",
    EncounterClass.EMERGENCY: "Emergency",
    EncounterClass.VIRTUAL: "Virtual",
    EncounterClass.HOME: "Home visit",
    EncounterClass.UNKNOWN: "Visit",
}


class Overview(QWidget):
    """Charts or their table on the left; problems, medications, allergies, encounters right."""

    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.chart = VitalsPanel(zone, theme)
        self.table = VitalsTable(zone)
        self._when = label("", "muted")
        self._periods = QButtonGroup(self)
        self._as_table = toggle(self.tr("Table"))
        self._earlier = IconButton("earlier", self.tr("Earlier (Page Up)"), theme)
        self._later = IconButton("later", self.tr("Later (Page Down)"), theme)
        self.problems = RecordList[Condition](
            self.tr("Problems"), _problem_columns(), self.tr("None recorded")
        )
        self.medications = RecordList[MedicationRequest](
            self.tr("Medications"), _medication_columns(), self.tr("None recorded")
        )
        self.allergies = RecordList[AllergyIntolerance](
            self.tr("Allergies"), _allergy_columns(), self.tr("None recorded: nothing is known")
        )
        self.encounters = RecordList[Encounter](
            self.tr("Encounters"), _encounter_columns(zone), self.tr("None recorded")
        )
        self._lay_out()

        self._as_table.toggled.connect(self._switch)
        self._earlier.clicked.connect(self.chart.earlier)
        self._later.clicked.connect(self.chart.later)
        self._periods.idClicked.connect(self._show_period)
        self.chart.period_changed.connect(self._mark_period)
        self.chart.moved.connect(self._say_when)

    def show_record(self, record: PatientRecord) -> None:
        self.chart.show_record(record)
        self.table.show_record(record)
        self.problems.show_rows(sorted(record.conditions, key=lambda c: not c.active))
        self.medications.show_rows(sorted(record.medications, key=lambda m: bool(m.ended_on)))
        self.allergies.show_rows(record.allergies or ())
        self.encounters.show_rows(record.encounters)

    @Slot(int)
    def _show_period(self, at: int) -> None:
        self.chart.show_period(list(PERIODS)[at])

    @Slot(str)
    def _mark_period(self, period: str) -> None:
        self._periods.button(list(PERIODS).index(period)).setChecked(True)

    @Slot(object, object)
    def _say_when(self, span: Span, focus: float | None) -> None:
        if focus is not None:
            self._when.setText(_instant(focus, self._zone))
        else:
            first, last = (_instant(at, self._zone)[:11] for at in (span.start, span.end))
            self._when.setText(f"{first} to {last}")

    @Slot(bool)
    def _switch(self, as_table: bool) -> None:
        self._layers.setCurrentIndex(1 if as_table else 0)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        for at, period in enumerate(PERIODS):
            button = toggle(period)
            button.setAccessibleName(f"Show {period}")
            self._periods.addButton(button, at)
            bar.addWidget(button)
        bar.addWidget(self._earlier)
        bar.addWidget(self._later)
        bar.addStretch(1)
        bar.addWidget(self._when)
        bar.addSpacing(8)
        bar.addWidget(self._as_table)
        pictures = QWidget()
        self._layers = QStackedLayout(pictures)
        self._layers.addWidget(self.chart)
        self._layers.addWidget(self.table)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(pictures, stretch=1)
        right = QSplitter(Qt.Orientation.Vertical)
        for part in (self.problems, self.medications, self.allergies, self.encounters):
            right.addWidget(part)
        right.setSizes([150, 150, 90, 130])
        right.setChildrenCollapsible(False)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 60)
        split.setStretchFactor(1, 40)
        split.setSizes([760, 500])
        for splitter in (right, split):
            splitter.setHandleWidth(8)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)


def _instant(seconds: float, zone: tzinfo) -> str:
    return instant_text(datetime.fromtimestamp(seconds, zone), zone)


def _problem_columns() -> list[Column[Condition]]:
    return [
        Column("Problem", _problem, "Essential hyperten", stretch=True),
        Column("Since", lambda c: date_text(c.onset) if c.onset else "", DAY),
    ]


def _problem(condition: Condition) -> str:
    """Its state comes first, where nothing can cut it off."""
    text = condition.display or condition.code
    return text if condition.active else f"Resolved: {text}"


def _medication_columns() -> list[Column[MedicationRequest]]:
    return [
        Column("Medication", _drug_line, "Metformin 500 mg", stretch=True),
        Column("Since", lambda m: date_text(m.authored_on) if m.authored_on else "", DAY),
    ]


def _drug_line(medication: MedicationRequest) -> str:
    """Name and dosage as they were written, joined by the dash of the drug line."""
    line = " – ".join(filter(None, (medication.display or medication.code, medication.dosage)))
    return f"Ended: {line}" if medication.ended_on else line


def _allergy_columns() -> list[Column[AllergyIntolerance]]:
    return [
        Column("Allergy", lambda a: a.display or a.code, "Penicillin V", stretch=True),
        Column("Reaction", lambda a: a.reaction, "Wheezing and hives"),
        Column("Severity", lambda a: a.severity.capitalize(), "Moderate"),
    ]


def _encounter_columns(zone: tzinfo) -> list[Column[Encounter]]:
    return [
        Column("When", lambda e: instant_text(e.started_at, zone), WHEN),
        Column(
            "Why", lambda e: e.reason_text or e.type_text or e.reason_code, "General", stretch=True
        ),
        Column("Where", lambda e: _CLASSES[e.class_], "Emergency"),
    ]
