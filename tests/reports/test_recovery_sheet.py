"""One page, with the whole key and what to do with it."""

import pytest

from clinicdesk.reports.printing import PageSize
from clinicdesk.reports.recovery_sheet import RecoverySheet, recovery_pdf
from tests.reports.factories import printing
from tests.reports.pages import page_texts

KEY = "K7Q2-9XW0-ABCD-EFGH-JKMN-PQRS-TVWX"


def sheet(**changes: object) -> RecoverySheet:
    made = printing(cut_off=None, role="administrator", **changes)
    return RecoverySheet(made, "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "k.osei", KEY)


@pytest.mark.parametrize("page_size", PageSize)
@pytest.mark.parametrize("clinic", ["Riverside", "The Regional Hospital Trust of the Shire " * 3])
def test_everything_is_on_one_page(page_size: PageSize, clinic: str) -> None:
    (text,) = page_texts(recovery_pdf(sheet(page_size=page_size, clinic=clinic.strip())))
    glued = text.replace(" ", "")
    for group in KEY.split("-"):
        assert group in glued
    assert "Store 0f1e2d3c 4b5a6978 8796a5b4 c3d2e1f0" in text
    assert "First administrator k.osei" in text
    assert "Made 20-Nov-2026 10:15 (Europe/London)" in text
    assert "Page 1 of 1" in text
    assert "Record as of" not in text


def test_the_groups_stand_in_their_order() -> None:
    (text,) = page_texts(recovery_pdf(sheet()))
    glued = text.replace(" ", "")
    places = [glued.index(group) for group in KEY.split("-")]
    assert places == sorted(places)


def test_the_key_is_in_no_property_of_the_file_and_not_in_the_repr() -> None:
    assert KEY not in repr(sheet())
    assert b"K7Q2" not in recovery_pdf(sheet())


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert recovery_pdf(sheet()) == recovery_pdf(sheet())


def test_every_font_in_the_file_is_embedded() -> None:
    assert b"Helvetica" not in recovery_pdf(sheet())
