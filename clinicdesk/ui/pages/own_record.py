"""One's own record on one page, in words one does not have to look up."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from clinicdesk.domain.display import long_date_text
from clinicdesk.domain.shared import SharedCopy
from clinicdesk.errors import RecordNotFound
from clinicdesk.services.shared_record import OwnRecord
from clinicdesk.ui.plain_record import Section, sections
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.empty import EmptyState
from clinicdesk.ui.widgets.forms import Card, label

WIDTH = 760  # px: a line that is easy to read


class OwnRecordPage(QWidget):
    """Cards below one another; nothing can be changed here."""

    failed = Signal(Exception)
    shown = Signal()

    def __init__(
        self,
        own_record: OwnRecord,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._own_record, self._runner = own_record, runner
        self._title = label(self.tr("Your record"), "title")
        self._as_of = label("", "muted")
        self._as_of.setWordWrap(True)
        self._cards: list[Card] = []
        self._column = QVBoxLayout()
        self._empty = EmptyState("report", theme)
        self._lay_out()

    @Slot()
    def refresh(self) -> None:
        task = self._runner.start(self, "read own record", blink(self._own_record.read))
        task.succeeded.connect(self._show)
        task.failed.connect(self._take_failure)

    @Slot(object)
    def _show(self, copy: SharedCopy) -> None:
        day = long_date_text(copy.shared_at.astimezone(ZoneInfo(copy.timezone)).date())
        self._as_of.setText(
            f"As {copy.clinic_name} shared it with you on {day}. What happened later is not in it. "
            "Ask at the clinic about anything that is not clear or not right."
        )
        self._show_cards(sections(copy))
        self._layers.setCurrentIndex(0)
        self.shown.emit()

    @Slot(Exception)
    def _take_failure(self, error: Exception) -> None:
        if isinstance(error, RecordNotFound):
            self._empty.say(
                self.tr("Nothing is shared with you now."),
                self.tr("Ask the clinic to share your record with you."),
            )
            self._layers.setCurrentIndex(1)
            self.shown.emit()
        else:
            self.failed.emit(error)

    def _show_cards(self, parts: Sequence[Section]) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.deleteLater()
        self._cards = [_card(part) for part in parts]
        for at, card in enumerate(self._cards):
            self._column.insertWidget(2 + at, card)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        inner.setLayout(self._column)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(12)
        self._column.addWidget(self._title)
        self._column.addWidget(self._as_of)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.tr("Your record"))
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        scroll.setWidget(inner)
        self.setFocusProxy(scroll)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(scroll)
        self._layers.addWidget(self._empty)


def _card(part: Section) -> Card:
    card = Card(margin=16, gap=6)
    card.rows.addWidget(label(part.title, "heading"))
    for line in part.lines or (part.nothing,):
        words = label(line, "" if part.lines else "muted")
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.rows.addWidget(words)
    return card
