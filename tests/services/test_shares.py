"""A patient reads the copy that was shared, and nothing else opens to them."""

import os
import stat
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput
from clinicdesk.errors import (
    BadInput,
    NotAllowed,
    RecordNotFound,
    RestrictedRecord,
    StoreError,
    WrongPassword,
)
from clinicdesk.services.access import PasswordChangeNeeded, ReauthenticationNeeded
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.files import NotWritten
from clinicdesk.services.session import unlock
from clinicdesk.services.shared_record import SharedRecord
from clinicdesk.services.shares import share_path
from clinicdesk.storage import risks
from clinicdesk.storage.agreement import AccountsDisputed
from clinicdesk.vault import ShareUnreadable
from tests.conftest import CANARY, CHEAP_LIMITS
from tests.services.stores import OWN_PASSWORD, Clock, add_account, events, execute, make_store
from tests.storage.factories import (
    NOON,
    add_allergy,
    add_condition,
    add_encounter,
    add_file,
    add_medication,
    add_observation,
    add_patient,
    database_of,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clinic(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", clock)
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(clinic: Clinic) -> PatientId:
    """With something of everything, all of it from a file."""
    database = database_of(clinic)
    file = add_file(database)
    patient = add_patient(database, "M1", allergy_status="known", file_id=file, row=1)
    for day in range(3):
        at = NOON + timedelta(days=day)
        add_observation(database, patient, "8867-4", 60.0 + day, at=at, file_id=file, row=day)
    add_encounter(database, patient, "E1", reason_text="Headache")
    add_condition(database, patient, "Migraine", "2020-01-02")
    add_medication(database, patient, "Propranolol", "2020-01-03")
    add_allergy(database, patient, "Penicillin")
    for model, days in (("diabetes", 0), ("diabetes", 1), ("stroke", 0)):
        _estimated(clinic, patient, model, days)
    return patient


def _estimated(clinic: Clinic, patient: PatientId, model: str, days: int) -> None:
    at = NOON + timedelta(days=days)
    estimate = RiskEstimate(
        model=model,
        version="1",
        number=0.1 + days / 10,
        interval=(0.05, 0.4),
        band="low",
        base=0.1,
        contributions=[Contribution("age", "Age", 80.0, "a", days / 10)],
        inputs=[RiskInput("age", "Age", 80.0, "a", effective_at=at)],
        missing=["BMI"],
    )
    with database_of(clinic).writing() as session:
        version = risks.model_version_id(
            session, model=model, version="1", kind="learned", sha256=model, card="{}", at=at
        )
        user = clinic.principal.user_id
        risks.save(session, patient, estimate, version_id=version, user_id=user, at=at)


@pytest.fixture
def account(clinic: Clinic, patient: PatientId) -> int:
    """The patient's account, linked, with a password of its own."""
    account = add_patient_account(clinic, "pat")
    clinic.shares.link(account, patient)
    return account


def add_patient_account(clinic: Clinic, login: str) -> int:
    added = clinic.accounts.add(login, "patient")
    session = enter(clinic, login, added.password)
    session.own_account.change_password(added.password, OWN_PASSWORD)
    session.lock()
    return added.account.id


def enter(clinic: Clinic, login: str = "pat", password: str = OWN_PASSWORD) -> SharedRecord:
    session = unlock(
        clinic.folder, login=login, password=password, now=clinic.now, limits=CHEAP_LIMITS
    )
    assert isinstance(session, SharedRecord)
    return session


def file_of(clinic: Clinic, account: int) -> Path:
    with database_of(clinic).reading() as session:
        query = text("SELECT user_id FROM user WHERE id = :id")
        return share_path(clinic.folder, str(session.scalar(query, {"id": account})))


def test_the_patient_reads_what_the_record_says(
    clinic: Clinic, patient: PatientId, account: int, clock: Clock
) -> None:
    shared = clinic.shares.share(patient, account)
    assert (shared.login, shared.shared_at, shared.shared_by) == ("pat", clock.now, "admin")
    copy = enter(clinic).own_record.read()
    assert (copy.clinic_name, copy.shared_at) == ("Test clinic", clock.now)
    assert copy.patient.summary.family_name == CANARY
    assert copy.patient.summary.birth_date == date(1945, 7, 14)
    assert [each.value for each in copy.observations] == [60.0, 61.0, 62.0]
    assert [each.reason_text for each in copy.encounters] == ["Headache"]
    assert [each.display for each in copy.conditions] == ["Migraine"]
    assert [each.display for each in copy.medications] == ["Propranolol"]
    assert [each.display for each in copy.allergies] == ["Penicillin"]
    latest = {each.estimate.model: each.estimate for each in copy.risks}
    assert (len(copy.risks), latest["diabetes"].probability) == (2, 0.2)
    assert latest["diabetes"].contributions[0].label == "Age"
    assert latest["diabetes"].inputs[0].effective_at == NOON + timedelta(days=1)


def test_it_is_the_record_but_for_its_files(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    """The copy compared, field by field, with what the clinic itself reads."""
    clinic.shares.share(patient, account)
    copy, records = enter(clinic).own_record.read(), clinic.records
    assert [repr(each) for each in copy.encounters] == [
        repr(each) for each in records.encounters(patient)
    ]
    everything = (*copy.observations, *copy.encounters, *copy.conditions, *copy.medications)
    assert copy.patient.provenance is None
    assert all(each.provenance is None for each in (*everything, *copy.allergies))
    assert records.observations(patient)[0].provenance is not None


def test_the_file_shows_nothing(clinic: Clinic, patient: PatientId, account: int) -> None:
    clinic.shares.share(patient, account)
    file = file_of(clinic, account)
    content = file.read_bytes()
    for secret in (CANARY, "Migraine", "M1", "1945", "pat", "Test clinic"):
        assert secret.encode() not in content.partition(b"}\n")[2]
    assert CANARY.encode() not in content
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_it_stays_as_it_was_until_it_is_shared_again(
    clinic: Clinic, patient: PatientId, account: int, clock: Clock
) -> None:
    clinic.shares.share(patient, account)
    add_condition(database_of(clinic), patient, "Gout", "2021-01-01")
    clock.go_on(minutes=2)
    session = enter(clinic)
    assert [each.display for each in session.own_record.read().conditions] == ["Migraine"]
    clinic.shares.share(patient, account)
    copy = session.own_record.read()
    assert [each.display for each in copy.conditions] == ["Gout", "Migraine"]
    assert copy.shared_at == clock.now
    assert len(list((clinic.folder / "shares").iterdir())) == 1


def test_another_patient_cannot_open_it(clinic: Clinic, patient: PatientId, account: int) -> None:
    other = add_patient_account(clinic, "paul")
    clinic.shares.share(patient, account)
    session = enter(clinic, "paul")
    with pytest.raises(RecordNotFound, match="Nothing is shared"):
        session.own_record.read()
    file_of(clinic, other).write_bytes(file_of(clinic, account).read_bytes())
    with pytest.raises(ShareUnreadable):
        session.own_record.read()


@pytest.mark.parametrize("place", [5, 40, 200, -20])
def test_a_changed_file_is_noticed(
    clinic: Clinic, patient: PatientId, account: int, place: int
) -> None:
    clinic.shares.share(patient, account)
    content = bytearray(file_of(clinic, account).read_bytes())
    content[place] ^= 1
    file_of(clinic, account).write_bytes(content)
    with pytest.raises(ShareUnreadable, match="Ask the clinic to share it again"):
        enter(clinic).own_record.read()


def test_what_is_revoked_is_gone(clinic: Clinic, patient: PatientId, account: int) -> None:
    clinic.shares.share(patient, account)
    clinic.shares.revoke(patient, account)
    assert not file_of(clinic, account).exists()
    assert [each.shared_at for each in clinic.shares.of_patient(patient)] == [None]
    with pytest.raises(RecordNotFound):
        enter(clinic).own_record.read()


def test_unlinking_takes_the_copy_with_it(clinic: Clinic, patient: PatientId, account: int) -> None:
    clinic.shares.share(patient, account)
    clinic.shares.unlink(account)
    assert not file_of(clinic, account).exists()
    assert clinic.shares.of_patient(patient) == []
    with pytest.raises(RecordNotFound):
        clinic.shares.share(patient, account)


def test_the_session_has_no_door_to_the_records(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    session = enter(clinic)
    for key in ("database_key", "documents_key", "backup_key", "research_key"):
        with pytest.raises(NotAllowed):
            getattr(session._keys, key)()
    assert not hasattr(session, "records")


def test_a_locked_session_reads_nothing(clinic: Clinic, patient: PatientId, account: int) -> None:
    clinic.shares.share(patient, account)
    session = enter(clinic)
    own_record = session.own_record
    session.lock()
    with pytest.raises(NotAllowed):
        own_record.read()


def test_a_temporary_password_is_changed_first(clinic: Clinic, patient: PatientId) -> None:
    added = clinic.accounts.add("pia", "patient")
    clinic.shares.link(added.account.id, patient)
    clinic.shares.share(patient, added.account.id)
    session = enter(clinic, "pia", added.password)
    assert session.must_change_password
    with pytest.raises(PasswordChangeNeeded):
        session.own_record.read()
    with pytest.raises(WrongPassword):
        session.own_account.change_password("something else", OWN_PASSWORD)
    session.own_account.change_password(added.password, OWN_PASSWORD)
    assert session.own_record.read().patient.summary.mrn == "M1"
    session.reauthenticate(OWN_PASSWORD)
    session.lock()


def test_a_reset_password_asks_to_share_again(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    clinic.shares.share(patient, account)
    temporary = clinic.accounts.reset(account).password
    session = enter(clinic, "pat", temporary)
    session.own_account.change_password(temporary, OWN_PASSWORD)
    with pytest.raises(ShareUnreadable):
        session.own_record.read()
    clinic.shares.share(patient, account)
    assert session.own_record.read().patient.summary.mrn == "M1"


def test_a_record_goes_to_its_patient_alone(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    other = add_patient(database_of(clinic), "M2")
    nurse = add_account(clinic, "nora", "nurse")
    with pytest.raises(RecordNotFound, match="not the patient's"):
        clinic.shares.share(other, account)
    with pytest.raises(BadInput, match="not a patient's account"):
        clinic.shares.link(nurse, patient)
    with pytest.raises(BadInput, match="has a patient already"):
        clinic.shares.link(account, other)
    assert not file_of(clinic, account).exists()


def test_a_patient_who_became_staff_gets_nothing(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    clinic.accounts.change_role(account, "nurse")
    with pytest.raises(BadInput, match="not a patient's account"):
        clinic.shares.share(patient, account)


def test_a_closed_account_gets_nothing(clinic: Clinic, patient: PatientId, account: int) -> None:
    clinic.accounts.deactivate(account)
    with pytest.raises(BadInput, match="closed"):
        clinic.shares.share(patient, account)


def test_a_public_key_that_was_exchanged_gets_nothing(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    execute(clinic, f"UPDATE user SET public_key = '{'00' * 32}' WHERE id = {account}")
    with pytest.raises(AccountsDisputed):
        clinic.shares.share(patient, account)
    assert not file_of(clinic, account).exists()


def test_a_restricted_record_is_not_shared_by_others(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    add_account(clinic, "carla")
    carla = unlock(
        clinic.folder, login="carla", password=OWN_PASSWORD, now=clinic.now, limits=CHEAP_LIMITS
    )
    assert isinstance(carla, Clinic)
    clinic.restrictions.restrict(patient, "A colleague of ours")
    with pytest.raises(RestrictedRecord):
        carla.shares.share(patient, account)
    clinic.restrictions.grant(patient, "carla")
    carla.shares.share(patient, account)
    assert enter(clinic).own_record.read().patient.summary.mrn == "M1"
    carla.lock()


def test_sharing_takes_a_fresh_password(
    clinic: Clinic, patient: PatientId, account: int, clock: Clock
) -> None:
    clock.go_on(minutes=6)
    with pytest.raises(ReauthenticationNeeded):
        clinic.shares.share(patient, account)


def test_all_of_it_is_in_the_audit(clinic: Clinic, patient: PatientId, account: int) -> None:
    clinic.shares.share(patient, account)
    clinic.shares.revoke(patient, account)
    clinic.shares.unlink(account)
    ours = [event for event in events(clinic, "action", "detail") if event[0].startswith("share")]
    assert [action for action, _ in ours] == ["share.link", "share", "share.revoke", "share.unlink"]
    assert {detail for _, detail in ours[:3]} == {f'{{"user": {account}}}'}


def test_a_folder_that_cannot_be_written_is_said(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    """A file in the folder's place stands for any disk that refuses."""
    (clinic.folder / "shares").write_bytes(b"")
    with pytest.raises((StoreError, NotWritten)):
        clinic.shares.share(patient, account)
    assert [each.shared_at for each in clinic.shares.of_patient(patient)] == [None]


def test_an_account_can_be_linked_while_it_is_open_and_nobodys(
    clinic: Clinic, patient: PatientId, account: int
) -> None:
    clinic.accounts.add("otto", "clinician")
    free = clinic.accounts.add("paula", "patient").account
    closed = clinic.accounts.add("pia", "patient").account
    clinic.accounts.deactivate(closed.id)
    assert [each.id for each in clinic.shares.unlinked()] == [free.id]
    clinic.shares.unlink(account)
    assert {each.id for each in clinic.shares.unlinked()} == {free.id, account}
