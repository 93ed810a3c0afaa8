"""No file crashes a reader, whatever happened to its bytes (G02)."""

import pytest

from tests.etl.fuzz import SAMPLES, outcomes


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_is_read_or_refused(name: str) -> None:
    found = list(outcomes(name, 150, 20))
    assert len(found) == 150
    assert {"read", "refused"} & set(found)
