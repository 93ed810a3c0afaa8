"""What a role may not do is not there; a restricted record opens in an emergency alone (F08)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.research import Cell, CountTable
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.research import ResearchDesk
from clinicdesk.services.session import Session
from clinicdesk.services.shared_record import SharedRecord
from clinicdesk.ui.application import furnish
from clinicdesk.ui.dialogs.break_glass import BreakGlassDialog
from clinicdesk.ui.frame import WorkFrame
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.summaries import HIDDEN, count_text
from clinicdesk.ui.research_window import ResearchWindow
from clinicdesk.ui.shared_window import SharedWindow
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import CANARY
from tests.gui.conftest import WAIT, bury, show
from tests.gui.people import everything_said, hire, inside, let_in

REASON = "Unconscious in the waiting room"


@pytest.fixture
def doors_open(theme: Theme, runner: TaskRunner) -> Iterator["Opener"]:
    opener = Opener(theme, runner)
    yield opener
    runner.shutdown()
    opener.close()


class Opener:
    """Opens the window of a session and closes both at the end."""

    def __init__(self, theme: Theme, runner: TaskRunner) -> None:
        self._theme, self._runner = theme, runner
        self._open: list[tuple[WorkFrame, Session]] = []

    def window(self, qtbot: QtBot, session: Session) -> WorkFrame:
        window = furnish(session, self._theme, self._runner)
        window.resize(1366, 768)
        show(qtbot, window)
        window.begin()
        self._open.append((window, session))
        return window

    def close(self) -> None:
        for window, session in self._open:
            bury(window)
            session.lock()


def _place(window: WorkFrame, name: str) -> QAbstractButton:
    return next(button for button in window._places.buttons() if button.text() == name)


def _places(window: WorkFrame) -> list[str]:
    return [button.text() for button in window._places.buttons()]


@pytest.mark.parametrize(
    ("role", "places"),
    [
        (
            "administrator",
            ["Patients", "Clinic", "Import", "Users", "Review", "Audit", "Backups", "Settings"],
        ),
        ("clinician", ["Patients", "Clinic", "Import", "Settings"]),
        ("nurse", ["Patients", "Clinic", "Settings"]),
    ],
)
def test_the_rail_of_a_role(
    qtbot: QtBot, clinic: Clinic, doors_open: Opener, role: str, places: list[str]
) -> None:
    hire(clinic, "maja", role)
    window = doors_open.window(qtbot, let_in(clinic.folder, "maja"))
    assert isinstance(window, MainWindow)
    assert _places(window) == places
    assert window.patient.tabs.tabText(2) == ("Scores" if role == "nurse" else "Risk")
    administers = role == "administrator"
    assert (window.settings.recovery is not None) == administers
    assert (window.settings.publish is not None) == administers
    assert window.settings.locking is not None
    assert window.settings.locking.save.isHidden() != administers
    assert (window.emergency is not None) == (role != "nurse")


def test_a_nurse_reads_scores_without_being_refused_a_model(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], doors_open: Opener
) -> None:
    hire(clinic, "maja", "nurse")
    window = doors_open.window(qtbot, let_in(clinic.folder, "maja"))
    assert isinstance(window, MainWindow)
    with qtbot.waitSignal(window.patient.assessed, timeout=WAIT):
        window.open_patient(ward[0])
    assert window.patient.risk.scores.scores
    assert window.notices.notices == []


# -- the researcher -------------------------------------------------------------------------------


def test_a_researcher_sees_counts_and_nobody(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], doors_open: Opener
) -> None:
    clinic.publishing.publish()
    hire(clinic, "reka", "researcher")
    desk = let_in(clinic.folder, "reka")
    assert isinstance(desk, ResearchDesk)
    window = doors_open.window(qtbot, desk)
    assert isinstance(window, ResearchWindow)
    assert _places(window) == ["Summaries", "Settings"]
    qtbot.waitUntil(lambda: window.summaries.age.text() != "", timeout=WAIT)
    assert "12 subjects" in window.summaries.amounts.text()
    assert "ago" in window.summaries.age.text()
    said = everything_said(inside(window))
    assert HIDDEN in said
    assert CANARY.casefold() not in said.casefold()
    assert "M0000" not in said
    assert window.settings.locking is None


@pytest.mark.parametrize(("count", "text"), [(None, "<11"), (0, "0"), (11, "11"), (1234, "1,234")])
def test_a_small_count_is_written_as_such(count: int | None, text: str) -> None:
    table = CountTable("Gender", [Cell("female", count)])
    assert count_text(table.cells[0].count) == text


# -- the patient ----------------------------------------------------------------------------------


def test_a_patient_reads_the_own_record_in_plain_words(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], doors_open: Opener
) -> None:
    hire(clinic, "ann", "patient")
    account = clinic.accounts.by_login("ann").id
    clinic.shares.link(account, ward[0])
    clinic.shares.share(ward[0], account)
    shared = let_in(clinic.folder, "ann")
    assert isinstance(shared, SharedRecord)
    window = doors_open.window(qtbot, shared)
    assert isinstance(window, SharedWindow)
    assert _places(window) == ["Record", "Settings"]
    qtbot.waitUntil(lambda: bool(window.record._cards), timeout=WAIT)
    said = everything_said(inside(window))
    assert "Born: 09 March 1950" in said
    assert "Test clinic" in said
    assert "Lisinopril 10 mg tablet, since 04 March 2011" in said
    assert "Creatinine in blood: " in said
    assert "M0001" not in said


def test_a_patient_to_whom_nothing_is_shared_is_told_so(
    qtbot: QtBot, clinic: Clinic, doors_open: Opener
) -> None:
    hire(clinic, "ann", "patient")
    window = doors_open.window(qtbot, let_in(clinic.folder, "ann"))
    assert isinstance(window, SharedWindow)
    qtbot.waitUntil(lambda: window.record._layers.currentIndex() == 1, timeout=WAIT)
    assert window.notices.notices == []


# -- the restricted record ------------------------------------------------------------------------


@pytest.fixture
def restricted(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], doors_open: Opener
) -> MainWindow:
    """A clinician's window; the second record is restricted by the administrator."""
    clinic.restrictions.restrict(ward[1], "A colleague of ours")
    hire(clinic, "osei", "clinician")
    window = doors_open.window(qtbot, let_in(clinic.folder, "osei"))
    assert isinstance(window, MainWindow)
    return window


