"""The dashboards: demographics, clinical, risk, under one filter; every bar opens its patients."""

from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.measure import Filter, Look, Page
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.dashboards import Dashboard, Dashboards
from clinicdesk.services.progress import Progress
from clinicdesk.ui.cards.measure import MeasureCard
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label
from clinicdesk.ui.widgets.measure_filter import MeasureFilter

TILES, CHARTS = 6, 3  # a line


class DashboardsPage(QWidget):
    """A late answer to another filter or page is never shown."""

    failed = Signal(Exception)
    said = Signal(str)
    patients_wanted = Signal(object, str)  # ids, who they are

    def __init__(
        self,
        dashboards: Callable[[], Dashboards],
        theme: Theme,
        runner: TaskRunner,
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._dashboards, self._theme = dashboards, theme
        self._runner, self._zone = runner, zone
        self._task: Task | None = None
        self.cards: list[MeasureCard] = []
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Dashboards"))
        for title in (self.tr("Demographics"), self.tr("Clinical"), self.tr("Risk")):
            self.tabs.addTab(title)
        self.filter = MeasureFilter()
        self._status = label("", "muted")
        self._copy = CommandButton("copy", self.tr("Copy as CSV"), theme)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()

        self.tabs.currentChanged.connect(self.refresh)
        self.filter.changed.connect(self.refresh)
        self._copy.clicked.connect(self._copy_csv)
        QShortcut(QKeySequence("F5"), self, self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever comes here sees the record as it is now."""
        super().showEvent(event)
        self.refresh()

    @property
    def page(self) -> Page:
        return list(Page)[self.tabs.currentIndex()]

    @Slot()
    def refresh(self) -> None:
        """Compute the page that is shown, off the UI thread."""
        if self._task:
            self._task.cancel()
        self._status.setText(self.tr("Computing…"))
        work = partial(_show, self._dashboards, self.page, self.filter.asked)
        self._task = self._runner.start(self, "dashboard", work)
        self._task.succeeded.connect(self._take)
        self._task.failed.connect(self._refuse)

    def forget(self) -> None:
        """Show nothing; what was filtered for may be a diagnosis."""
        self.filter.clear()
        self._show_cards([])

    @Slot(object)
    def _take(self, shown: Dashboard) -> None:
        self._task = None
        if shown.page is not self.page:
            return
        self._show_cards([MeasureCard(each, self._theme) for each in shown.measures])
        as_of = instant_text(shown.as_of, self._zone) if shown.as_of else ""
        state = "" if shown.fresh else self.tr("  The record has changed since: F5.")
        self._status.setText(self.tr("The record as of {}.").format(as_of) + state)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._task = None
        self._status.setText("")
        self.failed.emit(error)

    @Slot(str, str)
    def _open(self, name: str, group: str) -> None:
        card = next(each for each in self.cards if each.measure.definition.name == name)
        words = card.measure.definition.title
        words = words if group == "All" else f"{words}: {group}"
        work = partial(_behind, self._dashboards, name, group, self.filter.asked)
        task = self._runner.start(self, "who is behind a bar", work)
        task.succeeded.connect(partial(self._want, words, card.measure.definition.of))
        task.failed.connect(self.failed)

    def _want(self, words: str, of: str, rows: list[PatientId]) -> None:
        """Each patient once; how many rows there are of them is said."""
        patients = list(dict.fromkeys(rows))
        told = f"{len(patients):,} patients" if len(patients) != 1 else "1 patient"
        if of != "patients":
            told = f"{len(rows):,} {of} of {told}"
        self.patients_wanted.emit(patients, f"{words}: {told}")

    @Slot()
    def _copy_csv(self) -> None:
        QApplication.clipboard().setText("".join(card.as_csv() for card in self.cards))
        self.said.emit(self.tr("The page is in the clipboard, without groups of few people."))

    def _show_cards(self, cards: list[MeasureCard]) -> None:
        self.cards = cards
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(12)
        tiles = [card for card in cards if card.measure.definition.look is Look.TILE]
        rows.addLayout(_grid(tiles, TILES))
        rows.addLayout(_grid([card for card in cards if card not in tiles], CHARTS))
        rows.addStretch(1)
        for card in cards:
            card.chosen.connect(self._open)
        self._scroll.setWidget(body)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(self.tr("Dashboards"), "title"))
        head.addWidget(self.tabs, stretch=1)
        head.addWidget(self._status)
        head.addWidget(self._copy)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(head)
        rows.addWidget(self.filter)
        rows.addWidget(self._scroll, stretch=1)


def _grid(cards: list[MeasureCard], columns: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(12)
    for at, card in enumerate(cards):
        grid.addWidget(card, at // columns, at % columns)
    for column in range(min(columns, len(cards))):
        grid.setColumnStretch(column, 1)
    return grid


def _show(
    dashboards: Callable[[], Dashboards], page: Page, asked: Filter, progress: Progress
) -> Dashboard:
    return dashboards().show(page, asked, progress)


def _behind(
    dashboards: Callable[[], Dashboards],
    name: str,
    group: str,
    asked: Filter,
    progress: Progress,
) -> list[PatientId]:
    return dashboards().behind(name, group, asked, progress)
