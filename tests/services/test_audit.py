"""The audit as people read it, check it, and take it elsewhere (E01, E05, E06, E07, E08)."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clinicdesk import vault
from clinicdesk.domain.anchor import read_anchor
from clinicdesk.domain.audit import ACTION_WORDS, AuditFilter
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import BadInput, Cancelled, NotAllowed, RestrictedRecord, StoreError
from clinicdesk.services.access import ReauthenticationNeeded
from clinicdesk.services.clinic import Clinic
from clinicdesk.storage import audit
from tests.conftest import CANARY, PASSWORD
from tests.services.stores import (
    OWN_PASSWORD,
    Clock,
    add_account,
    die,
    events,
    execute,
    make_store,
    unlock,
)
from tests.storage.factories import add_patient, database_of
from tests.vault.support import forget_audit

TOOL = Path(__file__).resolve().parents[2] / "tools" / "check_anchor.py"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admin(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    clinic, _ = make_store(tmp_path / "store", clock)
    yield clinic
    clinic.lock()


@pytest.fixture
def bob(admin: Clinic) -> Iterator[Clinic]:
    add_account(admin, "bob")
    clinic = unlock(admin.folder, "bob", OWN_PASSWORD, admin.now)
    yield clinic
    clinic.lock()


@pytest.fixture
def patient(admin: Clinic) -> PatientId:
    return add_patient(database_of(admin), "M1")


# -- reading -----------------------------------------------------------------------------------


def test_a_search_narrows_by_everything_it_offers(
    admin: Clinic, bob: Clinic, patient: PatientId, clock: Clock
) -> None:
    bob.records.open(patient)
    clock.go_on(minutes=1)
    admin.records.open(patient)
    who = {person.login: person.id for person in admin.audit.people()}
    assert who.keys() == {"admin", "bob"}
    views = AuditFilter(actions=("patient.view",))
    found = admin.audit.search(views).events
    assert [event.login for event in found] == ["admin", "bob"]
    assert found[0].object == f"{CANARY.upper()}, Ann (M1)"
    for narrower in (
        replace(views, user_id=who["bob"]),
        replace(views, until=clock.now),
    ):
        assert [event.login for event in admin.audit.search(narrower).events] == ["bob"]
    assert len(admin.audit.search(replace(views, since=clock.now)).events) == 1
    assert len(admin.audit.search(replace(views, patient_id=patient)).events) == 2
    assert not admin.audit.search(replace(views, patient_id=PatientId(99))).events
    assert not admin.audit.search(replace(views, outcome="denied")).events


def test_a_search_goes_on_where_the_page_ended(admin: Clinic, patient: PatientId) -> None:
    for _ in range(7):
        admin.records.open(patient)
    wanted = AuditFilter(patient_id=patient)
    first = admin.audit.search(wanted, limit=4)
    rest = admin.audit.search(wanted, before=first.before, limit=4)
    assert (len(first.events), len(rest.events), rest.before) == (4, 3, None)
    numbers = [event.seq for event in (*first.events, *rest.events)]
    assert numbers == sorted(numbers, reverse=True)
    assert events(admin, "action").count("audit.search") == 1  # a search, not its pages


def test_reading_the_audit_is_in_it(admin: Clinic, patient: PatientId) -> None:
    """E01."""
    admin.audit.search(AuditFilter(patient_id=patient))
    admin.audit.who_saw(patient)
    admin.audit.verify()
    told = events(admin, "action", "object_id", "detail")[-3:]
    assert [row[0] for row in told] == ["audit.search", "audit.who_saw", "audit.verify"]
    assert (json.loads(told[0][2]), told[1][1]) == ({"patient_id": patient}, str(patient))


def test_who_saw_a_record(admin: Clinic, bob: Clinic, patient: PatientId, clock: Clock) -> None:
    bob.records.open(patient)
    clock.go_on(minutes=1)
    bob.records.open(patient)
    admin.records.open(patient)
    seen = bob.audit.who_saw(patient)
    assert seen.patient.mrn == "M1"
    assert {(one.login, one.times, one.emergency) for one in seen.people} == {
        ("bob", 2, False),
        ("admin", 1, False),
    }
    assert [event.action for event in seen.events] == ["patient.view"] * 3
    again = bob.audit.who_saw(patient)
    assert sum(one.times for one in again.people) == 3  # to ask is not to see
    assert again.events[0].action == "audit.who_saw"


def test_who_saw_a_restricted_record_is_told_to_those_it_is_open_to(
    admin: Clinic, bob: Clinic, patient: PatientId
) -> None:
    bob.restrictions.restrict(patient, "A colleague of ours")
    add_account(admin, "eve")
    eve = unlock(admin.folder, "eve", OWN_PASSWORD, admin.now)
    with pytest.raises(RestrictedRecord):
        eve.audit.who_saw(patient)
    assert bob.audit.who_saw(patient).events
    (denied,) = [one for one in admin.audit.who_saw(patient).people if one.login == "eve"]
    assert (denied.times, denied.denied) == (0, 1)
    eve.lock()


def test_no_record_is_read_without_an_event(admin: Clinic, patient: PatientId) -> None:
    """E01: whoever skips the opening of a record opens it by reading."""
    before = events(admin, "action").count("patient.view")
    for _ in range(2):
        admin.records.allergies(patient)
        admin.records.observations(patient)
    assert events(admin, "action").count("patient.view") == before + 1


def test_nothing_in_it_names_anybody(admin: Clinic, bob: Clinic, patient: PatientId) -> None:
    """E06."""
    bob.records.open(patient)
    bob.restrictions.restrict(patient, f"{CANARY} is a colleague")
    admin.audit.search(AuditFilter(patient_id=patient))
    said = str(events(admin, "object_type", "object_id", "detail"))
    for name in (CANARY, "Ann", "M1", "colleague"):
        assert name not in said


def test_every_event_has_its_words(admin: Clinic, bob: Clinic, patient: PatientId) -> None:
    assert set(events(admin, "action")) <= ACTION_WORDS.keys()


# -- checking ----------------------------------------------------------------------------------


def test_everybody_checks_what_their_keys_prove(admin: Clinic, bob: Clinic, clock: Clock) -> None:
    clock.go_on(hours=11)
    admin.reauthenticate(PASSWORD)
    whole = admin.audit.verify()
    assert (whole.ok, whole.first, whole.checked) == (True, 1, whole.last)
    clock.go_on(hours=3)
    admin.lock()
    again = unlock(bob.folder, now=clock)  # another day: another key
    bob.lock()
    carl = unlock(bob.folder, "bob", OWN_PASSWORD, clock)
    recent = carl.audit.verify()
    assert recent.ok
    assert recent.first > 1
    assert recent.checked == recent.last - recent.first + 1
    again.lock()
    carl.lock()


def test_a_fault_is_told_with_its_place(admin: Clinic, bob: Clinic) -> None:
    """E02."""
    execute(admin, "DROP TRIGGER audit_event_update")
    execute(admin, "UPDATE audit_event SET user_id = 2 WHERE seq = 3")
    for clinic in (admin, bob):
        found = clinic.audit.verify()
        assert not found.ok
        assert found.first_fault is not None
        assert found.first_fault.seq == 3
    assert events(admin, "outcome")[-1] == "failed"


def test_a_check_can_be_stopped(admin: Clinic) -> None:
    """E08."""

    class Stopped:
        def report(self, fraction: float, message: str = "") -> None: ...

        def raise_if_cancelled(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        admin.audit.verify(Stopped())


def test_a_removed_administrator_forges_nothing_new(admin: Clinic) -> None:
    """E04: they know the first root, and what follows is under another."""
    id = add_account(admin, "eve", "administrator")
    eve = unlock(admin.folder, "eve", OWN_PASSWORD, admin.now)
    known = eve._unlocked.audit_key(1)
    eve.lock()
    admin.reauthenticate(PASSWORD)
    admin.accounts.remove(id)
    with database_of(admin).reading() as session:
        live = audit.live_epoch(session)
    assert live is not None
    assert live.root == 2
    assert admin._unlocked.audit_key(2) != known
    assert admin.audit.verify().ok
    again = unlock(admin.folder, now=admin.now)
    assert again.audit.verify().ok
    again.lock()


def test_a_store_from_before_the_chain_is_chained_when_an_administrator_comes(
    admin: Clinic, bob: Clinic
) -> None:
    strip(admin)
    forget_audit(admin._unlocked)
    admin.pinner = type(admin.pinner)(database_of(admin), admin._unlocked, admin.now)
    with database_of(admin).reading() as session:
        head = audit.head(session)
    pins = vault.Pins(head.seq + 1, head.seq, head.mac, "")
    vault.write_pins(admin._unlocked, vault.Domain.CLINICAL, pins)
    for clinic in (admin, bob):
        die(clinic)
    nurse = unlock(admin.folder, "bob", OWN_PASSWORD, admin.now)
    assert nurse.audit.verify().ok
    nurse.lock()
    again = unlock(admin.folder, now=admin.now)
    found = again.audit.verify()
    assert found.ok
    assert 0 < found.checked < found.last
    again.lock()


def strip(clinic: Clinic) -> None:
    """Take every seal and every key away, as who holds the key of the database can."""
    for name in ("event_update", "epoch_delete"):
        execute(clinic, f"DROP TRIGGER audit_{name}")
    execute(clinic, "UPDATE audit_event SET epoch = NULL, mac = NULL")
    execute(clinic, "DELETE FROM audit_epoch")


def test_a_store_that_was_made_to_look_older_is_found(admin: Clinic, bob: Clinic) -> None:
    """E02, E07: with the pin forged too, the signed header still knows where the chain begins."""
    strip(admin)
    with database_of(admin).reading() as session:
        head = audit.head(session)
    pins = vault.Pins(head.seq + 1, head.seq, head.mac, "")
    vault.write_pins(admin._unlocked, vault.Domain.CLINICAL, pins)
    for clinic in (admin, bob):
        die(clinic)
    with pytest.raises(audit.KeyLost):
        unlock(admin.folder, "bob", OWN_PASSWORD, admin.now)
    again = unlock(admin.folder, now=admin.now)
    fault = again.audit.verify().first_fault
    assert fault is not None
    assert fault.seq == 1
    unlock(admin.folder, "bob", OWN_PASSWORD, admin.now).lock()
    again.lock()


@pytest.mark.parametrize("role", ["administrator", "clinician", "nurse"])
def test_nobody_can_switch_it_off(admin: Clinic, patient: PatientId, role: str) -> None:
    """E07: no setting, no service: what a role may do has an event whatever it does."""
    add_account(admin, "eve", role)
    eve = unlock(admin.folder, "eve", OWN_PASSWORD, admin.now)
    eve.records.open(patient)
    assert events(admin, "action", "role")[-1] == ("patient.view", role)
    names = [name for name in dir(eve.settings) if not name.startswith("_")]
    assert not [name for name in names if "audit" in name]
    eve.lock()


# -- elsewhere ---------------------------------------------------------------------------------


def test_an_export_for_people_has_names_and_no_formulas(
    admin: Clinic, patient: PatientId, tmp_path: Path
) -> None:
    admin.records.open(patient)
    admin.records.open(add_patient(database_of(admin), "M2", family="=1+1"))
    out = admin.audit.export(tmp_path / "audit.csv", AuditFilter(actions=("patient.view",)))
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[6] for row in rows[1:]] == ["'=1+1, Ann (M2)", f"{CANARY.upper()}, Ann (M1)"]
    assert events(admin, "action")[-1] == "audit.export"


def test_exports_ask_for_the_password_and_a_kind(
    admin: Clinic, bob: Clinic, tmp_path: Path, clock: Clock
) -> None:
    with pytest.raises(BadInput, match="jsonl"):
        admin.audit.export(tmp_path / "audit.txt")
    with pytest.raises(NotAllowed):
        bob.audit.export(tmp_path / "audit.csv")
    clock.go_on(minutes=6)
    for method in (admin.audit.export, admin.audit.anchor):
        with pytest.raises(ReauthenticationNeeded):
            method(tmp_path / "audit.csv")
    assert not list(tmp_path.glob("audit*"))


def checked(*arguments: object) -> tuple[int, str]:
    """The separate tool, in a process that knows nothing of ClinicDesk."""
    ran = subprocess.run(
        [sys.executable, "-I", str(TOOL), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def anchored(admin: Clinic, patient: PatientId, tmp_path: Path) -> tuple[Path, Path]:
    """An anchor, and an export from later on."""
    admin.records.open(patient)
    admin.audit.anchor(tmp_path / "anchor.json")
    admin.records.open(patient)
    return tmp_path / "anchor.json", admin.audit.export(tmp_path / "audit.jsonl")


def test_an_anchor_is_checked_without_the_store(admin: Clinic, anchored: tuple[Path, Path]) -> None:
    """E05."""
    signer = admin._unlocked.signer.hex()
    code, told = checked(*anchored, "--signer", signer)
    assert (code, "are as they were then" in told) == (0, True)
    assert checked(anchored[0])[0] == 0
    assert "another key" in checked(anchored[0], "--signer", "00" * 32)[1]


def test_an_export_that_was_changed_is_found_without_the_store(
    anchored: tuple[Path, Path], tmp_path: Path
) -> None:
    """E05: any line, changed, left out, or the file cut off."""
    anchor, export = anchored
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    last = read_anchor(anchor.read_bytes()).seq
    other = tmp_path / "other.jsonl"
    for at in range(last):
        for left in (
            [*lines[:at], lines[at].replace('"success"', '"denied"'), *lines[at + 1 :]],
            [*lines[:at], *lines[at + 1 :]],
        )[at % 2 :: 2]:
            other.write_text("".join(left), encoding="utf-8")
            assert checked(anchor, other)[0] == 1
    other.write_text("".join(lines[: last - 1]), encoding="utf-8")
    assert "ends before event" in checked(anchor, other)[1]
    anchor.write_bytes(anchor.read_bytes().replace(b'"seq":', b'"seq":1'))
    assert "signature is wrong" in checked(anchor, export)[1]


def test_the_store_is_checked_against_an_anchor(
    admin: Clinic, anchored: tuple[Path, Path], tmp_path: Path
) -> None:
    """E03: an older day put back whole, with its key file, is missed by whoever has an anchor."""
    anchor, export = anchored
    assert admin.audit.check_anchor(anchor) is None
    with pytest.raises(BadInput, match="not an anchor"):
        admin.audit.check_anchor(export)
    execute(admin, "DROP TRIGGER audit_event_delete")
    execute(admin, "DELETE FROM audit_event WHERE seq > 2")
    fault = admin.audit.check_anchor(anchor)
    assert fault is not None
    assert fault.seq == 3
    other, _ = make_store(tmp_path / "another")
    with pytest.raises(BadInput, match="not signed by this store"):
        other.audit.check_anchor(anchor)
    other.lock()


def test_nothing_is_signed_that_is_not_whole(admin: Clinic, tmp_path: Path) -> None:
    execute(admin, "DROP TRIGGER audit_event_update")
    execute(admin, "UPDATE audit_event SET outcome = 'denied' WHERE seq = 1")
    with pytest.raises(StoreError, match=r"Event 1 .* Nothing was signed"):
        admin.audit.anchor(tmp_path / "anchor.json")
    assert not (tmp_path / "anchor.json").exists()


def test_an_exchanged_name_is_found(admin: Clinic, bob: Clinic) -> None:
    """E02: events name accounts by number; the names beside the numbers are the header's too."""
    execute(admin, "UPDATE user SET login = 'eve' WHERE login = 'bob'")
    fault = admin.audit.verify().first_fault
    assert fault is not None
    assert "another login" in fault.what
