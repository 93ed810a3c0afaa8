"""A process that dies in the middle of an import leaves the store as it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clinicdesk.storage import schema
from clinicdesk.storage.database import Database
from tests.etl.factories import PATIENTS, Desk

KEY = bytes(range(32))
DIED = 9
CHILD = """
import os, sys
from pathlib import Path
from clinicdesk.storage.database import Database
from tests.etl.factories import Desk
from tests.faults.test_import_cut_short import KEY

class Fatal:
    def report(self, fraction, message=""):
        if fraction >= float(sys.argv[2]):
            os._exit(9)
    def raise_if_cancelled(self): ...

folder = Path(sys.argv[1])
desk = Desk.again(folder, Database(folder / "clinic.db", KEY))
desk.imports.run([folder / "patients.csv", folder / "vitals.csv"], progress=Fatal())
"""


@pytest.mark.parametrize("fraction", [0.1, 0.5, 1.0])
def test_nothing_of_it_stays_and_the_next_import_is_whole(tmp_path: Path, fraction: float) -> None:
    database = Database(tmp_path / "clinic.db", KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
    desk = Desk(tmp_path, database)
    desk.run({"patients.csv": PATIENTS.replace("P2", "P0")})
    desk.write("patients.csv", PATIENTS)
    rows = "".join(f"P1,2026-01-01T00:00:{n % 60:02},{60 + n % 40}\n" for n in range(60_000))
    desk.write("vitals.csv", "patient_id,timestamp,heart_rate\n" + rows)
    before = desk.everything()
    database.close()
    died = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), str(fraction)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert died.returncode == DIED
    survivor = Desk.again(tmp_path, Database(tmp_path / "clinic.db", KEY))
    assert survivor.everything() == before
    report = survivor.imports.run([tmp_path / "patients.csv", tmp_path / "vitals.csv"])
    assert (report.counts["patient"].inserted, report.counts["patient"].unchanged) == (1, 1)
    assert report.counts["observation"].inserted == 60_000
    survivor.database.close()
