"""Questions over a window: whole in every state, and never over the patient's name (F01)."""

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.ui.dialogs.reauthenticate import ReauthenticateDialog
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.tasks import TaskRunner


def test_an_error_in_a_question_clips_none_of_it(
    qtbot: QtBot, window: MainWindow, runner: TaskRunner
) -> None:
    dialog = ReauthenticateDialog("demo", lambda _: None, runner, window)
    dialog.open()
    before = dialog.height()
    dialog.complain("The password is not right. " * 4)
    QApplication.processEvents()
    assert dialog.height() > before
    for part in dialog.findChildren(QWidget):
        if part.isVisible() and part.parentWidget() is dialog:
            assert part.height() >= part.minimumSizeHint().height()
            assert dialog.rect().contains(part.geometry())
    dialog.reject()
