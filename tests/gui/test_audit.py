"""The audit in the window: searched, checked with progress, gone with the window (E08)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from clinicdesk.domain.audit import Fault, Verification
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.ui.cards.audit_check import AuditCheck, verdict_text
from clinicdesk.ui.dialogs.reauthenticate import ReauthenticateDialog
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.audit import AuditTrailPage, detail_text
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.audit_filter import AuditFilterBar
from tests.conftest import CANARY, LOGIN, PASSWORD
from tests.gui.conftest import WAIT, bury
from tests.gui.people import everything_said, hire, inside


@pytest.fixture
def trail(qtbot: QtBot, window: MainWindow, ward: list[PatientId]) -> AuditTrailPage:
    """The page, reached by its key, after a record was opened."""
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        window.open_patient(ward[0])
    page = window.audit
    assert page is not None
    with qtbot.waitSignal(page.listed, timeout=WAIT):
        qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    return page


def _search(qtbot: QtBot, page: AuditTrailPage) -> list[str]:
    """What was found, as the third column after the number says it."""
    with qtbot.waitSignal(page.listed, timeout=WAIT):
        qtbot.keyClick(page.filter.ask, Qt.Key.Key_Space)
    return [page.model.index(at, 3).data() for at in range(page.model.rowCount())]


def _choose(page: AuditTrailPage, box: str, text: str) -> None:
    chosen = getattr(page.filter, box)
    assert chosen.findText(text) >= 0
    chosen.setCurrentText(text)


def test_the_newest_events_are_there_with_who_what_and_whose(trail: AuditTrailPage) -> None:
    newest = trail.model.rows[0]
    assert newest.action == "audit.search"
    opened = next(event for event in trail.model.rows if event.action == "patient.view")
    assert opened.login == LOGIN
    assert CANARY.casefold() in opened.object.casefold()


def test_it_is_narrowed_by_person_action_patient_and_outcome(
    qtbot: QtBot, trail: AuditTrailPage, window: MainWindow, clinic: Clinic
) -> None:
    hire(clinic, "osei", "clinician")
    window.show_patients()
    window.go_to(trail)
    qtbot.waitUntil(lambda: trail.filter.person.findText("osei") > 0, timeout=WAIT)
    _choose(trail, "action", "Opened a record")
    assert set(_search(qtbot, trail)) == {"Opened a record"}
    trail.filter.mrn.setText("M0001")  # who was not opened
    assert _search(qtbot, trail) == []
    trail.filter.mrn.setText("M0000")
    assert _search(qtbot, trail) == ["Opened a record"]
    _choose(trail, "outcome", "Refused")
    assert _search(qtbot, trail) == []
    _choose(trail, "outcome", "Any")
    _choose(trail, "person", "osei")
    assert _search(qtbot, trail) == []


def test_an_unknown_patient_is_said(
    qtbot: QtBot, trail: AuditTrailPage, window: MainWindow
) -> None:
    trail.filter.mrn.setText("nobody's")
    with qtbot.waitSignal(trail.failed, timeout=WAIT):
        qtbot.keyClick(trail.filter.mrn, Qt.Key.Key_Return)
    assert "No patient has this record number" in window.notices.notices[-1].text.text()


def test_older_events_follow_without_the_newer_ones_going(
    qtbot: QtBot, trail: AuditTrailPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = trail._audit.search

    def three_at_once(
        wanted: Any, progress: Progress = SILENT, *, before: int | None = None
    ) -> Any:
        return search(wanted, progress, before=before, limit=3)

    monkeypatch.setattr(trail._audit, "search", three_at_once)
    assert len(_search(qtbot, trail)) == 3
    assert "there are older ones" in trail._count.text()
    with qtbot.waitSignal(trail.listed, timeout=WAIT):
        qtbot.keyClick(trail.older, Qt.Key.Key_Space)
    numbers = [event.seq for event in trail.model.rows]
    assert len(numbers) > 3
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    ("period", "since"),
    [("Today", "2026-11-20"), ("7 days", "2026-11-13"), ("All", None)],
)
def test_a_period_begins_with_a_day_of_the_clinic(
    qtbot: QtBot, period: str, since: str | None
) -> None:
    bar = AuditFilterBar()
    qtbot.addWidget(bar)
    bar.period.setCurrentText(period)
    now = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    found = bar.question(now, ZoneInfo("Europe/Prague")).wanted.since
    assert (found.date().isoformat() if found else None) == since


def test_the_whole_chain_is_checked(qtbot: QtBot, trail: AuditTrailPage) -> None:
    """With a word for the answer, and a sign beside it."""
    with qtbot.waitSignal(trail.check.checked, timeout=WAIT):
        qtbot.keyClick(trail.verify, Qt.Key.Key_Space)
    assert trail.check.words.text().startswith("Whole: ")
    assert " The newest is A" in trail.check.words.text()
    qtbot.waitUntil(trail.verify.isEnabled, timeout=WAIT)
    assert trail.check.cancel.isHidden()


class Slow:
    """An audit whose check goes on until it is cancelled."""

    def verify(self, progress: Progress) -> Verification:
        while True:
            progress.report(0.5, "Checking the audit")
            progress.raise_if_cancelled()


def test_a_check_can_be_cancelled(qtbot: QtBot, theme: Theme, runner: TaskRunner) -> None:
    """E08."""
    check = AuditCheck(Slow(), theme, runner)  # type: ignore[arg-type] # verify is all it asks
    check.start()
    qtbot.waitUntil(lambda: check._bar.value() == 500, timeout=WAIT)
    qtbot.keyClick(check.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    assert "Nothing was proved" in check.words.text()
    assert check.cancel.isHidden()
    bury(check)


def test_a_fault_names_its_event_and_what_to_do() -> None:
    text = verdict_text(Verification(False, 41, 1, 41, Fault(42, "It was changed.")))
    assert "Event 42: It was changed." in text
    assert "keep a copy" in text
    assert "an administrator checks all" in verdict_text(Verification(True, 5, 38, 42))
    assert verdict_text(Verification(True, 42, 1, 42)).endswith("as they were written.")


def test_what_was_noted_is_read_as_words() -> None:
    noted = {"observation": {"inserted": 10, "rejected": 2}, "sha256": "ab" * 32, "read_only": True}
    assert detail_text(noted) == (
        f"observation (inserted 10, rejected 2), sha256 {'ab' * 32:.25}…, read only True"
    )


def test_nothing_of_it_stays_when_the_window_goes(
    trail: AuditTrailPage, window: MainWindow
) -> None:
    assert CANARY.casefold() in everything_said(inside(trail)).casefold()
    window.forget()
    assert CANARY.casefold() not in everything_said(inside(trail)).casefold()


@pytest.mark.parametrize(
    ("button", "name", "start"),
    [("save", "audit.csv", b"Number,"), ("anchor", "anchor.json", b"{")],
)
def test_it_is_saved_and_signed_with_the_password_again(
    qtbot: QtBot, trail: AuditTrailPage, tmp_path: Path, *, button: str, name: str, start: bytes
) -> None:
    """E05, F07: what leaves the store asks for the password."""
    window = trail.window()
    assert isinstance(window, MainWindow)
    window._clinic._access._confirmed_at -= timedelta(minutes=6)
    qtbot.keyClick(getattr(trail, button), Qt.Key.Key_Space)
    (chooser,) = [each for each in window.findChildren(QFileDialog) if each.isVisible()]
    chooser.filesSelected.emit([str(tmp_path / name)])
    chooser.reject()
    qtbot.waitUntil(lambda: bool(window.findChildren(ReauthenticateDialog)), timeout=WAIT)
    (again,) = window.findChildren(ReauthenticateDialog)
    again._password.line.setText(PASSWORD)
    with qtbot.waitSignal(trail.said, timeout=WAIT) as said:
        again.yes.click()
    assert name in said.args[0]
    assert (tmp_path / name).read_bytes().startswith(start)
