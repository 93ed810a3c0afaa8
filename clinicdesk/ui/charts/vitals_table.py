"""The readings behind the charts as a table: a line an instant, newest on top (GTAB-189)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.units import printed_unit
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.tables.columns import WHEN, Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.vitals import SIGNS, Sign, readings
from clinicdesk.ui.widgets.vitals_strip import reading_text


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    texts: Mapping[str, str]  # LOINC -> value


class VitalsTable(QWidget):
    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patient_id: PatientId | None = None
        columns = [
            Column[Line]("Time", lambda line: instant_text(line.at, zone), WHEN, bold=True),
            *(_column(sign) for sign in SIGNS),
        ]
        self.model: RecordTableModel[Line] = RecordTableModel(columns, self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(RecordTable(self.model, columns, self.tr("Vital signs, newest first")))

    def show_record(self, record: PatientRecord) -> None:
        self.patient_id = record.patient_id
        lines: dict[datetime, dict[str, str]] = {}
        for sign in SIGNS:
            for reading in readings(sign, record.vitals):
                unit = printed_unit(reading.main.unit)
                lines.setdefault(reading.at, {})[sign.code] = f"{reading_text(reading)} {unit}"
        self.model.show_rows([Line(at, lines[at]) for at in sorted(lines, reverse=True)])


def _column(sign: Sign) -> Column[Line]:
    return Column(
        sign.label, lambda line: line.texts.get(sign.code, ""), "188/188 mmHg", number=True
    )
