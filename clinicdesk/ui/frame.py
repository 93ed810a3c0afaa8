"""What the windows of all roles share: the rail, the page in use, the notices, the status line."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.ui.icons import IconButton
from clinicdesk.ui.notices import NoticeBar
from clinicdesk.ui.place import Place, focus_on, focused_at
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.health_strip import HealthStrip

DEMO = "Demonstration data - not real patients"


class WorkFrame(QWidget):
    """A window at work. It knows where one can go, and nothing of what is shown there."""

    lock_wanted = Signal()
    switch_wanted = Signal()  # somebody else wants to sit down
    idle_known = Signal(int)  # minutes without input after which to lock

    def __init__(
        self, who: str, theme: Theme, parent: QWidget | None = None, *, demo: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._theme = theme
        self.notices = NoticeBar(theme)
        self.health = HealthStrip(theme)
        self.pages = QStackedWidget()
        self._places = QButtonGroup(self)
        self._rail_pages: dict[QWidget, QToolButton] = {}
        self._status = QLabel(who)
        self._theme_button = IconButton("moon", self.tr("Light or dark (Ctrl+D)"), theme)
        self._rail = QVBoxLayout()
        self._status_row = QHBoxLayout()
        self._frame(demo)
        for keys, act in (
            ("Ctrl+L", self.lock_wanted.emit),
            ("Ctrl+Shift+L", self.switch_wanted.emit),
            ("Ctrl+D", theme.toggle),
            ("Escape", self.notices.clear),
        ):
            QShortcut(QKeySequence(keys), self, act)
        theme.changed.connect(self._dress)
        self._dress()

    def begin(self) -> None:
        """Show what this person works with first."""

    def forget(self) -> None:
        """Let go of what is shown, before the window goes."""

    @property
    def parting(self) -> Callable[[], object]:
        """What is still to be done before the keys go, off the UI thread: it holds data alone."""
        return _nothing

    def go_on(self, place: Place) -> None:
        """Return to where this person was when the window was locked."""
        if place.page < self.pages.count():
            self._places.button(place.page).click()
            focus_on(self.pages, place.focus)

    @property
    def place(self) -> Place:
        """Where one is: numbers, and nobody's name."""
        return Place(page=max(self._places.checkedId(), 0), focus=focused_at(self.pages))

    def add_place(
        self, icon: str, text: str, keys: str, page: QWidget, go: Callable[[], None] | None = None
    ) -> None:
        """Offer a page in the rail. go: what leads there, where it is more than showing it."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        at = len(self._places.buttons())
        button = IconButton(icon, f"{text} ({keys})", self._theme, size=22)
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setProperty("place", "true")
        button.setCheckable(True)
        self._places.addButton(button, at)
        self._rail.insertWidget(at, button)
        act = go or partial(self.show_page, page)
        self._rail_pages[page] = button
        button.clicked.connect(act)
        QShortcut(QKeySequence(keys), self, act)

    def add_status(self, widget: QWidget) -> None:
        """Keep something in sight at the end of the status line."""
        self._status_row.addWidget(widget)

    def show_page(self, page: QWidget) -> None:
        """Show a page of the rail."""
        self.pages.setCurrentWidget(page)
        self._rail_pages[page].setChecked(True)

    @Slot()
    def _dress(self) -> None:
        self._theme_button.show_icon("sun" if self._theme.palette.dark else "moon")

    def _frame(self, demo: bool) -> None:
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        if demo:
            band = QLabel(DEMO)
            band.setObjectName("demo")
            band.setAlignment(Qt.AlignmentFlag.AlignCenter)
            body.addWidget(band)
        body.addWidget(self.health)
        body.addWidget(self.pages, stretch=1)
        notices = QHBoxLayout()
        notices.setContentsMargins(12, 0, 12, 4)
        notices.addWidget(self.notices)
        body.addLayout(notices)
        body.addWidget(self._status_line())
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self._rail_frame())
        columns.addLayout(body, stretch=1)

    def _rail_frame(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setLayout(self._rail)
        self._rail.setContentsMargins(6, 8, 6, 8)
        self._rail.setSpacing(4)
        self._rail.addStretch(1)
        switch = IconButton("switch", self.tr("Switch user (Ctrl+Shift+L)"), self._theme, size=20)
        lock = IconButton("lock", self.tr("Lock (Ctrl+L)"), self._theme, size=20)
        switch.clicked.connect(self.switch_wanted)
        lock.clicked.connect(self.lock_wanted)
        self._theme_button.clicked.connect(self._theme.toggle)
        for button in (self._theme_button, switch, lock):
            self._rail.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        return rail

    def _status_line(self) -> QFrame:
        line = QFrame()
        line.setObjectName("status")
        line.setLayout(self._status_row)
        self._status_row.setContentsMargins(12, 2, 12, 2)
        self._status_row.addWidget(self._status)
        self._status_row.addStretch(1)
        return line


def _nothing() -> None:
    """Nobody had begun anything."""
