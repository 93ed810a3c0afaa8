"""The first start: there is no store yet to unlock."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.ui.dialogs.files import ask_folder
from clinicdesk.ui.icons import CommandButton, IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label


class WelcomePage(QWidget):
    """Open a store, or make one."""

    store_chosen = Signal(object)  # Path
    create_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._open = CommandButton(
            "folder", self.tr("Open a store that exists…"), theme, kind="choice"
        )
        self._create = CommandButton("add", self.tr("Create a new store…"), theme, kind="choice")
        text = label(
            self.tr(
                "A store is a folder on this computer or on a drive of your own. Everything in it "
                "is encrypted, and nothing leaves it unless you export it."
            ),
            "muted",
        )
        text.setWordWrap(True)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(IconLabel("logo", theme, token="accent", size=32))
        heading.addWidget(label("ClinicDesk", "title"), stretch=1)
        card = Card(margin=24, gap=12)
        card.setFixedWidth(440)
        card.rows.addLayout(heading)
        for widget in (text, self._open, self._create):
            card.rows.addWidget(widget)
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addWidget(card, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(3)

        self._open.clicked.connect(self._ask_folder)
        self._create.clicked.connect(self.create_wanted)

    @Slot()
    def _ask_folder(self) -> None:
        ask_folder(self, self.tr("Open a store"), self.store_chosen.emit)
