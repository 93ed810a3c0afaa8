"""The banner says who it is in the order and the words of ux.md."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.patient import (
    AdministrativeGender,
    AgeStatement,
    AllergyStatus,
    Patient,
    PatientId,
    PatientSummary,
)
from clinicdesk.services.session import utc_now
from clinicdesk.ui.palette import DARK, LIGHT
from clinicdesk.ui.patient_record import PatientRecord
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.banner import PatientBanner

TODAY = date(2026, 11, 20)
PENICILLIN = AllergyIntolerance(
    1, "", "", "Penicillin V", "", "Rash", "mild", date(2026, 2, 3), None
)


def record(
    *,
    died: date | None = None,
    born: date | None = date(1945, 7, 14),
    family: str = "Smith",
    given: str = "John",
    status: AllergyStatus = AllergyStatus.NOT_RECORDED,
    status_on: date | None = None,
    allergies: list[AllergyIntolerance] | None = [],  # noqa: B006 - never changed
    gender: AdministrativeGender = AdministrativeGender.MALE,
    stated: AgeStatement | None = None,
) -> PatientRecord:
    summary = PatientSummary(PatientId(1), "9991234567", family, given, born, gender, stated, died)
    patient = Patient(
        summary,
        prefix="Mr.",
        address="12 Harbour Lane",
        phone="0123",
        allergy_status=status,
        allergy_status_on=status_on,
    )
    return PatientRecord(patient, utc_now(), TODAY, [], [], [], [], [], allergies)


@pytest.fixture
def banner(qtbot: QtBot, theme: Theme) -> PatientBanner:
    banner = PatientBanner(theme)
    qtbot.addWidget(banner)
    banner.resize(1280, 60)
    banner.show()
    return banner


def test_the_words_and_their_order(banner: PatientBanner) -> None:
    banner.show_record(record())
    assert banner.name.text() == "SMITH, John (Mr)"
    assert banner.born.accessibleName() == "Born 14-Jul-1945 (81y)"
    assert banner.gender.accessibleName() == "Gender Male"
    assert banner.id.accessibleName() == "ID 9991234567"
    parts: list[QWidget] = [
        banner.name,
        banner.born,
        banner.gender,
        banner.id,
        banner.allergies,
        banner._more,
    ]
    lefts = [part.mapTo(banner, part.rect().topLeft()).x() for part in parts]
    assert all(left < right for left, right in pairwise(lefts))
    assert ":" not in banner.accessibleName()


@pytest.mark.parametrize(
    ("gender", "text"),
    [
        (AdministrativeGender.FEMALE, "Female"),
        (AdministrativeGender.OTHER, "Other"),
        (AdministrativeGender.UNKNOWN, "Not Known"),
    ],
)
def test_gender_is_written_out(
    banner: PatientBanner, gender: AdministrativeGender, text: str
) -> None:
    banner.show_record(record(gender=gender))
    assert banner.gender.value.text() == text


def test_a_birthday_is_not_invented(banner: PatientBanner) -> None:
    banner.show_record(record(born=None, stated=AgeStatement(81, date(2008, 4, 5))))
    assert banner.born.value.text() == "81y on 05-Apr-2008"
    banner.show_record(record(born=None))
    assert banner.born.value.text() == "Not Known"


@pytest.mark.parametrize(
    ("given", "state", "below"),
    [
        ({"allergies": [PENICILLIN]}, "Known allergies", "updated 03-Feb-2026"),
        (
            {"status": AllergyStatus.NONE_KNOWN, "status_on": date(2024, 1, 1)},
            "No known allergies",
            "updated 01-Jan-2024 – confirm again",
        ),
        ({}, "Allergies not recorded", ""),
        ({"allergies": None}, "Allergies unavailable", ""),
    ],
)
def test_allergies_are_in_one_of_four_states(
    banner: PatientBanner, given: dict[str, object], state: str, below: str
) -> None:
    banner.show_record(record(**given))  # type: ignore[arg-type] # a table of arguments
    assert banner.allergies.accessibleName() == f"{state} {below}".rstrip()


def test_the_details_name_each_allergy(banner: PatientBanner) -> None:
    banner.show_record(record(allergies=[PENICILLIN]))
    assert banner._zone2.isHidden()
    banner._more.click()
    assert not banner._zone2.isHidden()
    assert "Penicillin V (mild, Rash)" in banner._details.text()
    assert banner._address.text() == "12 Harbour Lane"
    assert "Email Not recorded" in banner._contact.text()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_death_shows_in_words_and_without_colour(
    banner: PatientBanner, theme: Theme, palette: object
) -> None:
    theme.use(palette)  # type: ignore[arg-type] # one of the two
    banner.show_record(record())
    living = _grey(banner)
    banner.show_record(record(died=date(2026, 3, 2)))
    assert banner.born.value.text() == "14-Jul-1945"
    assert banner.died.accessibleName() == "Died 02-Mar-2026"
    assert banner.age_at_death.accessibleName() == "Age at Death 80y"
    dead = _grey(banner)
    strip = slice(2, 8)  # above the text
    assert living[strip].std() < 1  # plain
    assert dead[strip].std() > 3  # striped
    theme.use(LIGHT)


def test_a_long_name_takes_two_lines_before_it_is_cut(banner: PatientBanner) -> None:
    banner.show_record(record())
    banner.name.resize(600, 40)
    assert banner.name.lines == ["SMITH, John (Mr)"]
    banner.show_record(record(family="Featherstonehaugh-Cholmondeley", given="Wilhelmina Ann"))
    banner.name.resize(300, 40)
    assert banner.name.lines == ["FEATHERSTONEHAUGH-CHOLMONDELEY,", "Wilhelmina Ann (Mr)"]
    assert banner.name.toolTip() == ""
    banner.name.resize(160, 40)
    assert banner.name.lines[-1].endswith("…")
    assert banner.name.toolTip() == banner.name.text()


def test_nobody_is_nobody(banner: PatientBanner) -> None:
    banner.show_record(record(allergies=[PENICILLIN]))
    banner.clear()
    assert banner.patient_id is None
    assert banner.accessibleName() == banner.name.text() == banner.allergies.state == ""


def _grey(widget: QWidget) -> np.ndarray:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(picture.constBits(), np.uint8)
    return flat.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width()].astype(
        float
    )
