"""Users, passwords and keys in the window: by keyboard, with the password asked for again (F07)."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Role
from clinicdesk.errors import WrongPassword
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.clipboard import SecretClipboard
from clinicdesk.ui.dialogs.frame import Question
from clinicdesk.ui.dialogs.reauthenticate import ReauthenticateDialog
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.accounts import AccountsPage
from clinicdesk.ui.shell import Shell
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.account_form import WHAT_THEY_DO
from clinicdesk.ui.widgets.new_password import NewPassword
from tests.conftest import LOGIN, PASSWORD
from tests.gui.conftest import WAIT, show
from tests.gui.people import OWN, hire, let_in, type_into


@pytest.fixture
def users(qtbot: QtBot, window: MainWindow) -> AccountsPage:
    page = window.accounts
    assert page is not None
    with qtbot.waitSignal(page.listed, timeout=WAIT):
        qtbot.keyClick(window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    return page


def _stale(clinic: Clinic) -> None:
    """Make the password of the session older than five minutes."""
    clinic._access._confirmed_at -= timedelta(minutes=6)


def _asked() -> list[ReauthenticateDialog]:
    windows = QApplication.topLevelWidgets()
    return [w for w in windows if isinstance(w, ReauthenticateDialog) and w.isVisible()]


def _answer(qtbot: QtBot, password: str) -> ReauthenticateDialog:
    qtbot.waitUntil(lambda: bool(_asked()), timeout=WAIT)
    (dialog,) = _asked()
    type_into(dialog._password.line, password)
    qtbot.keyClick(dialog._password.line, Qt.Key.Key_Return)
    return dialog


def _choose(page: AccountsPage, login: str) -> None:
    page.table.selectRow([account.login for account in page.model.rows].index(login))


def test_adding_asks_for_the_password_again_and_goes_on(
    qtbot: QtBot, users: AccountsPage, clinic: Clinic
) -> None:
    _stale(clinic)
    qtbot.keyClick(users, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(users.form._login.line.hasFocus, timeout=WAIT)
    qtbot.keyClicks(users.form._login.line, "maja")
    users.form._role.show_role(Role.NURSE)
    users.form.submit()
    dialog = _answer(qtbot, "not the password")
    qtbot.waitUntil(lambda: dialog.error != "", timeout=WAIT)
    assert dialog.error == "The password is not right."
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        _answer(qtbot, PASSWORD)
    assert not _asked()
    temporary = users.secret.secret.text()
    assert len(temporary.split()) == 4
    assert clinic.accounts.by_login("maja").role is Role.NURSE
    let_in(clinic.folder, "maja", temporary).lock()


def test_whoever_does_not_answer_changes_nothing(
    qtbot: QtBot, users: AccountsPage, clinic: Clinic, runner: TaskRunner
) -> None:
    _stale(clinic)
    users.start_adding()
    users.form._login.line.setText("maja")
    users.form.submit()
    qtbot.waitUntil(lambda: bool(_asked()), timeout=WAIT)
    qtbot.keyClick(_asked()[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    assert [account.login for account in clinic.accounts.list()] == [LOGIN]
    assert users._side.isEnabled()
    assert users.form.login == "maja"


def test_the_temporary_password_is_gone_once_it_is_handed_over(
    qtbot: QtBot, users: AccountsPage, clinic: Clinic
) -> None:
    hire(clinic, "maja", "nurse", settled=False)
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.refresh()
    _choose(users, "maja")
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.card._reset.click()
    secret = users.secret.secret.text()
    assert len(secret.split()) == 4
    assert users._side.currentWidget() is users.secret
    users.secret._copy.click()
    clipboard = QApplication.clipboard()
    assert clipboard.text() == secret
    assert clipboard.mimeData().data("x-kde-passwordManagerHint").data() == b"secret"
    users.secret._done.click()
    assert users.secret.secret.text() == ""
    assert clipboard.text() == ""
    assert users._side.currentWidget() is users.card


def test_what_somebody_else_copied_stays(qtbot: QtBot, application: QApplication) -> None:
    clipboard = SecretClipboard(stays=1)
    clipboard.copy("plum kettle")
    QApplication.clipboard().setText("theirs")
    qtbot.waitUntil(lambda: not clipboard._timer.isActive(), timeout=WAIT)
    assert QApplication.clipboard().text() == "theirs"
    clipboard.copy("plum kettle")
    qtbot.waitUntil(lambda: QApplication.clipboard().text() == "", timeout=WAIT)


def test_a_role_is_changed_and_an_account_closed_and_opened(
    qtbot: QtBot, users: AccountsPage, clinic: Clinic
) -> None:
    hire(clinic, "maja", "nurse")
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.refresh()
    _choose(users, "maja")
    assert not users.card._change_role.isEnabled()
    users.card._role.show_role(Role.CLINICIAN)
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.card._change_role.click()
    assert clinic.accounts.by_login("maja").role is Role.CLINICIAN
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.card._deactivate.click()
    with pytest.raises(WrongPassword):
        let_in(clinic.folder, "maja")
    assert users.card._reactivate.isVisible()
    assert not users.card._reset.isVisible()
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.card._reactivate.click()
    let_in(clinic.folder, "maja", users.secret.secret.text()).lock()


def test_removing_for_cause_is_asked_about_and_changes_the_key(
    qtbot: QtBot, users: AccountsPage, clinic: Clinic, ward: list[PatientId]
) -> None:
    hire(clinic, "maja", "nurse")
    before = clinic._unlocked.database_key()
    with qtbot.waitSignal(users.listed, timeout=WAIT):
        users.refresh()
    _choose(users, "maja")
    users.card._remove.click()
    (question,) = users.window().findChildren(Question)
    assert question.no.hasFocus() or question.no.isDefault()
    with qtbot.waitSignal(users.listed, timeout=4 * WAIT):
        question.yes.click()
    assert clinic._unlocked.database_key() != before
    assert len(clinic.patients.find("")) == len(ward)
    assert not clinic.accounts.by_login("maja").active


def test_nobody_closes_their_own_account(users: AccountsPage) -> None:
    _choose(users, LOGIN)
    card = users.card
    for widget in (card._reset, card._deactivate, card._remove, card._role):
        assert not widget.isVisible()


def test_every_role_is_explained() -> None:
    assert set(WHAT_THEY_DO) == set(Role)


# -- passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "again", "met"),
    [
        ("short", "short", (False, False, True)),
        ("passwordpassword", "passwordpassword", (True, False, True)),
        (OWN, "something else", (True, True, False)),
        (OWN, OWN, (True, True, True)),
        ("", "", (False, False, False)),
    ],
)
def test_the_rules_are_ticked_off(
    qtbot: QtBot, theme: Theme, first: str, again: str, met: tuple[bool, ...]
) -> None:
    new = NewPassword(theme)
    qtbot.addWidget(new)
    new._first.line.setText(first)
    new._again.line.setText(again)
    new.judge()
    assert tuple(rule.met for rule in new._rules) == met
    assert new.good == all(met)


def test_the_login_is_no_password(qtbot: QtBot, theme: Theme) -> None:
    new = NewPassword(theme)
    qtbot.addWidget(new)
    new.show_login("maja.lindgren-osei")
    new._first.line.setText("maja.lindgren-osei")
    new.judge()
    assert not new._hard.met


def test_four_words_are_proposed_to_be_typed_once_more(qtbot: QtBot, theme: Theme) -> None:
    new = NewPassword(theme)
    qtbot.addWidget(new)
    show(qtbot, new)
    new.propose()
    assert len(new.text.split()) == 4
    assert new._long.met
    assert new._hard.met
    assert new._again.line.hasFocus()
    new._again.line.setText(new.text)
    assert new.good


def test_a_temporary_password_opens_nothing_but_its_change(
    qtbot: QtBot, shell: Shell, clinic: Clinic, ward: list[PatientId], runner: TaskRunner
) -> None:
    temporary = hire(clinic, "maja", "nurse", settled=False)
    page = shell.ask_password(clinic.folder, "maja")
    page.attempt_with(temporary)
    qtbot.waitUntil(lambda: shell.first is not None, timeout=WAIT)
    first = shell.first
    assert first is not None
    assert shell.work is None
    assert shell.page is first
    first.form._old.line.setText("not the password")
    first.form.new._first.line.setText(OWN)
    first.form.new._again.line.setText(OWN)
    first.form.change()
    qtbot.waitUntil(lambda: first.form.error != "", timeout=WAIT)
    assert shell.work is None
    first.form._old.line.setText(temporary)
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        qtbot.keyClick(first.form.new._again.line, Qt.Key.Key_Return)
    assert isinstance(shell.work, MainWindow)
    shell.lock()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    let_in(clinic.folder, "maja", OWN).lock()


def test_one_can_lock_instead_of_changing(
    qtbot: QtBot, shell: Shell, clinic: Clinic, ward: list[PatientId], runner: TaskRunner
) -> None:
    temporary = hire(clinic, "maja", "nurse", settled=False)
    shell.enter(let_in(clinic.folder, "maja", temporary))
    assert shell.first is not None
    shell.first._leave.click()
    assert shell.page is shell.unlock
    assert shell.clinic is None
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)


def test_the_own_password_is_changed_under_settings(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    form = window.settings.password
    form._old.line.setText(PASSWORD)
    form.new._first.line.setText(OWN)
    form.new._again.line.setText(OWN)
    with qtbot.waitSignal(form.changed, timeout=WAIT):
        form.change()
    assert form.new.text == ""
    let_in(clinic.folder, LOGIN, OWN).lock()


# -- the recovery key -----------------------------------------------------------------------------


def test_a_new_recovery_key_is_shown_printed_and_typed_back(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, tmp_path: Path
) -> None:
    page = window.settings
    assert page.recovery is not None
    with qtbot.waitSignal(page.recovery.replaced, timeout=WAIT) as shown:
        page.recovery.replace()
    key = shown.args[0]
    groups = page.new_key._key.text().split()
    assert "-".join(groups) == key
    page.new_key.write_sheet(tmp_path / "sheet.pdf")
    qtbot.waitUntil(
        lambda: not page.new_key._saved.isHidden() or bool(page.new_key._error.text()), timeout=WAIT
    )
    assert page.new_key._error.text() == ""
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    for answer, group in zip(page.new_key._answers, (groups[1], groups[-1]), strict=True):
        answer.line.setText(group)
    with qtbot.waitSignal(page.said, timeout=WAIT):
        page.new_key._button.click()
    assert page.new_key._key.text() == ""
    page.recovery._typed.line.setText(key.lower().replace("-", " "))
    with qtbot.waitSignal(page.recovery.said, timeout=WAIT):
        page.recovery._check.click()
    assert clinic.keys.is_recovery_key(key)


def test_the_recovery_key_lets_back_in(
    qtbot: QtBot, shell: Shell, clinic: Clinic, ward: list[PatientId], runner: TaskRunner
) -> None:
    key = clinic.keys.replace_recovery_key()
    clinic.lock()
    shell.ask_password(clinic.folder, LOGIN)._forgot.click()
    page = shell.recovering
    assert page is not None
    page._key.line.setText(key.replace("-", " "))
    page.new._first.line.setText(OWN)
    page.new._again.line.setText(OWN)
    page.recover()
    qtbot.waitUntil(lambda: page._steps.currentIndex() == 1 or bool(page.error), timeout=WAIT)
    assert page.error == ""
    assert shell.work is None
    groups = page.step._key.text().split()
    assert "-".join(groups) != key
    for answer, group in zip(page.step._answers, (groups[1], groups[-1]), strict=True):
        answer.line.setText(group)
    with qtbot.waitSignal(shell.opened, timeout=WAIT):
        page.step._button.click()
    assert page.step._key.text() == ""
    assert page.new.text == ""
    shell.lock()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    let_in(clinic.folder, LOGIN, OWN).lock()


def test_a_mistyped_recovery_key_is_said_beside_it(
    qtbot: QtBot, shell: Shell, clinic: Clinic, ward: list[PatientId]
) -> None:
    shell.ask_password(clinic.folder, LOGIN)._forgot.click()
    page = shell.recovering
    assert page is not None
    page._key.line.setText("AAAA BBBB CCCC DDDD EEEE FFFF GGGG")
    page.new._first.line.setText(OWN)
    page.new._again.line.setText(OWN)
    page.recover()
    qtbot.waitUntil(lambda: page.error != "", timeout=WAIT)
    assert "went wrong inside" not in page.error
    assert page._key.line.property("wrong") == "true"
    page._back.click()
    assert shell.page is shell.unlock
