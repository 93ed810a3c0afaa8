"""Everything can be reached with the keyboard, says what it is, and shows that it is reached."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.ui.main_window import MainWindow
from tests.gui.conftest import WAIT, show

PARTS = ("overview", "results", "risk", "access")  # of the record
TARGET = 24  # px: WCAG 2.2, target size


@pytest.fixture(params=["list", *PARTS, "import", "audit"])
def place(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId], request: pytest.FixtureRequest
) -> MainWindow:
    if request.param == "import":
        window.show_import()
    elif request.param == "audit":
        window.go_to(window.audit)  # type: ignore[arg-type] # an administrator has it
    elif request.param != "list":
        with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
            window.open_patient(ward[0])
        tabs = window.patient.tabs
        titles = [tabs.tabText(at).lower() for at in range(tabs.count())]
        tabs.setCurrentIndex(titles.index(request.param))
    show(qtbot, window)
    QApplication.processEvents()  # the layout follows the texts
    return window


def _stops(window: QWidget) -> Iterator[QWidget]:
    """Where the tab key stops."""
    for widget in window.findChildren(QWidget):
        tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None:
            yield widget


def test_every_stop_has_a_name(place: MainWindow) -> None:
    nameless = [
        f"{type(stop).__name__} in {type(stop.parent()).__name__}"
        for stop in _stops(place)
        if not _name(stop)
    ]
    assert not nameless


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def test_tab_reaches_every_stop_and_returns(place: MainWindow) -> None:
    before = list(_stops(place))
    first = before[0]
    first.setFocus()
    reached = []
    for _ in range(200):
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            break
        reached.append(focused)
        place.focusNextChild()
    assert reached[0] is first
    after = list(_stops(place))  # a chosen row offers more, what was read late takes some away
    stops = [stop for stop in before if stop in after]
    assert {type(stop) for stop in stops} <= {type(stop) for stop in reached}
    assert len(reached) >= len(stops) - 1


def test_controls_are_large_enough_to_hit(place: MainWindow) -> None:
    small = [
        (_name(button), button.width(), button.height())
        for button in place.findChildren(QAbstractButton)
        if button.isVisible() and _name(button) and min(button.width(), button.height()) < TARGET
    ]
    assert not small


def test_the_focus_can_be_seen(place: MainWindow) -> None:
    for stop in list(_stops(place)):
        stop.clearFocus()
        before = stop.grab().toImage()
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        if QApplication.focusWidget() is stop:
            assert stop.grab().toImage() != before, _name(stop)


def test_no_label_is_cut_without_saying_so(place: MainWindow) -> None:
    """A number or a unit is never cut (MEDi-008, -012)."""
    cut = [
        (label.text(), label.width())
        for label in place.findChildren(QLabel)
        if type(label) is QLabel
        and label.isVisible()
        and not label.wordWrap()
        and label.sizeHint().width() > label.width() + 1
        and not isinstance(label.parent(), QAbstractScrollArea)
    ]
    assert not cut


def test_no_two_things_wait_for_the_same_key(window: MainWindow, ward: list[PatientId]) -> None:
    """Qt does neither of two: the keys of the window are nowhere else, those of a page once."""
    keys: dict[QWidget, list[str]] = {}
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        assert isinstance(owner, QWidget)
        keys.setdefault(owner, []).append(shortcut.key().toString())
    for button in window.findChildren(QAbstractButton):
        if not button.shortcut().isEmpty():
            keys.setdefault(button, []).append(button.shortcut().toString())
    everywhere = keys.pop(window)
    assert len(everywhere) == len(set(everywhere))
    assert {"Ctrl+F", "Ctrl+L"} <= set(everywhere)
    for own in keys.values():
        assert len(own) == len(set(own))
        assert not set(own) & set(everywhere)
