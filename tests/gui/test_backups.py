"""Backups in the window: their age in sight, made at the lock, proved by button (D04, C09)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.domain.backup import BackupPlan
from clinicdesk.domain.health import Health
from clinicdesk.errors import DiskFull, StoreDamaged, StoreError
from clinicdesk.services.backup import Backups
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.idle import LockReason
from clinicdesk.storage.condition import Condition
from clinicdesk.ui.locking import WORDS
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.backups import BackupsPage
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.system_lock import LOCKED as WITH_THE_COMPUTER
from clinicdesk.ui.widgets.backup_age import NONE
from tests.conftest import LOGIN, PASSWORD
from tests.gui.conftest import WAIT
from tests.services.stores import OWN_PASSWORD, add_account
from tests.services.stores import unlock as open_store
from tests.storage.factories import database_of


@pytest.fixture
def backups(window: MainWindow, qtbot: QtBot) -> BackupsPage:
    assert window.backups is not None
    with qtbot.waitSignal(window.backups.listed, timeout=WAIT):
        window.show_backups()
    return window.backups


def test_a_backup_is_made_listed_and_proved(
    backups: BackupsPage, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.mouseClick(backups.make, Qt.MouseButton.LeftButton)
    assert not backups.make.isEnabled()
    qtbot.waitUntil(lambda: len(backups.model.rows) == 1, timeout=WAIT)
    for button in (backups.verify, backups.rehearse):
        qtbot.waitUntil(button.isEnabled, timeout=WAIT)
        with qtbot.waitSignal(backups.said, timeout=WAIT):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "ago" in window.age.text, timeout=WAIT)
    assert not window.age.warns


def test_a_damaged_one_is_said_and_listed_as_such(
    backups: BackupsPage, window: MainWindow, clinic: Clinic, qtbot: QtBot
) -> None:
    made = clinic.backups.make_now()
    with qtbot.waitSignal(backups.listed, timeout=WAIT):
        backups.refresh()
    (Path(made.folder) / "clinic.db").write_bytes(b"")
    with qtbot.waitSignal(backups.failed, timeout=WAIT):
        qtbot.mouseClick(backups.verify, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: backups.model.index(0, 2).data() == "DAMAGED", timeout=WAIT)
    assert any("not whole" in notice.text.text() for notice in window.notices.notices)
    qtbot.waitUntil(lambda: window.age.text == NONE, timeout=WAIT)


def test_where_they_go_is_chosen_and_the_same_disk_warned_of(
    backups: BackupsPage, clinic: Clinic, tmp_path: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: backups.plan.warns, timeout=WAIT)
    with qtbot.waitSignal(backups.plan.said, timeout=WAIT):
        backups.plan.take_folder(tmp_path / "stick")
    assert clinic.backups.status().plan == BackupPlan(folder=str(tmp_path / "stick"))
    qtbot.waitUntil(lambda: backups.plan.folder.text() == str(tmp_path / "stick"), timeout=WAIT)
    with qtbot.waitSignal(backups.plan.said, timeout=WAIT):
        qtbot.mouseClick(backups.plan.daily, Qt.MouseButton.LeftButton)
    assert not clinic.backups.status().plan.on


def test_a_folder_inside_the_store_is_refused_in_words(
    backups: BackupsPage, clinic: Clinic, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(backups.failed, timeout=WAIT) as failure:
        backups.plan.take_folder(clinic.folder / "in it")
    assert "inside the store" in str(failure.args[0])


def test_the_age_is_on_the_main_screen_with_a_warning_when_old(
    window: MainWindow, clinic: Clinic, qtbot: QtBot
) -> None:
    """D04."""
    window.store_watch.begin()
    qtbot.waitUntil(lambda: window.age.text == NONE, timeout=WAIT)
    assert window.age.warns
    clinic.backups.make_now()
    window.store_watch.refresh()
    qtbot.waitUntil(lambda: "ago" in window.age.text, timeout=WAIT)
    assert not window.age.warns
    status = clinic.backups.status()
    window.age.show_status(status, clinic.now() + timedelta(days=4))
    assert window.age.text == "Last verified backup 4d ago"
    assert window.age.warns


def test_a_nurse_sees_the_age_and_no_page(
    clinic: Clinic, theme: Any, runner: Any, qtbot: QtBot
) -> None:
    add_account(clinic, "bob", "nurse")
    nurse = open_store(clinic.folder, "bob", OWN_PASSWORD, clinic.now)
    window = MainWindow(nurse, theme, runner)
    qtbot.addWidget(window)
    window.begin()
    qtbot.waitUntil(lambda: window.age.text == NONE, timeout=WAIT)
    assert window.backups is None
    runner.shutdown()
    nurse.lock()


@pytest.mark.parametrize(("why", "made"), [("by hand", 1), ("idle", 1), ("computer", 0)])
def test_the_backup_of_the_day_is_made_at_a_lock_that_has_time(
    shell: Shell, folder: Path, qtbot: QtBot, why: str, made: int
) -> None:
    """Not when the computer is about to sleep: then the keys go at once."""
    unlock(shell, folder, qtbot)
    clinic = shell.clinic
    assert isinstance(clinic, Clinic)
    {
        "by hand": shell.lock,
        "idle": lambda: shell.lock_in_time(WORDS[LockReason.IDLE]),
        "computer": lambda: shell.lock_for(WITH_THE_COMPUTER),
    }[why]()
    assert shell.page is shell.unlock
    qtbot.waitUntil(lambda: not clinic._access.is_open, timeout=WAIT)
    place = folder.with_name("store-backups")
    assert len(list(place.glob("2*")) if place.exists() else []) == made


def test_a_backup_that_cannot_be_made_still_locks_and_is_said(
    shell: Shell, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(shell, folder, qtbot)
    clinic = shell.clinic
    assert isinstance(clinic, Clinic)

    def fail(*_args: Any) -> Any:
        raise StoreError("The disk of the backup needs 7.0 MB more free space.")

    monkeypatch.setattr(Backups, "make_due", fail)
    shell.lock()
    page = shell.unlock
    assert page is not None
    qtbot.waitUntil(lambda: "needs 7.0 MB" in page.error, timeout=WAIT)
    assert not clinic._access.is_open


def test_closing_the_window_makes_it_too(shell: Shell, folder: Path, qtbot: QtBot) -> None:
    unlock(shell, folder, qtbot)
    shell._runner.shutdown()
    shell.leave()
    assert len(list(folder.with_name("store-backups").glob("2*"))) == 1


def test_a_full_disk_is_a_line_that_stays_until_there_is_room(
    window: MainWindow, clinic: Clinic, tmp_path: Path, qtbot: QtBot
) -> None:
    """C09: the form keeps what was typed, since nothing but a line above it changes."""
    database = database_of(clinic)
    database.condition = Condition(tmp_path, lambda _: disk, spare=10_000_000)
    disk = Disk(2_600_000)
    window.notices.fail(database.condition.noted(DiskFull()))
    qtbot.waitUntil(lambda: not window.health.isHidden(), timeout=WAIT)
    assert "7.4 MB more are needed" in window.health.words.text()
    disk.free = 20_000_000
    qtbot.mouseClick(window.health.try_again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.health.isHidden, timeout=WAIT)
    assert database.condition.trouble is None
    assert any("can be written again" in n.text.text() for n in window.notices.notices)


def test_damage_leaves_nothing_to_try(window: MainWindow, clinic: Clinic, qtbot: QtBot) -> None:
    """C10."""
    window.notices.fail(database_of(clinic).condition.noted(StoreDamaged()))
    qtbot.waitUntil(lambda: not window.health.isHidden(), timeout=WAIT)
    assert window.health.try_again.isHidden()
    assert "restore the last backup" in window.health.words.text()


def test_another_error_is_not_the_stores(window: MainWindow, qtbot: QtBot) -> None:
    window.notices.fail(StoreError("The search finds 3 patients of 4."))
    qtbot.wait(50)
    assert window.health.isHidden()
    window.health.show_health(Health())
    assert window.health.isHidden()


class Disk:
    """As much room as it is told."""

    def __init__(self, free: int) -> None:
        self.free = free


def unlock(shell: Shell, folder: Path, qtbot: QtBot) -> None:
    page = shell.ask_password(folder, LOGIN)
    page.attempt_with(PASSWORD)
    qtbot.waitUntil(lambda: shell.work is not None, timeout=WAIT)
