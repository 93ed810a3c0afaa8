"""E03: what somebody reads without writing is pinned within the minute as well."""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from clinicdesk import vault
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.pinning import Pinner
from clinicdesk.ui.pinning import PinTimer
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.vault import Domain
from tests.gui.conftest import WAIT
from tests.services.stores import Clock
from tests.storage.factories import add_patient, database_of


def test_the_timer_pins_what_is_due_and_else_does_nothing(
    qtbot: QtBot, clinic: Clinic, runner: TaskRunner
) -> None:
    clock, owner = Clock(), QObject()
    pinner = Pinner(database_of(clinic), clinic._unlocked, clock)
    database_of(clinic).committed = pinner.committed
    timer = PinTimer(pinner, runner, owner)
    patient = add_patient(database_of(clinic), "M1")
    clinic.records.open(patient)
    timer.look()
    assert not runner.busy
    clock.go_on(seconds=50)
    before = vault.read_pins(clinic._unlocked, Domain.CLINICAL).audit_seq
    with qtbot.waitSignal(runner.idle, timeout=WAIT):
        timer.look()
    assert vault.read_pins(clinic._unlocked, Domain.CLINICAL).audit_seq == before + 1
    timer.look()
    assert not runner.busy
    owner.deleteLater()
