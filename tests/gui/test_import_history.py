"""What was imported is listed, undone after a look, handed back; what arrives in a folder too."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.understood import WatchedState, WatchPlan
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.cards.watch_folder import WatchFolderCard, WatchServices
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.folder_watch import FolderWatch
from clinicdesk.ui.pages.imports import ImportHistoryPage, ImportServices
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.wizards.import_wizard import COLUMNS, RESULT, SEEN, ImportWizard
from tests.conftest import CANARY, LOGIN
from tests.gui.conftest import WAIT, show
from tests.gui.importing import lead

HEADER = "patient_id,name,birth_date,gender,phone\n"
KNOWN = f'P1,"{CANARY}, Ann",1950-03-09,F,0049 30 1\n'
SPANISH = f"historia;apellidos;nombre;fecha_nacimiento;sexo\n0012;{CANARY};Ana;21/02/1960;M\n"


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def history(
    qtbot: QtBot, clinic: Clinic, theme: Theme, runner: TaskRunner, tmp_path: Path
) -> ImportHistoryPage:
    """After two imports: the second changes a telephone number and brings somebody new."""
    clinic.imports.run([_written(tmp_path, "patients.csv", HEADER + KNOWN)])
    later = KNOWN.replace("0049", "0043") + f'P2,"{CANARY}, Ben",1961-01-02,M,\n'
    clinic.imports.run([_written(tmp_path, "later.csv", HEADER + later)])
    services = ImportServices(
        lambda: clinic.imports, clinic.bronze, clinic.undoing, lambda: clinic.watching, clinic.zone
    )
    confirming = Confirming(LOGIN, clinic.reauthenticate, runner)
    page = ImportHistoryPage(services, confirming, theme, runner)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    with qtbot.waitSignal(page.listed, timeout=WAIT):
        show(qtbot, page)
    return page


def test_every_import_is_listed_with_what_it_did(qtbot: QtBot, history: ImportHistoryPage) -> None:
    assert [run.id for run in history.model.rows] == [2, 1]
    assert history._facts.text().endswith("Patients: 1 new, 1 changed")
    qtbot.waitUntil(lambda: history.chosen_file is not None, timeout=WAIT)
    assert history.chosen_file is not None
    assert history.chosen_file.name == "later.csv"


def test_an_import_is_undone_after_a_look(
    qtbot: QtBot, history: ImportHistoryPage, clinic: Clinic
) -> None:
    """F37: the look changes nothing; the keyboard rests on the way back."""
    card = history.undo
    card.look.click()
    qtbot.waitUntil(lambda: card.do.isVisible() and card.do.isEnabled(), timeout=WAIT)
    assert card._found.text() == (
        "It would remove: 1 patients.\nThey would say again what they said before: 1 patients."
    )
    assert len(clinic.patients.find("")) == 2
    with qtbot.waitSignal(history.undone, timeout=WAIT):
        card.do.click()
    [ann] = clinic.patients.find("")
    assert clinic.records.open(ann).phone == "0049 30 1"
    qtbot.waitUntil(lambda: history.model.rows[0].undone_at is not None, timeout=WAIT)
    assert card.isHidden()


def test_a_file_comes_back_byte_for_byte(
    qtbot: QtBot, history: ImportHistoryPage, clinic: Clinic, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: history.chosen_file is not None, timeout=WAIT)
    assert history.chosen_file is not None
    out = tmp_path / "again.csv"
    clinic.reauthenticate("plum kettle orbit walnut")
    with qtbot.waitSignal(history.said, timeout=WAIT):
        history.save_file(history.chosen_file, out)
    assert out.read_bytes() == (tmp_path / "later.csv").read_bytes()


# -- templates ---------------------------------------------------------------------------------


@pytest.fixture
def template(qtbot: QtBot, wizard: ImportWizard, tmp_path: Path) -> str:
    """Said once of an unknown file, and kept."""
    lead(qtbot, wizard, COLUMNS, _written(tmp_path, "listado.csv", SPANISH))
    wizard.columns.accept.click()
    qtbot.waitUntil(lambda: wizard.journey.is_seen, timeout=WAIT)
    wizard.values.word.say("male")
    lead(qtbot, wizard, RESULT - 5)
    if wizard.values.lacking:
        wizard.values.word.table.selectAll()
        wizard.values.word.say("male")
    lead(qtbot, wizard, RESULT)
    with qtbot.waitSignal(wizard.said, timeout=WAIT):
        wizard.keep_template("Listado", "listado.csv")
    return "Listado"


def test_a_template_is_offered_for_the_next_file_and_used(
    qtbot: QtBot, wizard: ImportWizard, template: str, clinic: Clinic, tmp_path: Path
) -> None:
    """F38."""
    next_file = _written(tmp_path, "marzo.csv", SPANISH.replace("0012", "0013"))
    lead(qtbot, wizard, SEEN, next_file)
    offer = wizard.seen.offer
    assert offer.isVisible()
    assert offer.names.currentText() == template
    offer.use.click()
    qtbot.waitUntil(lambda: wizard.journey.is_seen and offer.isHidden(), timeout=WAIT)
    lead(qtbot, wizard, RESULT)
    assert len(clinic.patients.find("")) == 2


def test_a_changed_layout_is_said_before_the_template_is_used(
    qtbot: QtBot, wizard: ImportWizard, template: str, tmp_path: Path
) -> None:
    changed = SPANISH.replace(";nombre", "").replace(";Ana", "")
    lead(qtbot, wizard, SEEN, _written(tmp_path, "abril.csv", changed))
    assert wizard.seen.offer._words.text() == "A template nearly fits; the layout has changed"
    assert wizard.seen.offer._changes.text() == "The column nombre vanished."


# -- the watched folder ------------------------------------------------------------------------


def test_no_folder_is_watched_before_somebody_says_so(
    qtbot: QtBot, clinic: Clinic, runner: TaskRunner, tmp_path: Path
) -> None:
    asked = []
    services = WatchServices(lambda: clinic.watching, lambda: clinic.templates)
    card = WatchFolderCard(services, runner, ask_folder=lambda *given: asked.append(given))
    qtbot.addWidget(card)
    card.refresh()
    with qtbot.waitSignal(runner.idle, timeout=WAIT):
        pass
    assert not card.on.isChecked()
    card.on.click()
    assert len(asked) == 1  # which one is asked first
    folder = tmp_path / "arriving"
    folder.mkdir()
    with qtbot.waitSignal(card.said, timeout=WAIT):
        asked[0][2](folder)
    assert clinic.watching.plan() == WatchPlan(on=True, folder=str(folder))


@pytest.mark.usefixtures("template")
def test_what_arrives_is_imported_or_waits_for_somebody(
    qtbot: QtBot, history: ImportHistoryPage, clinic: Clinic, runner: TaskRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "arriving"
    folder.mkdir()
    clinic.watching.change_plan(WatchPlan(on=True, folder=str(folder)))
    _settled(clinic, _written(folder, "marzo.csv", SPANISH.replace("0012", "0013")))
    _settled(clinic, _written(folder, "odd.csv", "colour;taste\nred;sweet\n"))
    watch = FolderWatch(lambda: clinic.watching, runner, history)
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    with qtbot.waitSignals([watch.imported, watch.waits], timeout=WAIT):
        watch.look()
    history.refresh()
    qtbot.waitUntil(lambda: len(history.waiting.files.rows) == 1, timeout=WAIT)
    [waiting] = history.waiting.files.rows
    assert (waiting.name, waiting.problem) == ("odd.csv", "No saved template fits its columns.")
    history.waiting.dismiss.click()
    qtbot.waitUntil(history.waiting.isHidden, timeout=WAIT)
    assert WatchedState.DISMISSED in {each.state for each in clinic.watching.every()}


def _settled(clinic: Clinic, path: Path) -> None:
    """Nobody has written it for a while."""
    long_ago = (clinic.now() - timedelta(hours=1)).timestamp()
    os.utime(path, (long_ago, long_ago))
