"""A window over a real encrypted store with a few synthetic patients."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.fonts import load_fonts, load_names_fonts
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.patient import PatientPage, PatientServices
from clinicdesk.ui.palette import LIGHT
from clinicdesk.ui.preferences import Preferences
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.wizards.import_wizard import ImportWizard
from clinicdesk.ui.wizards.journey import JourneyServices
from tests.conftest import CANARY
from tests.gui.doors import DOORS
from tests.gui.ward import fill

WAIT = 60_000  # ms: the machine may be busy


def show(qtbot: QtBot, widget: QWidget) -> None:
    """Show a window and make it the active one, or its shortcuts do not work."""
    with qtbot.waitActive(widget, timeout=WAIT):
        widget.show()
        widget.activateWindow()


def bury(widget: QWidget) -> None:
    """Destroy a window now: one that dies during the next test takes the focus with it."""
    widget.deleteLater()
    QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["clinicdesk", "-style", "fusion"]


@pytest.fixture(scope="session")
def application(qapp: QApplication) -> QApplication:
    load_fonts()
    load_names_fonts()
    return qapp


@pytest.fixture
def theme(application: QApplication) -> Theme:
    return Theme(application, LIGHT)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.shutdown()
    assert not runner.busy, "a task was left running"
    # now and here: the garbage collector might do it later, on a worker of the next test
    runner.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def ward(clinic: Clinic) -> list[PatientId]:
    """Twelve patients; the first six have vital signs, results, problems and drugs."""
    return fill(clinic, datetime.now(UTC), date(1950, 3, 9), CANARY, hours=timedelta(hours=4))


@pytest.fixture
def services(clinic: Clinic) -> PatientServices:
    return PatientServices(
        clinic.records,
        lambda: clinic.risks,
        lambda: clinic.reports,
        clinic.now,
        clinic.zone,
        clinic.patients.read,
    )


@pytest.fixture
def page(
    qtbot: QtBot, services: PatientServices, theme: Theme, runner: TaskRunner
) -> Iterator[PatientPage]:
    page = PatientPage(services, theme, runner)
    page.resize(1366, 768)
    show(qtbot, page)
    yield page
    runner.shutdown()  # before the page dies
    bury(page)


@pytest.fixture
def window(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], theme: Theme, runner: TaskRunner
) -> Iterator[MainWindow]:
    window = MainWindow(clinic, theme, runner)
    window.resize(1366, 768)
    show(qtbot, window)
    window.show_patients()
    qtbot.waitUntil(lambda: window.patients.count == len(ward), timeout=WAIT)
    yield window
    runner.shutdown()
    bury(window)


@pytest.fixture
def wizard(qtbot: QtBot, clinic: Clinic, theme: Theme, runner: TaskRunner) -> ImportWizard:
    services = JourneyServices(
        lambda: clinic.imports, lambda: clinic.understanding, lambda: clinic.templates
    )
    wizard = ImportWizard(services, theme, runner)
    qtbot.addWidget(wizard)
    wizard.resize(1280, 700)
    show(qtbot, wizard)
    return wizard


@pytest.fixture
def shell(
    qtbot: QtBot, preferences: Preferences, theme: Theme, runner: TaskRunner
) -> Iterator[Shell]:
    shell = Shell(DOORS, preferences, theme, runner)
    show(qtbot, shell)
    yield shell
    runner.shutdown()
    bury(shell)


@pytest.fixture
def folder(clinic: Clinic, ward: list[PatientId]) -> Path:
    """A locked store with patients."""
    clinic.lock()
    return clinic.folder
