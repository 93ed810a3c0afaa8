"""What a patient sees: the own record, as it was shared, in plain words and to read only."""

from PySide6.QtWidgets import QWidget

from clinicdesk.services.shared_record import SharedRecord
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.frame import WorkFrame
from clinicdesk.ui.pages.own_record import OwnRecordPage
from clinicdesk.ui.pages.settings import SettingsPage, SettingsServices
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme


class SharedWindow(WorkFrame):
    """The record and one's own settings."""

    def __init__(
        self, shared: SharedRecord, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(shared.principal.login, theme, parent)
        self.record = OwnRecordPage(shared.own_record, theme, runner)
        services = SettingsServices(shared.principal.login, "", shared.own_account)
        confirming = Confirming(shared.principal.login, shared.reauthenticate, runner)
        self.settings = SettingsPage(services, confirming, theme, runner)
        self.add_place("report", self.tr("Record"), "Ctrl+F", self.record)
        self.add_place("settings", self.tr("Settings"), "Ctrl+,", self.settings)

        self.record.failed.connect(self.notices.fail)
        self.settings.failed.connect(self.notices.fail)
        self.settings.said.connect(self.notices.done)

    def begin(self) -> None:
        self.show_page(self.record)
        self.record.refresh()
        self.record.setFocus()
