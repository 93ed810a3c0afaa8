"""Arguing with an estimate on the screen: reasons, what if, agreeing, and never somebody else's."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.reasons import sections
from clinicdesk.domain.risk import Verdict
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic
from clinicdesk.ui.arguing import Arguing, ArguingServices, ChangedMeanwhile, keep_answer
from clinicdesk.ui.pages.patient import PatientPage, PatientServices
from clinicdesk.ui.risk_view import read_risks
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import CANARY, CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD
from tests.gui.conftest import WAIT, bury, show
from tests.gui.ward import fill
from tests.storage.factories import add_observation, database_of

WOMAN, OTHER = 0, 1
SWITCHES = 200


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clinic, list[PatientId]]]:
    folder: Path = tmp_path_factory.mktemp("arguing") / "store"
    clinic, _ = create_clinic(
        folder,
        login=LOGIN,
        password=PASSWORD,
        clinic_name="Test clinic",
        timezone="Europe/Berlin",
        cost=CHEAP,
        limits=CHEAP_LIMITS,
    )
    ids = fill(clinic, datetime.now(UTC), date(1990, 3, 9), CANARY, hours=timedelta(hours=4))
    yield clinic, ids
    clinic.lock()


@pytest.fixture
def page(
    qtbot: QtBot,
    theme: Theme,
    runner: TaskRunner,
    hospital: tuple[Clinic, list[PatientId]],
) -> Iterator[PatientPage]:
    """The page of a patient as the main window builds it, with a woman's record open."""
    clinic, ids = hospital
    services = PatientServices(
        clinic.records,
        lambda: clinic.risks,
        lambda: clinic.reports,
        clinic.now,
        clinic.zone,
        clinic.patients.read,
    )
    page = PatientPage(services, theme, runner)
    arguing = ArguingServices(
        lambda: clinic.risks,
        lambda: clinic.what_if,
        lambda: clinic.risk_history,
        lambda: clinic.similar,
        estimates=True,
    )
    Arguing(page, arguing, runner)
    page.resize(1366, 700)
    page.tabs.setCurrentIndex(2)
    show(qtbot, page)
    with qtbot.waitSignal(page.assessed, timeout=WAIT):
        page.open(ids[WOMAN])
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
    yield page
    runner.shutdown()
    bury(page)


def test_the_screen_has_the_facts_of_the_shell_and_of_paper(
    page: PatientPage, hospital: tuple[Clinic, list[PatientId]]
) -> None:
    clinic, _ = hospital
    estimate = page.risk.estimate
    assert estimate is not None
    shown = page.risk.reasons.text.toPlainText()
    for section in sections(estimate, clinic.zone, clinic.now()):
        assert section.title in shown
        for line in section.lines:
            assert line in shown
    assert estimate.explanation is not None
    for sentence in estimate.explanation.sentences:
        assert sentence in shown
    assert estimate.explanation.doubt in page.risk._messages.texts


def test_a_lever_moved_by_the_keyboard_gives_a_hypothetical_number(
    page: PatientPage, qtbot: QtBot, runner: TaskRunner
) -> None:
    panel = page.risk.what_if
    page.risk.aside.show_part(panel)
    before = page.risk._number.text()
    row = next(each for each in panel._levers if each.lever.name == "Glucose")
    slider = row.findChild(QSlider)
    assert slider is not None
    page.window().activateWindow()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus, timeout=WAIT)
    with qtbot.waitSignal(panel.wanted, timeout=WAIT):
        for _ in range(5):
            qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: "Would be" in panel._number.text(), timeout=WAIT)
    assert "HYPOTHETICAL" in panel._warning.texts[0]
    assert page.risk._number.text() == before, "the number of the record stays"
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert panel.moves == {}
    assert panel._warning.isHidden()
    assert "Would be" not in panel._number.text()
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)


def test_an_answer_to_older_moves_is_not_shown(page: PatientPage) -> None:
    panel, estimate = page.risk.what_if, page.risk.estimate
    assert estimate is not None
    panel._levers[0]._move(panel._levers[0].lever.high)
    words = panel._number.text()
    panel.show_answer({"Glucose": 1.0}, estimate)
    assert panel._number.text() == words
    panel.reset()


def test_similar_patients_are_looked_for_when_somebody_asks(
    page: PatientPage, qtbot: QtBot, runner: TaskRunner
) -> None:
    assert page.risk.similar.text.toPlainText() == ""
    page.risk.aside.show_part(page.risk.similar)
    qtbot.waitUntil(
        lambda: "nothing is said of them" in page.risk.similar.text.toPlainText(), timeout=WAIT
    )
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)


def test_agreeing_keeps_the_estimate_and_says_so(
    page: PatientPage, qtbot: QtBot, hospital: tuple[Clinic, list[PatientId]]
) -> None:
    clinic, ids = hospital
    qtbot.mouseClick(page.risk.answers.agree, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "agreed" in page.risk.answers.said.text(), timeout=WAIT)
    kept = clinic.risk_history.of_patient(ids[WOMAN])
    assert kept[0].answer is not None
    assert kept[0].answer.verdict is Verdict.AGREE
    assert page.risk.timeline.kept.rowCount() == len(
        [each for each in kept if each.estimate.model == page.risk.model]
    )


def test_an_answer_to_a_number_that_the_record_no_longer_gives_is_refused(
    hospital: tuple[Clinic, list[PatientId]],
) -> None:
    clinic, ids = hospital
    shown = clinic.risks.estimate(ids[OTHER], save=False)
    add_observation(
        database_of(clinic),
        ids[OTHER],
        "1518-0",
        171.0,
        unit="mg/dL",
        at=clinic.now() - timedelta(minutes=5),
    )

    class Quiet:
        def report(self, fraction: float, message: str = "") -> None: ...
        def raise_if_cancelled(self) -> None: ...

    with pytest.raises(ChangedMeanwhile):
        keep_answer(
            clinic.risks,
            clinic.risk_history,
            ids[OTHER],
            Quiet(),
            shown=shown,
            verdict=Verdict.AGREE,
            reason="",
        )


def test_two_hundred_switches_never_show_somebody_elses_explanation(
    page: PatientPage, qtbot: QtBot, hospital: tuple[Clinic, list[PatientId]], runner: TaskRunner
) -> None:
    """F57: whatever is on the screen is of the patient on the screen."""
    clinic, ids = hospital
    people = ids[:4]
    answers = {
        patient: {
            each.estimate.explanation.sentences[0]
            for each in read_risks(clinic.risks, patient).answers
            if each.estimate is not None and each.estimate.explanation is not None
        }
        for patient in people
    }
    seen = []

    def look() -> None:
        if page.risk.estimate is not None:
            shown = page.risk.reasons.text.toPlainText()
            assert page.risk.patient_id == page.patient_id
            mine = answers[PatientId(page.patient_id or 0)]
            assert any(each in shown for each in mine)
            seen.append(page.patient_id)

    page.risk.model_shown.connect(look)
    for at, patient in enumerate(itertools.islice(itertools.cycle(people), SWITCHES)):
        page.open(patient)
        assert page.risk.estimate is None, "nothing of the last patient while the next is read"
        assert page.risk.what_if._levers == []
        assert page.risk.timeline.kept.rowCount() == 0
        if at % 20 == 0:
            with qtbot.waitSignal(page.assessed, timeout=WAIT):
                pass
        else:
            qtbot.wait(at % 7)
        look()
    with qtbot.waitSignal(page.assessed, timeout=WAIT):
        page.open(people[0])
    assert len(seen) > SWITCHES // 20
    qtbot.waitUntil(lambda: not runner.busy, timeout=WAIT)
