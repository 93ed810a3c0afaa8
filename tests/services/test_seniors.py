"""The count of seniors at risk is what asking each of them says, under every choice of limits."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import NotAllowed
from clinicdesk.models.scores.seniors_at_risk import versions
from clinicdesk.models.seniors import Counted
from clinicdesk.services.clinic import Clinic
from tests.services.stores import OWN_PASSWORD, add_account, unlock
from tests.storage.factories import add_observation, add_patient, database_of

ACVPU, FLOW = "67775-7", "3151-8"
SIGNS = {
    "8867-4": ("/min", 78, 30),
    "59408-5": ("%", 95, 4),
    "8310-5": ("Cel", 37.0, 1.2),
    "8480-6": ("mm[Hg]", 125, 30),
    "9279-1": ("/min", 17, 5),
}


def somebody(clinic: Clinic, number: int, rng: np.random.Generator) -> PatientId:
    """A patient around 65 with a set of vital signs, some of it older or missing."""
    store, now = database_of(clinic), clinic.now()
    born = date(now.year - int(rng.integers(58, 90)), 6, 15)
    patient = add_patient(store, f"M{number}", born=born)
    at = now - timedelta(hours=float(rng.uniform(1, 30)))
    for code, (unit, middle, spread) in SIGNS.items():
        if rng.random() < 0.95:
            earlier = timedelta(minutes=float(rng.choice([0, 20, 40, 55, 90])))
            value = round(
                float(np.clip(rng.normal(middle, spread), 25, 100 if unit == "%" else 240)), 1
            )
            add_observation(store, patient, code, value, unit=unit, at=at - earlier)
    add_observation(store, patient, FLOW, float(rng.choice([0, 2])), unit="L/min", at=at)
    text = str(rng.choice(["Alert", "A", "alert", "Responds to voice", "unknown"]))
    add_observation(store, patient, ACVPU, None, unit="", at=at, text=text)
    return patient


def asked_one_by_one(clinic: Clinic, patients: list[PatientId]) -> Counter[str]:
    said: Counter[str] = Counter()
    for patient in patients:
        for each in clinic.risks.scores(patient):
            if each.score == "seniors_at_risk":
                said["flagged" if each.values["flagged"] else "not flagged"] += 1
    return said


def test_it_is_what_asking_each_of_them_says(clinic: Clinic) -> None:
    rng = np.random.default_rng(12)
    patients = [somebody(clinic, number, rng) for number in range(18)]
    found = clinic.seniors.counts().of
    assert list(found) == list(versions())
    for name, counts in found.items():
        clinic.settings.decide_for_scores({"thresholds": name})
        said = asked_one_by_one(clinic, patients)
        assert (counts.flagged, counts.not_flagged) == (said["flagged"], said["not flagged"]), name
    assert len({each.flagged for each in found.values()}) > 1, "the choices differ"
    assert min(each.unknown for each in found.values()) > 0


def test_the_dead_and_the_young_are_not_counted(clinic: Clinic) -> None:
    store = database_of(clinic)
    for mrn, born, died in (
        ("M1", date(1940, 1, 1), date(2025, 1, 1)),
        ("M2", date(1990, 1, 1), None),
        ("M3", None, None),
    ):
        patient = add_patient(store, mrn, born=born, deceased_on=died)
        add_observation(store, patient, "8867-4", 140.0, unit="/min", at=clinic.now())
    assert all(_all(each) == 0 for each in clinic.seniors.counts().of.values())


def test_an_empty_clinic_has_nobody_to_flag(clinic: Clinic) -> None:
    assert {_all(each) for each in clinic.seniors.counts().of.values()} == {0}


def test_who_may_not_estimate_risks_may_not_count_them(clinic: Clinic) -> None:
    add_account(clinic, "nora", role="nurse")
    nora = unlock(clinic.folder, "nora", OWN_PASSWORD)
    with pytest.raises(NotAllowed):
        nora.seniors.counts()
    nora.lock()


def _all(counts: Counted) -> int:
    return counts.flagged + counts.not_flagged + counts.unknown
