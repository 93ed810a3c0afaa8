"""Work in an open store: where to go, who is here, lock. It knows pages and no patient data."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action, may
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.icons import IconButton
from clinicdesk.ui.notices import NoticeBar
from clinicdesk.ui.pages.patient import PatientPage, PatientServices
from clinicdesk.ui.pages.patient_list import PatientListPage
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.wizards.import_wizard import ImportWizard

DEMO = "Demonstration data - not real patients"


class MainWindow(QWidget):
    """The rail, the page in use, the notices and the status line."""

    lock_wanted = Signal()

    def __init__(
        self, clinic: Clinic, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._clinic, self._theme = clinic, theme
        services = PatientServices(
            clinic.records,
            lambda: clinic.risks,
            lambda: clinic.reports,
            clinic.now,
            clinic.zone,
        )
        self.patients = PatientListPage(clinic.patients, services.today, theme, runner)
        self.patient = PatientPage(services, theme, runner)
        self.imports = ImportWizard(lambda: clinic.imports, theme, runner)
        self.notices = NoticeBar(theme)
        self.pages = QStackedWidget()
        for page in (self.patients, self.patient, self.imports):
            self.pages.addWidget(page)
        self._places = QButtonGroup(self)
        self._status = QLabel()
        self._theme_button = IconButton("moon", self.tr("Light or dark (Ctrl+D)"), theme)
        self._lay_out(runner)
        self._shortcuts()
        self._say_status()

        self.patients.patient_chosen.connect(self.open_patient)
        self.patients.import_wanted.connect(self.show_import)
        self.patient.left.connect(self.show_patients)
        self.patient.said.connect(self.notices.done)
        self.imports.imported.connect(self.patients.refresh)
        self.imports.said.connect(self.notices.done)
        for page in (self.patients, self.patient, self.imports):
            page.failed.connect(self.notices.fail)
        theme.changed.connect(self._dress)
        self._dress()
        self.patients.refresh()

    @Slot(int)
    def open_patient(self, patient_id: PatientId) -> None:
        self.pages.setCurrentWidget(self.patient)
        self.patient.open(patient_id)

    @Slot()
    def show_patients(self) -> None:
        self.patient.close_record()
        self.pages.setCurrentWidget(self.patients)
        self._places.button(0).setChecked(True)
        self.patients.focus_search()

    @Slot()
    def show_import(self) -> None:
        self.patient.close_record()
        self.pages.setCurrentWidget(self.imports)
        self._places.button(1).setChecked(True)

    def _say_status(self) -> None:
        who = self._clinic.principal
        self._status.setText(f"{self._clinic.name}   ·   {who.login}, {who.role}")

    @Slot()
    def _dress(self) -> None:
        self._theme_button.show_icon("sun" if self._theme.palette.dark else "moon")

    def _shortcuts(self) -> None:
        QShortcut(QKeySequence("Ctrl+L"), self, self.lock_wanted.emit)
        QShortcut(QKeySequence("Ctrl+F"), self, self.show_patients)
        QShortcut(QKeySequence("Ctrl+I"), self, self.show_import)
        QShortcut(QKeySequence("Ctrl+D"), self, self._theme.toggle)
        QShortcut(QKeySequence("Escape"), self, self.notices.clear)

    def _lay_out(self, runner: TaskRunner) -> None:
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        if self._clinic.is_demo:
            band = QLabel(DEMO)
            band.setObjectName("demo")
            band.setAlignment(Qt.AlignmentFlag.AlignCenter)
            body.addWidget(band)
        body.addWidget(self.pages, stretch=1)
        notices = QHBoxLayout()
        notices.setContentsMargins(12, 0, 12, 4)
        notices.addWidget(self.notices)
        body.addLayout(notices)
        body.addWidget(self._status_line())
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self._rail())
        columns.addLayout(body, stretch=1)

    def _rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        rows = QVBoxLayout(rail)
        rows.setContentsMargins(6, 8, 6, 8)
        rows.setSpacing(4)
        for at, (icon, text, keys, go) in enumerate(self._destinations()):
            button = IconButton(icon, f"{text} ({keys})", self._theme, size=22)
            button.setText(text)
            button.setAccessibleName(text)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setProperty("place", "true")
            button.setCheckable(True)
            button.clicked.connect(go)
            self._places.addButton(button, at)
            rows.addWidget(button)
        rows.addStretch(1)
        lock = IconButton("lock", self.tr("Lock (Ctrl+L)"), self._theme, size=20)
        lock.clicked.connect(self.lock_wanted)
        self._theme_button.clicked.connect(self._theme.toggle)
        for button in (self._theme_button, lock):
            rows.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        return rail

    def _destinations(self) -> list[tuple[str, str, str, Callable[[], None]]]:
        """The pages this person may use."""
        places = [("patients", self.tr("Patients"), "Ctrl+F", self.show_patients)]
        if may(self._clinic.principal.role, Action.IMPORT):
            places.append(("import", self.tr("Import"), "Ctrl+I", self.show_import))
        return places

    def _status_line(self) -> QFrame:
        line = QFrame()
        line.setObjectName("status")
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 2, 12, 2)
        row.addWidget(self._status)
        row.addStretch(1)
        return line