def _refused(qtbot: QtBot, window: MainWindow, patient: PatientId) -> None:
    window.open_patient(patient)
    qtbot.waitUntil(lambda: bool(window.patient.closed.who.text()), timeout=WAIT)


def _break(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.patient.closed.button, Qt.Key.Key_Space)
    (dialog,) = window.findChildren(BreakGlassDialog)
    qtbot.keyClicks(dialog.reason, "too short")
    assert not dialog.yes.isEnabled()
    dialog.reason.setPlainText(REASON)
    dialog.yes.click()
    qtbot.waitUntil(window.patient.emergency.isVisible, timeout=WAIT)


def test_a_restricted_record_says_whose_it_is_and_nothing_of_it(
    qtbot: QtBot, restricted: MainWindow, ward: list[PatientId]
) -> None:
    _refused(qtbot, restricted, ward[1])
    page = restricted.patient
    assert page.closed.isVisible()
    assert page._body.isHidden()
    assert page.banner.patient_id is None
    assert "Essential hypertension" not in everything_said(inside(restricted))
    restricted.show_patients()
    assert page.closed.who.text() == ""


def test_the_glass_is_broken_with_a_reason_counted_down_and_reviewed(
    qtbot: QtBot,
    restricted: MainWindow,
    ward: list[PatientId],
    clinic: Clinic,
    window: MainWindow,
) -> None:
    _refused(qtbot, restricted, ward[1])
    _break(qtbot, restricted)
    strip = restricted.patient.emergency
    assert strip.left.text() == "60 min left"
    assert REASON in strip.reason.text()
    assert restricted.patient.banner.patient_id == ward[1]
    assert restricted.patient.banner.restricted.isVisible()

    review = window.review
    assert review is not None
    with qtbot.waitSignal(review.listed, timeout=WAIT):
        _place(window, "Review").click()
    assert review.chosen is not None
    assert review.chosen.reason == REASON
    review.sign.click()
    qtbot.waitUntil(lambda: review._error.text() != "", timeout=WAIT)
    review.comment.setPlainText("Called Dr Osei: the patient had collapsed.")
    with qtbot.waitSignal(review.listed, timeout=WAIT):
        review.sign.click()
    assert review.chosen is None
    assert len(clinic.emergencies.reviewed()) == 1


def test_the_record_closes_when_the_hour_is_over(
    qtbot: QtBot, restricted: MainWindow, ward: list[PatientId]
) -> None:
    _refused(qtbot, restricted, ward[1])
    _break(qtbot, restricted)
    session = restricted._clinic

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=59, seconds=30)

    restricted.patient.emergency._now = later
    restricted.patient.emergency.count_down()
    assert restricted.patient.emergency.left.text() == "1 min left"
    session.records._guard._now = lambda: datetime.now(UTC) + timedelta(minutes=61)
    restricted.patient.emergency._now = session.records._guard._now
    restricted.patient.emergency.count_down()
    qtbot.waitUntil(restricted.patient.closed.isVisible, timeout=WAIT)
    assert restricted.patient.banner.patient_id is None
    assert not restricted.patient.emergency.isVisible()


def test_a_nurse_is_offered_no_glass_to_break(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], doors_open: Opener
) -> None:
    clinic.restrictions.restrict(ward[1], "A colleague of ours")
    hire(clinic, "maja", "nurse")
    window = doors_open.window(qtbot, let_in(clinic.folder, "maja"))
    assert isinstance(window, MainWindow)
    _refused(qtbot, window, ward[1])
    assert window.patient.closed.button.isHidden()


def test_the_list_marks_what_is_restricted(
    qtbot: QtBot, restricted: MainWindow, ward: list[PatientId]
) -> None:
    model = restricted.patients._model
    qtbot.waitUntil(lambda: model.rowCount() == len(ward), timeout=WAIT)
    last = model.columnCount() - 1
    cells = [model.index(row, last) for row in range(len(ward))]
    qtbot.waitUntil(lambda: [c.data() for c in cells].count("Restricted") == 1, timeout=WAIT)
