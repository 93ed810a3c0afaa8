"""The risk page shows the number, its reasons, its inputs and its limits; computed once here."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.models.registry import PUBLIC_KEYS
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import create_clinic
from clinicdesk.ui.pages.patient import PatientPage, PatientServices
from clinicdesk.ui.pages.risk import RiskPage
from clinicdesk.ui.risk_view import RiskView, read_risks
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.conftest import CANARY, CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD
from tests.gui.conftest import WAIT, bury, show
from tests.gui.ward import fill

WOMAN, MAN, EMPTY = 0, 2, 8  # of the ward


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clinic, list[PatientId]]]:
    """One store, and one compute process, for all tests of this file."""
    folder: Path = tmp_path_factory.mktemp("risk") / "store"
    clinic, _ = create_clinic(
        folder,
        login=LOGIN,
        password=PASSWORD,
        clinic_name="Test clinic",
        timezone="Europe/Berlin",
        cost=CHEAP,
        limits=CHEAP_LIMITS,
    )
    yield (
        clinic,
        fill(clinic, datetime.now(UTC), date(1990, 3, 9), CANARY, hours=timedelta(hours=4)),
    )
    clinic.lock()


@pytest.fixture(scope="module")
def views(hospital: tuple[Clinic, list[PatientId]]) -> list[RiskView]:
    clinic, ids = hospital
    return [read_risks(clinic.risks, patient) for patient in ids]


@pytest.fixture
def page(
    qtbot: QtBot, theme: Theme, hospital: tuple[Clinic, list[PatientId]]
) -> Iterator[RiskPage]:
    page = RiskPage(hospital[0].zone, theme)
    page.resize(1280, 520)
    show(qtbot, page)
    yield page
    bury(page)


def _show(page: RiskPage, view: RiskView) -> None:
    page.show_view(view, datetime.now(UTC))


def test_the_bars_add_up_to_the_number_shown(page: RiskPage, views: list[RiskView]) -> None:
    living = [view for view in views if view.answers[0].estimate is not None]
    assert len(living) > 4
    for view in living:
        _show(page, view)
        picture, estimate = page.chart._picture, view.answers[0].estimate
        assert picture is not None
        assert estimate is not None
        falls = picture.waterfall
        total = falls.base + sum(step.points for step in falls.steps)
        assert total == pytest.approx(falls.total, abs=1e-9)
        assert falls.total == pytest.approx(100 * estimate.probability, abs=0.1)
        assert page._number.text() == f"{falls.total:.1f} %"


def test_inputs_have_dates_and_missing_ones_are_named(
    page: RiskPage, views: list[RiskView]
) -> None:
    _show(page, views[WOMAN])
    model = page.inputs
    lines = {model.index(at, 0).data(): at for at in range(model.rowCount())}
    at = next(row for name, row in lines.items() if "Body mass" in name)
    assert model.index(at, 1).data().startswith("31.4 kg/m²")
    assert model.index(at, 2).data()[2] == "-"
    missing = next(text for text in page._messages.texts if "Not recorded" in text)
    assert "Insulin" in missing
    nothing = [row for row in lines.values() if model.index(row, 1).data() == "Not recorded"]
    assert len(nothing) >= 2


def test_a_number_for_whom_the_model_was_not_made_has_no_band(
    page: RiskPage, views: list[RiskView]
) -> None:
    _show(page, views[WOMAN])
    assert page._band.text()
    _show(page, views[MAN])
    assert page.estimate is not None
    assert not page.estimate.in_scope
    assert page._band.text() == ""
    assert "not made for" in page._messages.texts[0]
    assert page._number.property("grey") == "true"
    assert page.chart._picture is not None
    assert page.chart._picture.grey, "F53: nothing is coloured"


def test_without_what_it_needs_there_is_no_number(page: RiskPage, views: list[RiskView]) -> None:
    _show(page, views[WOMAN])
    _show(page, views[EMPTY])
    assert page.estimate is None
    assert page._number.isHidden()
    assert page.chart._picture is None
    assert "glucose" in page._empty._hint.text().casefold()
    assert not page._save.isEnabled()


def test_every_model_has_its_own_answer_and_the_choice_stays(
    page: RiskPage, views: list[RiskView]
) -> None:
    _show(page, views[WOMAN])
    assert [answer.card.id for answer in views[WOMAN].answers] == list(PUBLIC_KEYS)
    page.models.setCurrentIndex(1)
    page.models.activated.emit(1)
    assert page.model == "ckd35"
    answer = views[WOMAN].answers[1]
    assert page.estimate is answer.estimate
    assert ("eGFR" in answer.refusal) == (answer.estimate is None)
    _show(page, views[MAN])
    assert page.model == "ckd35", "the next patient is looked at with the same question"


def test_scores_say_what_they_lack(page: RiskPage, views: list[RiskView]) -> None:
    _show(page, views[WOMAN])
    scores = {score.score: score for score in page.scores.scores}
    assert set(scores) >= {"news2", "ckd_epi_2021", "kfre", "bmi_who"}
    assert scores["news2"].missing
    assert "Height" in scores["bmi_who"].message
    assert scores["ckd_epi_2021"].headline.startswith("eGFR")


def test_while_the_next_is_computed_nothing_of_the_last_is_shown(
    page: RiskPage, views: list[RiskView], hospital: tuple[Clinic, list[PatientId]]
) -> None:
    _show(page, views[WOMAN])
    page.show_nothing(hospital[1][1])
    assert page.estimate is None
    assert page.inputs.rowCount() == 0
    assert list(page.scores.scores) == []
    assert page._messages.isHidden()


def test_the_picture_says_itself_in_words(page: RiskPage, views: list[RiskView]) -> None:
    _show(page, views[WOMAN])
    words = page.chart.accessibleName()
    assert "percentage points" in words
    assert "Body mass index 31.4 kg/m²" in words


def test_the_page_of_the_patient_keeps_an_estimate_only_when_asked(
    qtbot: QtBot, theme: Theme, runner: TaskRunner, hospital: tuple[Clinic, list[PatientId]]
) -> None:
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
    show(qtbot, page)
    with qtbot.waitSignal(page.assessed, timeout=WAIT):
        page.open(ids[WOMAN])
    assert clinic.records.risks(ids[WOMAN]) == []
    with qtbot.waitSignal(page.said, timeout=WAIT):
        page.risk._save.click()
    kept = clinic.records.risks(ids[WOMAN])
    assert len(kept) == 1
    assert page.risk.estimate is not None
    assert kept[0].estimate.probability == pytest.approx(page.risk.estimate.probability)
    show(qtbot, page)
    qtbot.keyClick(page, Qt.Key.Key_F1)
    assert page.tabs.currentIndex() == 2
    assert page.risk._card.isVisible()
    assert "Intended use" in page.risk._card.text.toPlainText()
    qtbot.keyClick(page, Qt.Key.Key_F1)
    assert not page.risk._card.isVisible()
    runner.shutdown()
    bury(page)
