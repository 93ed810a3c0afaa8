"""`patient STORE MRN --history`: what the record said before, for people and for scripts."""

from pathlib import Path
from typing import Any

import pytest

from clinicdesk.domain.correction import ResultCorrection
from clinicdesk.services.session import unlock_clinic
from tests.conftest import LOGIN, PASSWORD
from tests.storage.factories import NOON, add_observation, add_patient, database_of


@pytest.fixture
def corrected(command: Any, tmp_path: Path) -> Any:
    """The commands on a store with one corrected result and one record that never changed."""
    clinic = unlock_clinic(tmp_path / "store", login=LOGIN, password=PASSWORD)
    patient = add_patient(database_of(clinic), "M1")
    add_patient(database_of(clinic), "M2")
    row = add_observation(database_of(clinic), patient, "2160-0", 13.3, unit="mg/dL")
    right = ResultCorrection("1.33", "mg/dL", NOON)
    clinic.editing.correct_observation(patient, row, 1, right, "Typed in the wrong unit")
    clinic.lock()
    return command


def test_a_change_is_a_line_with_both_values(corrected: Any) -> None:
    code, out, _ = corrected("patient", "M1", "--history", plain=True)
    _, line = out.splitlines()
    assert code == 0
    for word in (LOGIN, "Creatinine", "13.3 mg/dL", "1.33 mg/dL", "Typed in the wrong unit"):
        assert word in line
    assert corrected("patient", "M2", "--history", plain=True)[1] == "nothing was changed\n"


def test_scripts_get_the_columns_that_changed(corrected: Any) -> None:
    [change] = corrected("patient", "M1", "--history")[1]["changes"]
    assert (change["kind"], change["by"], change["import"]) == ("observation", LOGIN, None)
    assert (change["before"]["value"], change["after"]["value"]) == (13.3, 1.33)
