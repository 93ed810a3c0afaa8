"""The desk of a researcher: counts and distributions of a copy without names."""

from PySide6.QtWidgets import QWidget

from clinicdesk.services.research import ResearchDesk
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.frame import WorkFrame
from clinicdesk.ui.pages.settings import SettingsPage, SettingsServices
from clinicdesk.ui.pages.summaries import SummariesPage
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme


class ResearchWindow(WorkFrame):
    """Summaries and one's own settings; there is nothing else."""

    def __init__(
        self, desk: ResearchDesk, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        who = f"{desk.principal.login}, {desk.principal.role}"
        super().__init__(who, theme, parent)
        self.summaries = SummariesPage(desk.research, desk.now, theme, runner)
        services = SettingsServices(desk.principal.login, "", desk.own_account)
        confirming = Confirming(desk.principal.login, desk.reauthenticate, runner)
        self.settings = SettingsPage(services, confirming, theme, runner)
        self.add_place("research", self.tr("Summaries"), "Ctrl+F", self.summaries)
        self.add_place("settings", self.tr("Settings"), "Ctrl+,", self.settings)

        self.summaries.failed.connect(self.notices.fail)
        self.settings.failed.connect(self.notices.fail)
        self.settings.said.connect(self.notices.done)

    def begin(self) -> None:
        self.show_page(self.summaries)
        self.summaries.refresh()
        self.summaries.setFocus()
