"""Choosing files and folders, without leaving their names on this computer.

Qt's own dialog, since a desktop's native one keeps lists of recent files; what Qt would remember
itself is forgotten as soon as the dialog is gone.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_folder(parent: QWidget, title: str, then: Callable[[Path], None]) -> QFileDialog:
    """Let the person choose a folder; `then` hears of it."""
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, lambda paths: then(paths[0]))


def ask_files(
    parent: QWidget, title: str, filters: str, then: Callable[[list[Path]], None]
) -> QFileDialog:
    """Let the person choose files to read."""
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(filters.split(";;"))
    return _open(dialog, then)


def ask_save_as(
    parent: QWidget, title: str, name: str, then: Callable[[Path], None]
) -> QFileDialog:
    """Let the person choose where to write; `name` is a proposal without PHI, its ending kept."""
    dialog = _dialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix)
    dialog.selectFile(name)
    return _open(dialog, lambda paths: then(paths[0]))


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setOption(QFileDialog.Option.DontUseCustomDirectoryIcons)
    dialog.setViewMode(QFileDialog.ViewMode.List)
    return dialog


def _open(dialog: QFileDialog, then: Callable[[list[Path]], None]) -> QFileDialog:
    dialog.filesSelected.connect(lambda paths: then([Path(path) for path in paths]))
    dialog.finished.connect(dialog.deleteLater)
    dialog.destroyed.connect(_forget_places)
    dialog.open()
    _keep_off_the_banner(dialog)
    return dialog


def _keep_off_the_banner(dialog: QFileDialog) -> None:
    """At the bottom of its window: no dialog covers whose record it is (F01)."""
    parent = dialog.parentWidget()
    if parent is None:
        return
    window = parent.window().geometry()
    left = window.center().x() - dialog.width() // 2
    dialog.move(max(left, window.left()), max(window.bottom() - dialog.height(), window.top()))


def _forget_places() -> None:
    settings = QSettings(QSettings.Scope.UserScope, "QtProject")
    for key in ("history", "lastVisited", "shortcuts"):
        settings.remove(f"FileDialog/{key}")
