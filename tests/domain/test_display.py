"""Numbers as clinicians read them."""

import pytest

from clinicdesk.domain.display import number_text
from clinicdesk.domain.units import printed_unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (27.468, "27.5"),
        (82.0277, "82"),
        (1.6967, "1.7"),
        (0.627, "0.627"),
        (1712.0, "1,712"),
        (0.0, "0"),
        (-1.25, "-1.25"),
    ],
)
def test_a_number_has_the_decimals_its_size_carries(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("ucum", "text"),
    [("{#}", ""), ("{score}", ""), ("{INR}", ""), ("mm[Hg]", "mmHg"), ("U/L", "U/L")],
)
def test_a_count_has_no_unit_to_show(ucum: str, text: str) -> None:
    assert printed_unit(ucum) == text
