"""Getting in, and being locked out again."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import NotAllowed, StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Progress
from clinicdesk.services.session import unlock_clinic
from clinicdesk.ui.pages.create import CreatePage
from clinicdesk.ui.pages.unlock import UnlockPage, short
from clinicdesk.ui.palette import DARK
from clinicdesk.ui.preferences import Preferences
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import CANARY, CHEAP_LIMITS, LOGIN, PASSWORD
from tests.gui.conftest import WAIT


def _type(qtbot: QtBot, page: UnlockPage, login: str, password: str) -> None:
    page._login.line.setText(login)
    page._password.line.setText(password)
    qtbot.keyClick(page._password.line, Qt.Key.Key_Return)


def test_without_a_store_the_first_page_offers_two_ways(shell: Shell) -> None:
    shell.come_in()
    assert shell.page is shell._welcome


def test_the_right_password_goes_in(qtbot: QtBot, shell: Shell, folder: Path) -> None:
    page = shell.ask_password(folder)
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        _type(qtbot, page, LOGIN, PASSWORD)
    assert shell.page is shell.work
    assert page._password.text == ""
    shell.lock()


@pytest.mark.parametrize(("login", "password"), [(LOGIN, "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_is_said_beside_the_field(
    qtbot: QtBot, shell: Shell, folder: Path, login: str, password: str
) -> None:
    page = shell.ask_password(folder)
    _type(qtbot, page, login, password)
    qtbot.waitUntil(lambda: page.error != "", timeout=WAIT)
    assert page.error == "The password is not right."
    assert page._password.line.property("wrong") == "true"
    assert page._password.line.isEnabled()
    page._password.line.textEdited.emit("x")
    assert page.error == ""


def test_an_empty_password_is_not_tried(qtbot: QtBot, shell: Shell, folder: Path) -> None:
    page = shell.ask_password(folder, LOGIN)
    qtbot.keyClick(page._password.line, Qt.Key.Key_Return)
    assert page.error == "Type your login and your password."
    assert not shell._runner.busy


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "foreign"])
def test_a_store_that_is_none_is_said_and_left_alone(
    qtbot: QtBot, shell: Shell, folder: Path, damage: str
) -> None:
    database = folder / "clinic.db"
    if damage == "missing":
        database.unlink()
    elif damage == "empty":
        database.write_bytes(b"")
    elif damage == "truncated":
        database.write_bytes(database.read_bytes()[:5000])
    else:
        database.write_bytes(b"not a store at all" * 1000)
    before = database.read_bytes() if database.exists() else None
    page = shell.ask_password(folder)
    _type(qtbot, page, LOGIN, PASSWORD)
    qtbot.waitUntil(lambda: page.error != "", timeout=WAIT)
    assert "went wrong inside" not in page.error
    assert (database.read_bytes() if database.exists() else None) == before


def test_locking_drops_the_keys_and_the_screen(
    qtbot: QtBot, shell: Shell, folder: Path, runner: TaskRunner
) -> None:
    clinic = unlock_clinic(folder, login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS)
    shell.enter(clinic)
    work = shell.work
    assert work is not None
    qtbot.waitSignal(work.patients.listed, timeout=WAIT).wait()
    with qtbot.waitSignal(work.destroyed, timeout=WAIT):
        qtbot.keyClick(work, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    assert shell.page is shell.unlock
    with pytest.raises(NotAllowed):
        clinic.patients.find("")


def test_neither_title_nor_settings_name_anybody(
    qtbot: QtBot, shell: Shell, folder: Path, runner: TaskRunner, ward: list[PatientId]
) -> None:
    shell.enter(unlock_clinic(folder, login=LOGIN, password=PASSWORD, limits=CHEAP_LIMITS))
    assert shell.work is not None
    with qtbot.waitSignal(shell.work.patient.loaded, timeout=WAIT):
        shell.work.open_patient(ward[0])
    shell._theme.toggle()
    shell.close()
    settings: QSettings = shell._preferences._settings
    settings.sync()
    assert set(settings.allKeys()) == {"theme", "geometry", "last_store"}
    text = Path(settings.fileName()).read_text(encoding="utf-8", errors="replace")
    titles = {widget.windowTitle() for widget in QApplication.topLevelWidgets()}
    assert CANARY.casefold() not in f"{text} {titles}".casefold()
    shell.lock()


def test_what_the_window_remembers(preferences: Preferences, tmp_path: Path) -> None:
    assert preferences.palette is None
    assert preferences.last_store is None
    preferences.palette, preferences.last_store = DARK, tmp_path
    assert preferences.palette is DARK
    assert preferences.last_store == tmp_path
    preferences.last_store = tmp_path / "gone"
    assert preferences.last_store is None


def _fill_in(page: CreatePage, folder: Path) -> None:
    page._clinic_name.line.setText("North Ward")
    page._folder.line.setText(str(folder))
    page._login.line.setText("anna")
    page._password.line.setText(PASSWORD)
    page._again.line.setText(PASSWORD)


def test_a_new_store_opens_once_its_key_is_written_down(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.create_store()
    page = shell.making
    assert page is not None
    _fill_in(page, tmp_path / "new")
    page.make()
    qtbot.waitUntil(lambda: page._steps.currentIndex() == 1, timeout=WAIT)
    groups = page._recovery._key.text().split()
    assert len(groups) == 7
    page._recovery._answers[0].line.setText("WRON")
    page._recovery._button.click()
    assert shell.work is None
    page._recovery._answers[0].line.setText(groups[1].lower())
    page._recovery._answers[1].line.setText(groups[-1])
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        page._recovery._button.click()
    assert shell._preferences.last_store == tmp_path / "new"
    assert page._recovery._key.text() == ""
    shell.lock()


GAPS = [
    ("_clinic_name", " ", "Name the clinic."),
    ("_folder", "", "Choose a folder for the store."),
    ("_login", "", "Choose a login."),
    ("_password", "too short", "at least 15 characters"),
    ("_again", PASSWORD + "!", "not the same"),
]


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap[0])
def test_a_form_with_a_gap_makes_no_store(
    qtbot: QtBot, shell: Shell, tmp_path: Path, gap: tuple[str, str, str]
) -> None:
    field, text, said = gap
    shell.create_store()
    page = shell.making
    assert page is not None
    _fill_in(page, tmp_path / "new")
    getattr(page, field).line.setText(text)
    page.make()
    assert said in page.error
    assert not shell._runner.busy
    assert not (tmp_path / "new").exists()


def test_a_folder_in_use_is_refused_beside_the_form(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "letter.txt").write_text("dear")
    shell.create_store()
    page = shell.making
    assert page is not None
    _fill_in(page, tmp_path / "used")
    page.make()
    qtbot.waitUntil(lambda: page.error != "", timeout=WAIT)
    assert "not empty" in page.error
    assert sorted(path.name for path in (tmp_path / "used").iterdir()) == ["letter.txt"]


def test_an_unexpected_error_has_a_number_and_no_details(
    qtbot: QtBot, theme: Theme, runner: TaskRunner, tmp_path: Path
) -> None:
    def broken(_folder: Path, _login: str, _password: str, _progress: Progress) -> Clinic:
        raise KeyError(CANARY)

    page = UnlockPage(broken, runner)
    qtbot.addWidget(page)
    page.show_store(tmp_path, LOGIN)
    page.attempt_with(PASSWORD)
    qtbot.waitUntil(lambda: page.error != "", timeout=WAIT)
    assert "Quote error" in page.error
    assert CANARY not in page.error


def test_a_service_error_is_shown_as_it_is(
    qtbot: QtBot, theme: Theme, runner: TaskRunner, tmp_path: Path
) -> None:
    def full(_folder: Path, _login: str, _password: str, _progress: Progress) -> Clinic:
        raise StoreError("The disk is full.")

    page = UnlockPage(full, runner)
    qtbot.addWidget(page)
    page.show_store(tmp_path, LOGIN)
    page.attempt_with(PASSWORD)
    qtbot.waitUntil(lambda: page.error != "", timeout=WAIT)
    assert page.error == "The disk is full."


def test_a_long_path_keeps_its_end(qtbot: QtBot, shell: Shell) -> None:
    metrics = shell.fontMetrics()
    long = Path("/home/somebody/with/a/very/long/path/to/clinics/north")
    assert short(long, metrics, 10_000) == str(long)
    assert short(long, metrics, 160).startswith("…")
    assert short(long, metrics, 160).endswith("north")
    assert metrics.horizontalAdvance(short(long, metrics, 160)) <= 160
