"""Dashboards of a store: what was just written is in them, a closed record is not (F82, F84)."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from clinicdesk.domain.measure import Filter, Page
from clinicdesk.domain.measure_words import exported
from clinicdesk.errors import NotAllowed
from clinicdesk.services.clinic import Clinic
from tests.services.stores import OWN_PASSWORD, add_account, make_store, unlock
from tests.storage.factories import (
    NOON,
    add_condition,
    add_encounter,
    add_observation,
    add_patient,
    database_of,
)

EVERYBODY = Filter()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store")
    yield clinic
    clinic.lock()


def shown(clinic: Clinic, page: Page, name: str, asked: Filter = EVERYBODY) -> dict[str, int]:
    dashboard = clinic.dashboards.show(page, asked)
    [measure] = [each for each in dashboard.measures if each.definition.name == name]
    assert dashboard.fresh
    return {bar.label: bar.n for bar in measure.bars}


def test_an_empty_clinic_has_empty_dashboards(clinic: Clinic) -> None:
    for page in Page:
        for measure in clinic.dashboards.show(page, EVERYBODY).measures:
            assert all(bar.n == 0 for bar in measure.bars)


def test_what_was_just_written_is_counted_and_found_behind_its_bar(clinic: Clinic) -> None:
    database = database_of(clinic)
    old = add_patient(database, "M1", born=date(1945, 7, 14), gender="female")
    add_patient(database, "M2", born=date(2010, 7, 14), gender="male")
    assert shown(clinic, Page.DEMOGRAPHICS, "patients") == {"All": 2}
    add_encounter(database, old, "E1", started_at=NOON)
    add_observation(database, old, "8867-4", 120.0, at=NOON - timedelta(hours=1))
    add_condition(database, old, "Asthma", "2001-01-01")
    assert shown(clinic, Page.CLINICAL, "visits") == {"All": 1}
    assert shown(clinic, Page.CLINICAL, "diagnoses") == {"Asthma": 1}
    assert clinic.dashboards.behind("fast_seniors", "All", EVERYBODY) == [old]
    assert clinic.dashboards.behind("diagnoses", "Asthma", EVERYBODY) == [old]
    assert shown(clinic, Page.DEMOGRAPHICS, "patients", Filter(gender="male")) == {"All": 1}


def test_a_record_that_is_closed_to_somebody_is_in_no_number_of_theirs(clinic: Clinic) -> None:
    closed = add_patient(database_of(clinic), "M1", born=date(1945, 7, 14))
    add_account(clinic, "carla", "clinician")
    clinic.dashboards.show(Page.DEMOGRAPHICS, EVERYBODY)
    clinic.restrictions.restrict(closed, "A colleague")
    carla = unlock(clinic.folder, "carla", OWN_PASSWORD)
    assert isinstance(carla, Clinic)
    try:
        assert shown(carla, Page.DEMOGRAPHICS, "patients") == {"All": 0}
        assert carla.dashboards.behind("patients", "All", EVERYBODY) == []
    finally:
        carla.lock()
    with pytest.raises(NotAllowed):
        carla.dashboards.show(Page.RISK, EVERYBODY)


def test_a_file_holds_no_number_of_few_people(clinic: Clinic) -> None:
    """F85: fewer than five may name somebody."""
    for at in range(6):
        add_patient(database_of(clinic), f"M{at}", gender="male" if at else "female")
    dashboard = clinic.dashboards.show(Page.DEMOGRAPHICS, EVERYBODY)
    [gender] = [each for each in dashboard.measures if each.definition.name == "gender"]
    lines = {bar.label: exported(gender.definition, bar)[1] for bar in gender.bars}
    assert lines == {"female": "fewer than 5", "male": "5", "other": "0", "unknown": "0"}
