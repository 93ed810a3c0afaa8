"""What can be set: the look and one's own password by everybody, the rest by administrators."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.services.key_account import KeyAccount
from clinicdesk.services.keys import Keys
from clinicdesk.services.own_account import OwnAccount
from clinicdesk.services.reports import Reports
from clinicdesk.services.research import Publishing
from clinicdesk.services.settings import Settings
from clinicdesk.ui.cards.locking import LockingCard
from clinicdesk.ui.cards.publish import PublishCard
from clinicdesk.ui.cards.recovery import RecoveryCard
from clinicdesk.ui.cards.score_choices import Counting, ScoreChoicesCard
from clinicdesk.ui.cards.watch_folder import WatchFolderCard, WatchServices
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.pages.change_password import ChangePasswordForm
from clinicdesk.ui.pages.recovery import RecoveryStep
from clinicdesk.ui.palette import DARK, LIGHT
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label, place_in_middle, toggle

WIDTH = 460  # px: a card


@dataclass(frozen=True, slots=True)
class SettingsServices:
    """What the page needs of an open store; None for what this person may not do."""

    login: str
    clinic_name: str  # "" where it is not known
    own_account: OwnAccount | KeyAccount
    settings: Settings | None = None
    changes_settings: bool = False
    keys: Keys | None = None
    reports: Reports | None = None
    publishing: Publishing | None = None
    count_seniors: Counting | None = None
    watching: WatchServices | None = None


class SettingsPage(QWidget):
    """Cards in two columns; a new recovery key takes the whole page until it is proved."""

    failed = Signal(Exception)
    said = Signal(str)
    idle_changed = Signal(int)  # minutes

    def __init__(
        self,
        services: SettingsServices,
        confirming: Confirming,
        theme: Theme,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._theme = services, theme
        self._looks = QButtonGroup(self)
        self.locking = (
            LockingCard(services.settings, runner, changes=services.changes_settings)
            if services.settings
            else None
        )
        self.scores = (
            ScoreChoicesCard(
                services.settings,
                services.count_seniors,
                runner,
                changes=services.changes_settings,
            )
            if services.settings
            else None
        )
        self.password = ChangePasswordForm(
            services.own_account.change_password,
            services.login,
            theme,
            runner,
            words=(services.clinic_name,) if services.clinic_name else (),
        )
        self.recovery = RecoveryCard(services.keys, confirming, runner) if services.keys else None
        self.publish = (
            PublishCard(services.publishing, confirming, runner) if services.publishing else None
        )
        self.watching = WatchFolderCard(services.watching, runner) if services.watching else None
        self.new_key = RecoveryStep(theme, runner)
        self._lay_out()

        for card in (self.locking, self.scores, self.recovery, self.publish, self.watching):
            if card is not None:
                card.failed.connect(self.failed)
                card.said.connect(self.said)
        if self.locking is not None:
            self.locking.changed.connect(self.idle_changed)
        self.password.changed.connect(self._say_changed)
        if self.recovery is not None:
            self.recovery.replaced.connect(self._show_key)
        self.new_key.proved.connect(self._leave_key)
        theme.changed.connect(self._mark_look)
        self._mark_look()

    @Slot()
    def refresh(self) -> None:
        """Read what is set now."""
        for card in (self.locking, self.scores, self.publish, self.watching):
            if card is not None:
                card.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.password.start_over()  # what was typed is not left behind

    @Slot()
    def _say_changed(self) -> None:
        self.said.emit(self.tr("Your password is changed."))

    @Slot(str)
    def _show_key(self, key: str) -> None:
        if self._services.reports is not None:
            self.new_key.show_key(key, self._services.reports.recovery_sheet)
            self._layers.setCurrentIndex(1)

    @Slot()
    def _leave_key(self) -> None:
        self.new_key.forget()
        self._layers.setCurrentIndex(0)
        self.said.emit(self.tr("The new recovery key counts; destroy the old sheet."))

    @Slot()
    def _mark_look(self) -> None:
        self._looks.button(1 if self._theme.palette.dark else 0).setChecked(True)

    @Slot(int)
    def _choose_look(self, at: int) -> None:
        self._theme.use(DARK if at else LIGHT)

    def _look_card(self) -> Card:
        card = Card(margin=16, gap=10)
        card.rows.addWidget(label(self.tr("Look"), "heading"))
        row = QHBoxLayout()
        row.setSpacing(4)
        for at, text in enumerate((self.tr("Light"), self.tr("Dark"))):
            button = toggle(text)
            self._looks.addButton(button, at)
            row.addWidget(button)
        row.addStretch(1)
        card.rows.addLayout(row)
        self._looks.idClicked.connect(self._choose_look)
        return card

    def _password_card(self) -> Card:
        card = Card(margin=16, gap=10)
        card.rows.addWidget(label(self.tr("Your password"), "heading"))
        card.rows.addWidget(self.password)
        return card

    def _lay_out(self) -> None:
        left = [self._look_card(), self.locking, self.recovery, self.watching]
        right = [self._password_card(), self.scores, self.publish]
        columns = QHBoxLayout()
        columns.setSpacing(12)
        for cards in (left, right):
            column = QVBoxLayout()
            column.setSpacing(12)
            for card in cards:
                if card is not None:
                    card.setFixedWidth(WIDTH)
                    column.addWidget(card)
            column.addStretch(1)
            columns.addLayout(column)
        columns.addStretch(1)
        cards_page = QWidget()
        rows = QVBoxLayout(cards_page)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(label(self.tr("Settings"), "title"))
        rows.addLayout(columns)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(cards_page)
        key_page = QWidget()
        card = Card(margin=24, gap=12)
        card.setFixedWidth(WIDTH)
        card.rows.addWidget(self.new_key)
        place_in_middle(key_page, card)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(scroll)
        self._layers.addWidget(key_page)
