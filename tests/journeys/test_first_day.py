"""A first day in the window: make a store, bring a ward in, read a record, print it, lock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.demo.generator import generate
from clinicdesk.errors import NotAllowed
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import utc_now
from clinicdesk.ui.preferences import Preferences
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.wizards.import_wizard import RESULT
from tests.conftest import PASSWORD
from tests.gui.conftest import application, bury, qapp_args, runner, show, theme  # noqa: F401
from tests.gui.doors import DOORS
from tests.gui.importing import lead
from tests.gui.test_doors import _fill_in

WAIT = 60_000  # ms for the slowest step on a busy machine


@pytest.fixture
def shell(qtbot: QtBot, theme: Theme, runner: TaskRunner, tmp_path: Path) -> Iterator[Shell]:  # noqa: F811
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    shell = Shell(DOORS, Preferences(settings), theme, runner)
    shell.resize(1366, 768)
    show(qtbot, shell)
    yield shell
    runner.shutdown()
    bury(shell)


def test_from_nothing_to_a_printed_record(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    clinic = _make_a_store(qtbot, shell, tmp_path / "store")
    _bring_a_ward_in(qtbot, shell, tmp_path)
    _read_a_record(qtbot, shell, "DEMO-00001")
    _print_it(qtbot, shell, tmp_path / "report.pdf")
    _lock(qtbot, shell, clinic)


def _make_a_store(qtbot: QtBot, shell: Shell, folder: Path) -> Clinic:
    shell.come_in()
    assert shell._welcome is not None
    shell._welcome._create.click()
    page = shell.making
    assert page is not None
    _fill_in(page, folder)
    page._make.click()
    qtbot.waitUntil(lambda: page._steps.currentIndex() == 1, timeout=WAIT)
    groups = page._recovery._key.text().split()
    page._recovery._answers[0].line.setText(groups[1])
    page._recovery._answers[1].line.setText(groups[-1])
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        qtbot.keyClick(page._recovery._answers[1].line, Qt.Key.Key_Return)
    assert shell.clinic is not None
    return shell.clinic


def _bring_a_ward_in(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    assert shell.work is not None
    export = tmp_path / "export"
    export.mkdir()
    files = generate(export, patients=20, seed=7, as_of=utc_now())
    window = shell.work
    qtbot.waitUntil(lambda: window.patients._layers.currentIndex() == 1, timeout=WAIT)
    window.patients._empty._action.click()
    wizard = window.imports
    assert wizard is not None
    lead(qtbot, wizard, RESULT, *files)
    lines = wizard.result.counts.rows
    assert all(
        x.counts.read
        == x.counts.inserted + x.counts.updated + x.counts.unchanged + x.counts.rejected
        for x in lines
    )
    qtbot.waitUntil(lambda: window.patients.count == 20, timeout=WAIT)


def _read_a_record(qtbot: QtBot, shell: Shell, mrn: str) -> None:
    assert shell.work is not None
    window = shell.work
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(window.patients.listed, timeout=WAIT):
        qtbot.keyClicks(window.patients._text, mrn)
    with qtbot.waitSignal(window.patient.assessed, timeout=WAIT):
        qtbot.keyClick(window.patients._text, Qt.Key.Key_Return)
    page = window.patient
    assert page.banner.id.value.text() == mrn
    assert page.strip.tiles["8867-4"].value.text() != "–"
    assert page.results.model.rowCount() > 10
    assert page.risk.estimate is not None
    ids = {page.patient_id, page.banner.patient_id, page.overview.chart.patient_id}
    assert ids == {page.risk.patient_id}


def _print_it(qtbot: QtBot, shell: Shell, out: Path) -> None:
    assert shell.work is not None
    page = shell.work.patient
    assert page.patient_id is not None
    with qtbot.waitSignal(page.said, timeout=WAIT):
        page._write_report(page.patient_id, out)
    assert out.read_bytes().startswith(b"%PDF-")
    assert any("report.pdf" in n.text.text() for n in shell.work.notices.notices)


def _lock(qtbot: QtBot, shell: Shell, clinic: Clinic) -> None:
    qtbot.waitUntil(lambda: not shell._runner.busy, timeout=WAIT)
    show(qtbot, shell)
    qtbot.keyClick(shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert shell.page is shell.unlock
    qtbot.waitUntil(lambda: not shell._runner.busy, timeout=WAIT)
    with pytest.raises(NotAllowed):
        clinic.patients.find("")
    assert not any("DEMO" in w.windowTitle() for w in QApplication.topLevelWidgets())
    page = shell.ask_password(clinic.folder, "anna")
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        page.attempt_with(PASSWORD)
    shell.lock()
