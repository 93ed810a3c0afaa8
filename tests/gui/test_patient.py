"""The patient page shows one person at a time, whole, and never a mixture."""

import random
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.units import printed_unit
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.tasks import TaskRunner
from tests.gui.conftest import WAIT
from tests.storage.factories import database_of


def _open(qtbot: QtBot, page: PatientPage, patient: PatientId) -> None:
    with qtbot.waitSignal(page.loaded, timeout=WAIT):
        page.open(patient)


def _ids(page: PatientPage) -> set[object]:
    """Whom each part of the page shows."""
    return {
        page.patient_id,
        page.banner.patient_id,
        page.strip.patient_id,
        page.overview.chart.patient_id,
        page.overview.table.patient_id,
        page.results.patient_id,
        page.risk.patient_id,
    }


def test_the_strip_gives_each_value_its_unit_age_and_flag(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId]
) -> None:
    _open(qtbot, page, ward[0])
    pressure = page.strip.tiles["8480-6"]
    assert pressure.value.text() == "128/84"
    assert pressure.unit.text() == "mmHg"
    assert pressure.age.text() == "0min ago"
    assert pressure.accessibleName() == "Blood pressure 128/84 mmHg, normal, 0min ago"
    assert page.strip.tiles["39156-5"].flag.accessibleName() == "High"
    assert page.strip.tiles["29463-7"].flag.accessibleName() == "Not assessed"
    assert page.strip.tiles["8310-5"].age.text() == "Not recorded"


def test_lists_and_results_say_where_things_come_from(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId]
) -> None:
    _open(qtbot, page, ward[0])
    assert [c.display for c in page.overview.problems.model.rows] == ["Essential hypertension"]
    assert page.overview.allergies.model.index(0, 0).data() == "Penicillin V"
    assert page.overview.encounters.model.rowCount() == 1
    results = {r.observation.code: r for r in page.results.model.rows}
    glucose = results["2345-7"]
    assert glucose.source == "vitals.csv, row 1"
    assert glucose.reference == "70–140"
    assert glucose.flag == "High"
    assert printed_unit(glucose.observation.unit) == "mg/dL"
    page.results._filter.setText("gluc")
    assert page.results.model.rowCount() == 1


def test_a_patient_without_anything_says_so_everywhere(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId]
) -> None:
    with qtbot.waitSignal(page.assessed, timeout=WAIT):
        page.open(ward[8])
    assert {tile.age.text() for tile in page.strip.tiles.values()} == {"Not recorded"}
    assert not page.results._empty.isHidden()
    assert page.risk.estimate is None
    assert "glucose" in page.risk._empty._hint.text().casefold()
    assert page.overview.problems._layers.currentIndex() == 1


def test_switching_never_mixes_two_patients(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId], runner: TaskRunner
) -> None:
    rng = random.Random(7)
    seen = []
    page.loaded.connect(lambda _id: seen.append(_ids(page)))
    page.assessed.connect(lambda _id: seen.append(_ids(page)))
    for _ in range(60):
        page.open(rng.choice(ward))
        if rng.random() < 0.5:
            qtbot.wait(rng.randrange(12))  # as a hand would: now at once, now a moment later
    last = rng.choice(ward)
    with qtbot.waitSignal(page.assessed, timeout=WAIT, check_params_cb=lambda at: at == last):
        page.open(last)
    assert seen
    assert all(len(ids) == 1 for ids in seen)
    assert _ids(page) == {last}


def test_while_the_next_is_read_nothing_of_the_last_is_shown(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId]
) -> None:
    with qtbot.waitSignal(page.assessed, timeout=WAIT):
        page.open(ward[0])
    page.open(ward[1])
    assert page.banner.name.text() == ""
    assert page._body.isHidden()
    assert page.risk.estimate is None
    assert page.risk.inputs.rowCount() == 0
    with qtbot.waitSignal(page.assessed, timeout=WAIT):
        pass


def test_tabs_by_keyboard(qtbot: QtBot, page: PatientPage, ward: list[PatientId]) -> None:
    _open(qtbot, page, ward[0])
    for at, key in enumerate((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)):
        qtbot.keyClick(page, key, Qt.KeyboardModifier.AltModifier)
        assert page.tabs.currentIndex() == at
        assert page._parts.currentIndex() == at


def test_opening_is_in_the_audit(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId], clinic: Clinic
) -> None:
    _open(qtbot, page, ward[2])
    with database_of(clinic).engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT object_id FROM audit_event WHERE action = 'patient.view'"
        ).fetchall()
    assert [row[0] for row in rows] == [str(ward[2])]


def test_the_report_is_written_where_one_says(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId], tmp_path: Path
) -> None:
    _open(qtbot, page, ward[0])
    page._report.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    with qtbot.waitSignal(page.said, timeout=WAIT) as said:
        dialog.filesSelected.emit([str(tmp_path / "report.pdf")])
    dialog.reject()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "report.pdf" in said.args[0]
    qtbot.waitUntil(page._report.isEnabled, timeout=WAIT)


def test_a_report_that_cannot_be_written_is_said(
    qtbot: QtBot, page: PatientPage, ward: list[PatientId], tmp_path: Path
) -> None:
    _open(qtbot, page, ward[0])
    with qtbot.waitSignal(page.failed, timeout=WAIT) as failed:
        page._write_report(ward[0], tmp_path / "nowhere" / "report.pdf")
    assert "folder" in str(failed.args[0])
