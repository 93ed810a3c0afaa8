"""A patient is registered by hand, and who may be the same is told with reasons (F15)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clinicdesk.domain.correction import PatientCorrection
from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.services.clinic import Clinic
from tests.services.stores import OWN_PASSWORD, add_account, events, make_store, unlock
from tests.storage.factories import add_patient, database_of

JOAN = PatientCorrection(
    family_name="Smithson",
    given_name="Joan",
    prefix="",
    birth_date=date(1954, 7, 14),
    gender=AdministrativeGender.FEMALE,
    deceased_on=None,
    address="",
    phone="",
    email="",
)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store")
    yield clinic
    clinic.lock()


def test_a_patient_gets_the_clinics_next_number_and_is_found_at_once(clinic: Clinic) -> None:
    first = clinic.registering.register(JOAN)
    second = clinic.registering.register(replace(JOAN, given_name="Una"), "  4711 ")
    lines = clinic.patients.read([first, second])
    assert [line.mrn for line in lines] == ["P000001", "4711"]
    assert clinic.patients.find("smithson una") == [second]
    assert clinic.records.open(first).summary.birth_date == JOAN.birth_date
    assert events(clinic, "action").count("patient.register") == 2


@pytest.mark.parametrize(
    "typed",
    [
        JOAN,
        replace(JOAN, family_name="Smithsom"),
        replace(JOAN, birth_date=date(1945, 7, 14)),
        replace(JOAN, family_name="Joan", given_name="Smithson"),
    ],
    ids=["same", "one letter", "digits changed places", "names changed places"],
)
def test_who_may_be_the_same_is_told_with_the_reason(
    clinic: Clinic, typed: PatientCorrection
) -> None:
    known = clinic.registering.register(JOAN)
    clinic.registering.register(
        replace(JOAN, family_name="Okafor", given_name="Ben", birth_date=date(1990, 1, 2))
    )
    [found] = clinic.registering.lookalikes(typed)
    assert found.patient.id == known
    assert "name" in found.why
    assert clinic.registering.register(typed) != known  # advice: nobody is kept from it


def test_a_stranger_looks_like_nobody(clinic: Clinic) -> None:
    clinic.registering.register(JOAN)
    stranger = replace(JOAN, family_name="Okafor", given_name="Ben", birth_date=date(1990, 1, 2))
    assert clinic.registering.lookalikes(stranger) == []


def test_somebody_registered_meanwhile_is_found(clinic: Clinic) -> None:
    """The list is read anew when it has changed."""
    assert clinic.registering.lookalikes(JOAN) == []
    clinic.registering.register(JOAN)
    assert len(clinic.registering.lookalikes(JOAN)) == 1


def test_a_number_that_somebody_has_is_refused_without_saying_whose(clinic: Clinic) -> None:
    add_patient(database_of(clinic), "4711")
    with pytest.raises(BadInput, match="has this number already") as refused:
        clinic.registering.register(JOAN, "4711")
    assert "4711" not in str(refused.value)
    assert clinic.patients.find("smithson") == []


@pytest.mark.parametrize(
    "person",
    [
        replace(JOAN, family_name="", given_name=" "),
        replace(JOAN, birth_date=date(2150, 1, 1)),
        replace(JOAN, deceased_on=date(1950, 1, 1)),
    ],
)
def test_nobody_impossible_is_registered(clinic: Clinic, person: PatientCorrection) -> None:
    with pytest.raises(BadInput):
        clinic.registering.register(person)
    assert clinic.patients.find("") == []


def test_a_nurse_registers_and_nobody_does_in_a_locked_store(clinic: Clinic) -> None:
    add_account(clinic, "nora", "nurse")
    nurse = unlock(clinic.folder, "nora", OWN_PASSWORD)
    assert isinstance(nurse, Clinic)
    nurse.registering.register(JOAN)
    nurse.lock()
    with pytest.raises(NotAllowed):
        nurse.registering.register(JOAN)  # locked
