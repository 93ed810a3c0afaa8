"""A saved template that fits the chosen file: what changed since, and a yes."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.services.templates import Offer
from clinicdesk.ui.widgets.forms import Card, button, label

_MOST = 4  # changes that are written out


class OfferBar(Card):
    """Hidden while no template fits."""

    wanted = Signal(object)  # an Offer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=10, gap=4)
        self._offers: Sequence[Offer] = ()
        self._words = label("", "heading")
        self.names = QComboBox()
        self.names.setAccessibleName(self.tr("Templates that fit this file"))
        self._changes = label("", "muted")
        self._changes.setWordWrap(True)
        self.use = button(self.tr("Use the template"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self.names, stretch=1)
        row.addWidget(self.use)
        rows = QVBoxLayout()
        rows.addLayout(row)
        rows.addWidget(self._changes)
        self.rows.addLayout(rows)
        self.hide()

        self.names.currentIndexChanged.connect(self._show_changes)
        self.use.clicked.connect(self._want)

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Offer these, the likeliest first."""
        self._offers = offers
        self.names.clear()
        self.names.addItems([offer.name for offer in offers])
        same = bool(offers) and offers[0].difference.same
        self._words.setText(
            self.tr("You have a template for such files")
            if same
            else self.tr("A template nearly fits; the layout has changed")
        )
        self.setVisible(bool(offers))
        self._show_changes()

    @Slot()
    def _show_changes(self) -> None:
        at = self.names.currentIndex()
        words = self._offers[at].difference.words() if 0 <= at < len(self._offers) else []
        more = f" And {len(words) - _MOST} more changes." if len(words) > _MOST else ""
        self._changes.setText(" ".join(words[:_MOST]) + more)
        self._changes.setVisible(bool(words))

    @Slot()
    def _want(self) -> None:
        at = self.names.currentIndex()
        if 0 <= at < len(self._offers):
            self.wanted.emit(self._offers[at])
