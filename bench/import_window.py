"""The window goes on while 500,000 rows are looked at, tried and imported through the wizard."""

import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bench.frame import Figure, answer, measure

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from clinicdesk.services.clinic import Clinic
    from clinicdesk.ui.wizards.import_wizard import ImportWizard

ROUNDS = 2
ROWS = 500_000
PATIENTS = 5_000
CODES = ("8480-6", "8462-4", "8867-4", "9279-1", "59408-5")
VALUES = (121, 76, 71, 16, 93)
LOGIN, PASSWORD = "ada", "plum kettle orbit walnut"


def longest_pause() -> float:
    """The longest time between two beats from choosing the files to the result; milliseconds."""
    # here, since the peer is measured without Qt
    from clinicdesk.services.session import create_clinic  # noqa: PLC0415 - timed from here on
    from clinicdesk.ui.application import application_for, load_the_rest  # noqa: PLC0415 - timed from here on

    application = application_for()
    load_the_rest()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _files(folder, ROWS)
        clinic, _ = create_clinic(
            folder / "store",
            login=LOGIN,
            password=PASSWORD,
            clinic_name="Measured",
            timezone="UTC",
        )
        try:
            return _through(application, _wizard(application, clinic), files)
        finally:
            clinic.lock()


def _wizard(application: "QApplication", clinic: "Clinic") -> "ImportWizard":

    from clinicdesk.ui.palette import LIGHT  # noqa: PLC0415 - as above
    from clinicdesk.ui.tasks import TaskRunner  # noqa: PLC0415 - timed from here on
    from clinicdesk.ui.theme import Theme  # noqa: PLC0415 - timed from here on
    from clinicdesk.ui.wizards.import_wizard import ImportWizard  # noqa: PLC0415 - timed from here on
    from clinicdesk.ui.wizards.journey import JourneyServices  # noqa: PLC0415 - timed from here on

    services = JourneyServices(
        lambda: clinic.imports, lambda: clinic.understanding, lambda: clinic.templates
    )
    runner = TaskRunner(application)
    wizard = ImportWizard(services, Theme(application, LIGHT), runner)
    wizard.resize(1366, 768)
    wizard.show()
    return wizard


def _through(application: "QApplication", wizard: "ImportWizard", files: list[Path]) -> float:
    """Beat every 2 ms and go on wherever one can; the first picture of a page counts too."""
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415 - as above

    from clinicdesk.ui.wizards.import_wizard import RESULT  # noqa: PLC0415 - timed from here on

    beats: list[float] = []
    heart = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
    press = QTimer(interval=200)

    def beat() -> None:
        beats.append(time.perf_counter())

    def go_on() -> None:
        if wizard.step == RESULT:
            application.quit()
        elif not wizard.running.isVisible():
            wizard.compare.changed_cells.scrollToBottom()
            wizard.go_on()

    heart.timeout.connect(beat)
    press.timeout.connect(go_on)
    heart.start()
    wizard.preview(files)
    press.start()
    application.exec()
    heart.stop()
    return max(after - before for before, after in pairwise(beats)) * 1000


def pause_nobody_feels() -> float:
    return 50.0


def read_in_the_window() -> float:
    """What a window that parses the file itself would stand still for; milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        vitals = _files(Path(name), ROWS)[1]
        began = time.perf_counter()
        pd.read_csv(vitals)
        return (time.perf_counter() - began) * 1000


WAYS = {"ours": longest_pause, "limit": pause_nobody_feels, "peer": read_in_the_window}


def figures() -> Iterator[Figure]:
    yield Figure(
        name="import-window",
        task=f"the longest pause of the window while {ROWS:,} rows go through the wizard",
        unit="ms",
        **measure("bench.import_window", WAYS, ROUNDS),
        limit_is="a pause that nobody feels",
        peer_is="pandas.read_csv of the file in the window itself",
        goal=1.0,
    )


def _files(folder: Path, rows: int) -> list[Path]:
    """Patients, and vital signs of theirs one a row."""
    patients, vitals = folder / "patients.csv", folder / "vitals.csv"
    with patients.open("w", encoding="utf-8") as out:
        out.write("patient_id,name,birth_date,gender\n")
        out.writelines(
            f"P{n},Doe Ann{n},19{40 + n % 50}-03-{1 + n % 28:02},{'FM'[n % 2]}\n"
            for n in range(PATIENTS)
        )
    with vitals.open("w", encoding="utf-8") as out:
        out.write("patient_id,timestamp,code,value,unit\n")
        out.writelines(_row(n) for n in range(rows))
    return [patients, vitals]


_UNITS = ("mm[Hg]", "mm[Hg]", "/min", "/min", "%")


def _row(n: int) -> str:
    kind, at = n % 5, n // 5
    minute = at // PATIENTS
    when = f"2026-{1 + minute // 720 % 9:02}-{1 + minute // 24 % 28:02}T{minute % 24:02}:15:00Z"
    return f"P{at % PATIENTS},{when},{CODES[kind]},{VALUES[kind] + at % 7},{_UNITS[kind]}\n"


if __name__ == "__main__":
    answer(WAYS)
