"""Who this is: the patient banner of the NHS Common User Interface (ux.md, PAB-0009..0076)."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinicdesk.domain.display import (
    banner_name,
    birth_text,
    date_text,
    died_text,
    gender_text,
    mrn_text,
    years_between,
)
from clinicdesk.domain.patient import Patient, PatientId
from clinicdesk.ui.icons import IconButton
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.allergy_chip import AllergyChip, allergy_lines
from clinicdesk.ui.widgets.name_label import NameLabel

HATCH = 10  # px between the stripes of a deceased patient's banner


class Fact(QWidget):
    """A label and its value, without a colon; the value weighs more than the label."""

    def __init__(self, caption: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self.value = QLabel(caption), QLabel()
        self.caption_text = caption
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._caption)
        row.addWidget(self.value)
        row.addStretch(1)
        self.dress()

    def say(self, text: str, caption: str | None = None) -> None:
        self.caption_text = self.caption_text if caption is None else caption
        self._caption.setText(self.caption_text)
        self.value.setText(text)
        self.setAccessibleName(f"{self.caption_text} {text}".strip())

    def dress(self) -> None:
        palette = self._theme.palette
        self._caption.setStyleSheet(f"color: {palette.banner_muted}; font-size: 12px;")
        self.value.setStyleSheet(
            f"color: {palette.banner_ink}; font-size: 14px; font-weight: bold;"
        )


class PatientBanner(QFrame):
    """Zone 1 always; zone 2 (address, contact, allergies) on demand."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.patient_id: PatientId | None = None
        self.deceased = False
        self.name = NameLabel()
        self.born = Fact(self.tr("Born"), theme)
        self.died = Fact(self.tr("Died"), theme)
        self.age_at_death = Fact(self.tr("Age at Death"), theme)
        self.gender = Fact(self.tr("Gender"), theme)
        self.id = Fact(self.tr("ID"), theme)
        self.restricted = Fact(self.tr("Record"), theme)
        self.allergies = AllergyChip(theme)
        self._more = IconButton(
            "more", self.tr("Address, contact and allergies"), theme, token="banner_ink"
        )
        self._more.setCheckable(True)
        self._zone2 = QWidget()
        self._address = QLabel()
        self._contact = QLabel()
        self._details = QLabel()
        self._lay_out()
        self._zone2.hide()
        self._dress()
        self.clear()

        self._more.toggled.connect(self._unfold)
        theme.changed.connect(self._dress)

    def show_record(self, record: PatientRecord) -> None:
        patient, summary = record.patient, record.patient.summary
        self.patient_id = record.patient_id
        self.deceased = summary.deceased
        self.name.setText(banner_name(patient))
        self.born.say(
            date_text(summary.birth_date)
            if self.deceased and summary.birth_date
            else birth_text(summary, record.today)
        )
        self.died.setVisible(self.deceased)
        self.died.say(died_text(summary))
        self._show_age_at_death(patient)
        self.gender.say(gender_text(summary.gender))
        self.id.say(mrn_text(summary))
        self.restricted.setVisible(summary.restricted)
        self.restricted.say(self.tr("Restricted") if summary.restricted else "")
        self.allergies.show_state(patient, record.allergies, record.today)
        self._address.setText(patient.address or "Not recorded")
        self._contact.setText(_contact(patient))
        self._details.setText(allergy_lines(patient, record.allergies, record.today))
        self.setAccessibleName(
            f"{self.name.text()}, {self.born.accessibleName()}, "
            f"{self.gender.accessibleName()}, {self.id.accessibleName()}"
        )
        self.update()

    @property
    def whose(self) -> str:
        """The patient in one line, for a dialog above the banner: name, birth, number."""
        facts = (self.born, self.id)
        return ", ".join([self.name.text(), *(each.accessibleName() for each in facts)])

    def clear(self) -> None:
        """Show nobody."""
        self.patient_id, self.deceased = None, False
        self.name.setText("")
        for fact in (self.born, self.gender, self.id):
            fact.say("")
        self.died.hide()
        self.restricted.hide()
        self.age_at_death.hide()
        self.allergies.clear()
        for line in (self._address, self._contact, self._details):
            line.setText("")
        self.setAccessibleName("")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground: grey and striped for a patient who has died, to show without colour too."""
        painter = QPainter(self)
        if not self.deceased:
            painter.fillRect(self.rect(), self._theme.colour("banner"))
            return
        painter.fillRect(self.rect(), self._theme.colour("deceased"))
        painter.setPen(QPen(self._theme.colour("deceased_hatch"), 3))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        for x in range(-int(box.height()), int(box.width()), HATCH):
            painter.drawLine(x, int(box.height()), x + int(box.height()), 0)

    @Slot(bool)
    def _unfold(self, wanted: bool) -> None:
        """Show or hide zone 2, all its sections together."""
        self._zone2.setVisible(wanted)
        self._more.show_icon("less" if wanted else "more")

    def _show_age_at_death(self, patient: Patient) -> None:
        born, died = patient.summary.birth_date, patient.summary.deceased_on
        self.age_at_death.setVisible(bool(born and died))
        if born and died:
            self.age_at_death.say(f"{years_between(born, died)}y")

    @Slot()
    def _dress(self) -> None:
        palette = self._theme.palette
        self.name.setStyleSheet(f"color: {palette.banner_ink};")
        for fact in self.findChildren(Fact):
            fact.dress()
        self._zone2.setStyleSheet(
            f"QLabel {{ color: {palette.banner_ink}; }}"
            f'QLabel[role="label"] {{ color: {palette.banner_muted}; }}'
        )
        self.update()

    def _lay_out(self) -> None:
        zone1 = QHBoxLayout()
        zone1.setSpacing(20)
        zone1.addWidget(self.name, stretch=1)
        dates = QVBoxLayout()
        dates.setSpacing(0)
        dates.addWidget(self.born)
        deaths = QHBoxLayout()
        deaths.setSpacing(12)
        deaths.addWidget(self.died)
        deaths.addWidget(self.age_at_death)
        dates.addLayout(deaths)
        zone1.addLayout(dates)
        for widget in (self.gender, self.id, self.restricted, self.allergies, self._more):
            zone1.addWidget(widget)
        grid = QGridLayout(self._zone2)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(24)
        for at, (caption, value) in enumerate(
            (
                ("Address", self._address),
                ("Phone and email", self._contact),
                ("Allergies", self._details),
            )
        ):
            head = QLabel(caption)
            head.setProperty("role", "label")
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(head, 0, at)
            grid.addWidget(value, 1, at)
            grid.setColumnStretch(at, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 8, 8)
        rows.setSpacing(8)
        rows.addLayout(zone1)
        rows.addWidget(self._zone2)


def _contact(patient: Patient) -> str:
    lines = (f"Phone {patient.phone or 'Not recorded'}", f"Email {patient.email or 'Not recorded'}")
    return "\n".join(lines)
