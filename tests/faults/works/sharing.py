"""A copy for research is published and a record is shared, again and again.

The copy for research is one whole copy, and what was shared one whole record, never of a later
moment than the clinic's list says.
"""

from collections.abc import Set
from datetime import datetime
from pathlib import Path

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.clock import utc_now
from clinicdesk.services.research import ResearchDesk
from clinicdesk.services.session import Session
from clinicdesk.services.session import unlock as unlock_any
from clinicdesk.services.shared_record import SharedRecord
from tests.conftest import CHEAP_LIMITS
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, opening
from tests.services.stores import OWN_PASSWORD, make_store
from tests.storage.factories import add_observation, add_patient, database_of

PATIENTS = 40
RESEARCHER, PATIENT = "rosa", "pat"


def prepare(place: Path) -> None:
    """Patients, a researcher and a patient's account; published and shared once."""
    clinic, _ = make_store(place / "store", utc_now)
    for number in range(PATIENTS):
        patient = add_patient(database_of(clinic), f"M{number}")
        add_observation(database_of(clinic), patient, "8867-4", 60.0 + number)
    account = _account(clinic, PATIENT, "patient")
    _account(clinic, RESEARCHER, "researcher")
    clinic.shares.link(account, patient)
    clinic.shares.share(patient, account)
    clinic.publishing.publish()
    clinic.lock()
    (place / "who").write_text(f"{patient} {account}")


def go_on(place: Path, _: str, acknowledge: Acknowledge) -> None:
    patient, account = _who(place)
    with at_work(place / "store", now=utc_now) as clinic:
        acknowledge(BEGUN)
        while True:
            clinic.publishing.publish()
            acknowledge("published")
            clinic.shares.share(patient, account)
            acknowledge(utc_now().isoformat())


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    left = any(file.name.startswith("research.db.new") for file in (place / "store").iterdir())
    tally["cut short"] += left
    with opening(tally):
        _check_published(place, tally)
        _check_shared(place, tally)


def _check_published(place: Path, tally: Tally) -> None:
    desk = _unlocked(place, RESEARCHER)
    assert isinstance(desk, ResearchDesk)
    try:
        subjects = {desk.research.facts().copied.subjects, desk.research.measures()[0].subjects}
        tally["partial"] += subjects != {PATIENTS}
    finally:
        desk.lock()


def _check_shared(place: Path, tally: Tally) -> None:
    patient, _ = _who(place)
    shared_at = _read_share(place)
    with at_work(place / "store", now=utc_now) as clinic:
        (known,) = clinic.shares.of_patient(patient)
    tally["lost"] += known.shared_at is None or shared_at > known.shared_at


def _read_share(place: Path) -> datetime:
    session = _unlocked(place, PATIENT)
    assert isinstance(session, SharedRecord)
    try:
        return session.own_record.read().shared_at
    finally:
        session.lock()


def _account(clinic: Clinic, login: str, role: str) -> int:
    added = clinic.accounts.add(login, role)
    session = unlock_any(clinic.folder, login=login, password=added.password, limits=CHEAP_LIMITS)
    session.own_account.change_password(added.password, OWN_PASSWORD)
    session.lock()
    return added.account.id


def _unlocked(place: Path, login: str) -> Session:
    return unlock_any(place / "store", login=login, password=OWN_PASSWORD, limits=CHEAP_LIMITS)


def _who(place: Path) -> tuple[PatientId, int]:
    patient, account = (place / "who").read_text().split()
    return PatientId(int(patient)), int(account)


WORK = Work(prepare, go_on, check, longest_life=0.6, kills=4, states=8)
