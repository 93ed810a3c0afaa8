"""Colleagues of the first administrator, and their way into the store of a test."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QWidget

from clinicdesk.services import session
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import Session
from tests.conftest import CHEAP_LIMITS

OWN = "linen copper walrus meadow"  # the password each of them chooses


def hire(clinic: Clinic, login: str, role: str, *, settled: bool = True) -> str:
    """Add somebody; returns their password, the temporary one unless they settled in."""
    temporary = clinic.accounts.add(login, role).password
    if not settled:
        return temporary
    session.change_password(clinic.folder, login=login, old=temporary, new=OWN, limits=CHEAP_LIMITS)
    return OWN


def let_in(folder: Path, login: str, password: str = OWN) -> Session:
    return session.unlock(folder, login=login, password=password, limits=CHEAP_LIMITS)


def everything_said(widgets: Iterable[QWidget]) -> str:
    """Every word that a window, a model, a tip or a screen reader could give away."""
    return "\n".join(word for widget in widgets for word in _words(widget))


def inside(window: QWidget) -> list[QWidget]:
    """A window and everything in it."""
    return [window, *window.findChildren(QWidget)]


def _words(widget: QWidget) -> list[str]:
    words = [
        widget.accessibleName(),
        widget.accessibleDescription(),
        widget.toolTip(),
        widget.windowTitle(),
        widget.statusTip(),
        widget.whatsThis(),
    ]
    for reader in ("text", "toPlainText", "placeholderText", "title"):
        read: Callable[[], Any] | None = getattr(widget, reader, None)
        if callable(read):
            words.append(str(read()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        words += _cells(widget.model())
    if isinstance(widget, QComboBox):
        words += [widget.itemText(at) for at in range(widget.count())]
    return words


def _cells(model: QAbstractItemModel) -> list[str]:
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    cells = [
        model.index(row, column, QModelIndex())
        for row in range(model.rowCount())
        for column in range(columns)
    ]
    return [str(model.data(cell, role)) for cell in cells for role in roles]


def type_into(line: QLineEdit, text: str) -> None:
    """Type as a person does, so that `textEdited` is heard too."""
    line.setText(text)
    line.textEdited.emit(text)
