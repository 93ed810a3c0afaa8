"""The first start: there is no store yet to unlock."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.ui.widgets.forms import Card, button, label, place_in_middle


class WelcomePage(QWidget):
    """Open a store, or make one."""

    open_wanted = Signal()
    create_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._open = button(self.tr("Open a store that exists…"), "choice")
        self._create = button(self.tr("Create a new store…"), "choice")
        text = label(
            self.tr(
                "A store is a folder on this computer or on a drive of your own. Everything in it "
                "is encrypted, and nothing leaves it unless you export it."
            ),
            "muted",
        )
        text.setWordWrap(True)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(440)
        card.rows.addWidget(label("ClinicDesk", "wordmark"))
        for widget in (text, self._open, self._create):
            card.rows.addWidget(widget)
        place_in_middle(self, card)

        self._open.clicked.connect(self.open_wanted)
        self._create.clicked.connect(self.create_wanted)
