"""What of the audit to find: who, what, whose record, how it ended, since when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.domain.account import AccountName
from clinicdesk.domain.audit import ACTION_WORDS, OUTCOMES, AuditFilter
from clinicdesk.ui.widgets.forms import button, label

OUTCOME_WORDS = dict(zip(OUTCOMES, ("Done", "Refused", "Failed", "In an emergency"), strict=True))
PERIODS = {"Today": 0, "7 days": 7, "30 days": 30, "1 year": 365, "All": None}  # days
_USUAL = 1  # of the periods


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """A filter, and the record number of a patient who is still to be looked up; "" for any."""

    wanted: AuditFilter
    mrn: str = field(default="", repr=False)


class AuditFilterBar(QWidget):
    """One line of choices; nothing is asked before the button, since each asking is an event."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = _box([("Everybody", None)])
        words = sorted(ACTION_WORDS.items(), key=lambda item: item[1])
        self.action = _box([("Everything", None), *((text, action) for action, text in words)])
        self.mrn = QLineEdit()
        self.mrn.setMaximumWidth(170)
        self.outcome = _box(
            [("Any", None), *((text, name) for name, text in OUTCOME_WORDS.items())]
        )
        self.period = _box(list(PERIODS.items()))
        self.period.setCurrentIndex(_USUAL)
        self.ask = button(self.tr("Search"), "primary")
        self._lay_out()

        self.ask.clicked.connect(self.wanted)
        self.mrn.returnPressed.connect(self.wanted)

    @Slot(object)
    def show_people(self, people: Sequence[AccountName]) -> None:
        """Offer these accounts; a choice that was made stays."""
        chosen = self.person.currentData()
        self.person.clear()
        self.person.addItem(self.tr("Everybody"), None)
        for each in people:
            self.person.addItem(each.login, each.id)
        self.person.setCurrentIndex(max(self.person.findData(chosen), 0))

    def question(self, now: datetime, zone: ZoneInfo) -> AuditQuestion:
        """What is chosen; periods are counted in the days of the clinic."""
        action = self.action.currentData()
        wanted = AuditFilter(
            user_id=self.person.currentData(),
            actions=(action,) if action else (),
            outcome=self.outcome.currentData() or "",
            since=_since(self.period.currentData(), now.astimezone(zone)),
        )
        return AuditQuestion(wanted, self.mrn.text().strip())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, field_ in (
            (self.tr("Who"), self.person),
            (self.tr("What"), self.action),
            (self.tr("Patient's ID"), self.mrn),
            (self.tr("Outcome"), self.outcome),
            (self.tr("Period"), self.period),
        ):
            row.addLayout(_captioned(text, field_))
        ask = QVBoxLayout()
        ask.addStretch(1)
        ask.addWidget(self.ask)
        row.addLayout(ask)
        row.addStretch(1)


def _box(items: Sequence[tuple[str, object]]) -> QComboBox:
    box = QComboBox()
    for text, data in items:
        box.addItem(text, data)
    return box


def _captioned(text: str, field_: QWidget) -> QVBoxLayout:
    field_.setAccessibleName(text)
    caption = label(text, "label")
    caption.setBuddy(field_)
    rows = QVBoxLayout()
    rows.setSpacing(4)
    rows.addWidget(caption)
    rows.addWidget(field_)
    return rows


def _since(days: int | None, now: datetime) -> datetime | None:
    if days is None:
        return None
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
