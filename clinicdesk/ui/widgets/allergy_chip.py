"""One of four states, with its date: an empty list is never read as "no allergies" (F03)."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.display import date_text
from clinicdesk.domain.patient import AllergyStatus, Patient
from clinicdesk.ui.icons import paint_icon
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font

STALE = 365  # days after which a state asks to be confirmed again

Allergies = Sequence[AllergyIntolerance] | None
_BIG, _SMALL = font(13, bold=True), font(12)


def allergy_state(patient: Patient, allergies: Allergies) -> str:
    """Exactly one of the four texts of PAB-0064."""
    if allergies is None:
        return "Allergies unavailable"
    if any(allergy.ended_on is None for allergy in allergies):
        return "Known allergies"
    if patient.allergy_status is AllergyStatus.KNOWN:
        return "Known allergies"
    if patient.allergy_status is AllergyStatus.NONE_KNOWN:
        return "No known allergies"
    return "Allergies not recorded"


def updated_on(patient: Patient, allergies: Allergies) -> date | None:
    """When somebody last said something of this patient's allergies."""
    dates = [allergy.recorded_on for allergy in allergies or () if allergy.recorded_on]
    return max((day for day in (*dates, patient.allergy_status_on) if day), default=None)


def allergy_lines(patient: Patient, allergies: Allergies, today: date) -> str:
    """The state, its date and each allergy, a line each."""
    day = updated_on(patient, allergies)
    lines = [f"{allergy_state(patient, allergies)} {_since(day, today)}".rstrip()]
    lines += [_line(allergy) for allergy in allergies or () if allergy.ended_on is None]
    return "\n".join(lines)


class AllergyChip(QWidget):
    """Known allergies stand out by sign, ground and weight; the others are quiet."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.state, self._below = "", ""
        self.setFixedHeight(40)
        theme.changed.connect(self.update)

    def show_state(self, patient: Patient, allergies: Allergies, today: date) -> None:
        self.state = allergy_state(patient, allergies)
        self._below = _since(updated_on(patient, allergies), today)
        if self.state == "Known allergies" and not self._below:
            self._below = "date not recorded"
        self.setAccessibleName(f"{self.state} {self._below}".rstrip())
        self.setToolTip(allergy_lines(patient, allergies, today))
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        self.state = self._below = ""
        self.setAccessibleName("")
        self.setToolTip("")
        self.update()

    def sizeHint(self) -> QSize:
        wide = max(
            QFontMetrics(_BIG).horizontalAdvance(self.state),
            QFontMetrics(_SMALL).horizontalAdvance(self._below),
        )
        return QSize(wide + 24 + (26 if self.state != "No known allergies" else 0), 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.state:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        known = self.state == "Known allergies"
        ink = self._theme.colour("demo_ink" if known else "banner_ink")
        self._ground(painter, ink, known)
        text = QRectF(self.rect()).adjusted(12, 2, -8, -2)
        if self.state != "No known allergies":
            paint_icon(painter, "warning", ink.name(), QRectF(9, 10, 20, 20))
            text.setLeft(36)
        painter.setPen(ink)
        painter.setFont(_BIG)
        place = Qt.AlignmentFlag.AlignTop if self._below else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, place | Qt.AlignmentFlag.AlignLeft, self.state)
        painter.setFont(_SMALL)
        bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        painter.drawText(text, bottom, self._below)

    def _ground(self, painter: QPainter, ink: QColor, known: bool) -> None:
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.colour("demo" if known else "banner_muted"), 1))
        if known:
            painter.setBrush(self._theme.colour("demo"))
        painter.drawRoundedRect(box, 4, 4)


def _since(day: date | None, today: date) -> str:
    if day is None:
        return ""
    late = " – confirm again" if (today - day).days > STALE else ""
    return f"updated {date_text(day)}{late}"


def _line(allergy: AllergyIntolerance) -> str:
    details = ", ".join(filter(None, (allergy.severity, allergy.reaction)))
    return f"{allergy.display} ({details})" if details else allergy.display
