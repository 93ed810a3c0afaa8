"""A restricted record opens to few; an emergency opens it for an hour, seen by all (F08)."""

import inspect
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinicdesk.domain.change import Recorded
from clinicdesk.domain.correction import ConditionCorrection, PatientCorrection, ResultCorrection
from clinicdesk.domain.entry import NewProblem
from clinicdesk.domain.patient import AdministrativeGender, PatientId
from clinicdesk.domain.risk import Verdict
from clinicdesk.domain.roles import Role
from clinicdesk.domain.vital_signs import Measured, VitalSet
from clinicdesk.errors import BadInput, NotAllowed, RecordNotFound, RestrictedRecord
from clinicdesk.services.access import Access, ReauthenticationNeeded
from clinicdesk.services.access_reports import AccessReports
from clinicdesk.services.audit import Audit
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.decoder import Decoders
from clinicdesk.services.documents import Documents
from clinicdesk.services.editing import Editing
from clinicdesk.services.emergencies import Emergencies
from clinicdesk.services.history import History
from clinicdesk.services.lineage import Lineages
from clinicdesk.services.recording import Recording
from clinicdesk.services.records import Records
from clinicdesk.services.reports import Reports
from clinicdesk.services.restrictions import Restrictions
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_history import RiskHistory
from clinicdesk.services.shares import Shares
from clinicdesk.services.similar import Similar
from clinicdesk.services.what_if import WhatIf
from clinicdesk.storage import accounts
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard
from tests.services.reflection import public_methods
from tests.services.stores import NOON, Clock
from tests.storage.factories import add_patient, database_of

PERSON = PatientCorrection("Gone", "Ann", "", None, AdministrativeGender.FEMALE, None, "", "", "")
REASON = "Unconscious in the emergency room"


class Person:
    """Somebody at the clinic's services, without a password: the door is another's test."""

    def __init__(self, clinic: Clinic, login: str, role: Role, clock: Clock) -> None:
        database = database_of(clinic)
        with database.writing() as session:
            account = accounts.add(
                session,
                user_id=login.ljust(32, "0"),
                login=login,
                display_name=login,
                role=role,
                public_key="00",
                at=NOON,
            )
        self.principal = account.principal
        self.access = Access(account.principal, now=clock)
        guard = RecordGuard(database, account.principal, clock)
        self.records = Records(database, self.access, guard)
        self.documents = Documents(
            database,
            self.access,
            guard,
            clinic._unlocked,
            clinic.folder,
            decoders=Decoders(),
            now=clock,
        )
        self.editing = Editing(self.access, guard, UTC, clock)
        self.history = History(self.access, guard, clock)
        self.lineages = Lineages(self.access, guard, UTC, clock)
        self.risk_history = RiskHistory(self.access, guard, UTC, clock)
        self.similar = Similar(self.access, guard, UTC, clock)
        self.what_if = WhatIf(self.access, guard, ComputeProcess(), UTC, clock)
        self.recording = Recording(self.access, guard, UTC, clock)
        self.restrictions = Restrictions(database, self.access, guard, clock)
        self.emergencies = Emergencies(database, self.access, guard, clock)
        self.shares = Shares(
            database, self.access, guard, clinic._unlocked, clinic.folder, now=clock
        )
        self.audit = Audit(database, self.access, guard, clinic._unlocked, clock)
        self.access_reports = AccessReports(
            self.access,
            guard,
            self.audit,
            clinic_name="Test clinic",
            zone=UTC,
            demo=False,
            now=clock,
        )
        self.risks = Risks(self.access, guard, ComputeProcess(), UTC, clock)
        self.reports = Reports(
            database,
            self.access,
            guard,
            self.records,
            self.risks,
            clinic_name="Test clinic",
            zone=UTC,
            demo=False,
            now=clock,
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clinic: Clinic) -> Database:
    return database_of(clinic)


@pytest.fixture
def carla(clinic: Clinic, clock: Clock) -> Person:
    """The clinician who restricts the record."""
    return Person(clinic, "carla", Role.CLINICIAN, clock)


@pytest.fixture
def otto(clinic: Clinic, clock: Clock) -> Person:
    """A clinician who does not treat the patient."""
    return Person(clinic, "otto", Role.CLINICIAN, clock)


@pytest.fixture
def ada(clinic: Clinic, clock: Clock) -> Person:
    return Person(clinic, "ada", Role.ADMINISTRATOR, clock)


@pytest.fixture
def patient(store: Database, carla: Person) -> PatientId:
    """A restricted one."""
    patient = add_patient(store, "M1")
    carla.restrictions.restrict(patient, "A colleague of ours")
    return patient


def events(store: Database, action: str) -> list[tuple[int, str]]:
    with store.reading() as session:
        query = text("SELECT user_id, outcome FROM audit_event WHERE action = :action ORDER BY seq")
        return [tuple(row) for row in session.execute(query, {"action": action})]


PULSE = VitalSet(NOON, (Measured("8867-4", "72", "/min"),))
CONTENT: dict[str, Callable[[Person, PatientId, Path], Any]] = {
    "Documents.of_patient": lambda who, id, _: who.documents.of_patient(id),
    "Documents.thumbnails": lambda who, id, _: who.documents.thumbnails(id),
    "Documents.add": lambda who, id, out: who.documents.add(id, out / "letter.pdf"),
    "Documents.view": lambda who, id, _: who.documents.view(id, 1),
    "Documents.save": lambda who, id, out: who.documents.save(id, 1, out / "out.pdf"),
    "Editing.correct_observation": lambda who, id, _: who.editing.correct_observation(
        id, 1, 1, ResultCorrection("70", "/min", NOON), REASON
    ),
    "Editing.correct_patient": lambda who, id, _: who.editing.correct_patient(
        id, 1, PERSON, REASON
    ),
    "Editing.correct_entry": lambda who, id, _: who.editing.correct_entry(
        id, 1, 1, ConditionCorrection(None), REASON
    ),
    "Editing.mark_in_error": lambda who, id, _: who.editing.mark_in_error(
        id, Recorded.OBSERVATION, 1, 1, REASON
    ),
    "Editing.take_back": lambda who, id, _: who.editing.take_back(
        id, Recorded.OBSERVATION, 1, 2, REASON
    ),
    "History.of_patient": lambda who, id, _: who.history.of_patient(id),
    "Recording.entry": lambda who, id, _: who.recording.entry(id, NewProblem("Asthma")),
    "Recording.no_known_allergies": lambda who, id, _: who.recording.no_known_allergies(id),
    "Recording.vitals": lambda who, id, _: who.recording.vitals(id, PULSE),
    "Lineages.of": lambda who, id, _: who.lineages.of(id, Recorded.OBSERVATION, 1),
    "RiskHistory.of_patient": lambda who, id, _: who.risk_history.of_patient(id),
    "RiskHistory.answer": lambda who, id, _: who.risk_history.answer(id, "diabetes", Verdict.AGREE),
    "Similar.of_patient": lambda who, id, _: who.similar.of_patient(id, "diabetes"),
    "WhatIf.levers": lambda who, id, _: who.what_if.levers(id, "diabetes"),
    "WhatIf.estimate": lambda who, id, _: who.what_if.estimate(id, "diabetes", {}),
    "Records.open": lambda who, id, _: who.records.open(id),
    "Records.by_mrn": lambda who, _id, _: who.records.by_mrn("M1"),
    "Records.latest": lambda who, id, _: who.records.latest(id),
    "Records.observations": lambda who, id, _: who.records.observations(id),
    "Records.encounters": lambda who, id, _: who.records.encounters(id),
    "Records.conditions": lambda who, id, _: who.records.conditions(id),
    "Records.medications": lambda who, id, _: who.records.medications(id),
    "Records.allergies": lambda who, id, _: who.records.allergies(id),
    "Records.documents": lambda who, id, _: who.records.documents(id),
    "Records.risks": lambda who, id, _: who.records.risks(id),
    "Risks.scores": lambda who, id, _: who.risks.scores(id),
    "Risks.score": lambda who, id, _: who.risks.score(id, "curb_65"),
    "Risks.keep_scores": lambda who, id, _: who.risks.keep_scores(id),
    "Risks.kept_scores": lambda who, id, _: who.risks.kept_scores(id),
    "Risks.estimate": lambda who, id, _: who.risks.estimate(id),
    "Audit.who_saw": lambda who, id, _: who.audit.who_saw(id),
    "AccessReports.who_saw_pdf": lambda who, id, out: who.access_reports.who_saw_pdf(
        id, out / "out.pdf"
    ),
    "AccessReports.who_saw_csv": lambda who, id, out: who.access_reports.who_saw_csv(
        id, out / "out.csv"
    ),
    "Reports.patient_report": lambda who, id, out: who.reports.patient_report(id, out / "out.pdf"),
    "Restrictions.restriction": lambda who, id, _: who.restrictions.restriction(id),
    "Restrictions.access": lambda who, id, _: who.restrictions.access(id),
    "Restrictions.grants": lambda who, id, _: who.restrictions.grants(id),
    "Restrictions.grant": lambda who, id, _: who.restrictions.grant(id, "otto"),
    "Restrictions.withdraw": lambda who, id, _: who.restrictions.withdraw(id, "carla"),
    "Restrictions.unrestrict": lambda who, id, _: who.restrictions.unrestrict(id, REASON),
    "Restrictions.restrict": lambda who, id, _: who.restrictions.restrict(id, REASON),
    "Shares.of_patient": lambda who, id, _: who.shares.of_patient(id),
    "Shares.share": lambda who, id, _: who.shares.share(id, 1),
    "Shares.revoke": lambda who, id, _: who.shares.revoke(id, 1),
}
UNGUARDED = {
    "Drafts.save",  # keeps what somebody typed, for themselves; nothing is read
    "Emergencies.break_glass",  # opens it
    "PatientLists.read",  # a line of the list, with its mark
    "Shares.link",  # an administrator says whose an account is; nothing is read
}


@pytest.mark.parametrize("what", CONTENT)
def test_nothing_of_a_restricted_record_is_seen(
    what: str, store: Database, otto: Person, patient: PatientId, tmp_path: Path
) -> None:
    with pytest.raises(RestrictedRecord) as refused:
        CONTENT[what](otto, patient, tmp_path)
    assert refused.value.patient_id == patient
    assert (otto.principal.user_id, "denied") in events(store, "patient.view")
    assert not (tmp_path / "out.pdf").exists()


def test_every_method_about_one_patient_is_tried_above() -> None:
    """A service that is given a patient later on is tried as well, or says why not."""
    about_one = {name for name, _, method in public_methods() if _takes_a_patient(method)}
    assert about_one <= CONTENT.keys() | UNGUARDED
    assert about_one >= UNGUARDED


def _takes_a_patient(method: Callable[..., Any]) -> bool:
    return "PatientId" in str(inspect.signature(method).parameters)


def test_an_administrator_reads_it_no_more_than_others(ada: Person, patient: PatientId) -> None:
    with pytest.raises(RestrictedRecord):
        ada.records.open(patient)


def test_who_restricted_it_is_granted_it(carla: Person, patient: PatientId) -> None:
    assert carla.records.open(patient).summary.restricted
    restriction = carla.restrictions.restriction(patient)
    assert restriction is not None
    assert (restriction.reason, restriction.set_by) == ("A colleague of ours", "carla")


def test_the_list_shows_the_name_and_a_mark(clinic: Clinic, patient: PatientId) -> None:
    other = add_patient(database_of(clinic), "M2")
    lines = clinic.patients.read([patient, other])
    assert [(line.mrn, line.restricted) for line in lines] == [("M1", True), ("M2", False)]


def test_a_grant_opens_it_and_its_withdrawal_closes_it(
    carla: Person, otto: Person, patient: PatientId
) -> None:
    carla.restrictions.grant(patient, "OTTO")
    assert otto.records.open(patient).summary.id == patient
    assert [grant.login for grant in carla.restrictions.grants(patient)] == ["carla", "otto"]
    carla.restrictions.withdraw(patient, "otto")
    with pytest.raises(RestrictedRecord):
        otto.records.open(patient)


def test_who_decides_is_told_to_whom_it_is_open_and_could_be(
    clinic: Clinic, clock: Clock, carla: Person, otto: Person, patient: PatientId
) -> None:
    Person(clinic, "rosa", Role.RESEARCHER, clock)
    access = carla.restrictions.access(patient)
    assert access.decides
    assert access.restriction is not None
    assert access.restriction.reason == "A colleague of ours"
    assert [grant.login for grant in access.grants] == ["carla"]
    others = [colleague.login for colleague in access.colleagues]
    assert "otto" in others
    assert not {"carla", "rosa"} & set(others)


def test_an_administrator_decides_without_being_told_the_reason(
    ada: Person, patient: PatientId
) -> None:
    access = ada.restrictions.access(patient)
    assert access.decides
    assert access.restriction is not None
    assert access.restriction.reason == ""
    assert [grant.login for grant in access.grants] == ["carla"]


def test_an_emergency_says_why_and_decides_nothing(otto: Person, patient: PatientId) -> None:
    otto.emergencies.break_glass(patient, REASON)
    access = otto.restrictions.access(patient)
    assert not access.decides
    assert access.restriction is not None
    assert (access.grants, access.colleagues) == ((), ())


def test_an_open_record_is_open_to_all(store: Database, otto: Person) -> None:
    access = otto.restrictions.access(add_patient(store, "M2"))
    assert access.restriction is None
    assert access.decides


def test_nothing_is_granted_to_who_reads_no_records(
    clinic: Clinic, clock: Clock, carla: Person, patient: PatientId
) -> None:
    Person(clinic, "rosa", Role.RESEARCHER, clock)
    with pytest.raises(BadInput, match="does not read records"):
        carla.restrictions.grant(patient, "rosa")
    with pytest.raises(RecordNotFound):
        carla.restrictions.grant(patient, "nobody")


def test_an_administrator_can_lift_what_nobody_else_can(
    ada: Person, otto: Person, store: Database, patient: PatientId
) -> None:
    ada.restrictions.unrestrict(patient, "Carla has left the clinic")
    assert otto.records.open(patient).summary.restricted is False
    assert events(store, "patient.unrestrict") == [(ada.principal.user_id, "success")]


def test_what_was_lifted_can_be_restricted_again(
    carla: Person, otto: Person, patient: PatientId
) -> None:
    carla.restrictions.unrestrict(patient, "No longer a colleague")
    otto.restrictions.restrict(patient, "Asked for it")
    with pytest.raises(RestrictedRecord):
        carla.records.open(patient)


def test_lifting_and_granting_take_a_fresh_password(
    clock: Clock, carla: Person, patient: PatientId
) -> None:
    clock.go_on(minutes=6)
    with pytest.raises(ReauthenticationNeeded):
        carla.restrictions.unrestrict(patient, REASON)
    with pytest.raises(ReauthenticationNeeded):
        carla.restrictions.grant(patient, "otto")


def test_a_broken_glass_opens_the_record_and_says_so(
    otto: Person, store: Database, patient: PatientId
) -> None:
    opened = otto.emergencies.break_glass(patient, REASON)
    assert opened.expires_at - opened.at == timedelta(minutes=60)
    assert otto.records.open(patient).summary.id == patient
    assert events(store, "patient.break_glass") == [(otto.principal.user_id, "emergency")]
    assert events(store, "patient.view")[-1] == (otto.principal.user_id, "emergency")
    assert [access.patient_id for access in otto.emergencies.open_accesses()] == [patient]


@pytest.mark.parametrize("reason", ["", "urgent", "   urgent      ", "\n\t " * 10])
def test_the_glass_needs_a_reason(otto: Person, patient: PatientId, reason: str) -> None:
    with pytest.raises(BadInput, match="at least 10 characters"):
        otto.emergencies.break_glass(patient, reason)
    with pytest.raises(RestrictedRecord):
        otto.records.open(patient)


def test_the_glass_needs_a_fresh_password(clock: Clock, otto: Person, patient: PatientId) -> None:
    clock.go_on(minutes=6)
    with pytest.raises(ReauthenticationNeeded):
        otto.emergencies.break_glass(patient, REASON)


def test_a_nurse_does_not_break_it(clinic: Clinic, clock: Clock, patient: PatientId) -> None:
    nora = Person(clinic, "nora", Role.NURSE, clock)
    with pytest.raises(NotAllowed, match="A nurse may not"):
        nora.emergencies.break_glass(patient, REASON)


def test_the_glass_is_whole_again_after_an_hour(
    clock: Clock, otto: Person, patient: PatientId
) -> None:
    otto.emergencies.break_glass(patient, REASON)
    clock.go_on(minutes=59, seconds=59)
    otto.records.open(patient)
    clock.go_on(seconds=1)
    with pytest.raises(RestrictedRecord):
        otto.records.open(patient)
    assert otto.emergencies.open_accesses() == []


def test_reading_does_not_renew_it(clock: Clock, otto: Person, patient: PatientId) -> None:
    otto.emergencies.break_glass(patient, REASON)
    for _ in range(5):
        clock.go_on(minutes=11)
        otto.records.open(patient)
    clock.go_on(minutes=11)
    with pytest.raises(RestrictedRecord):
        otto.records.open(patient)


def test_breaking_it_again_is_another_entry_of_the_queue(
    clock: Clock, otto: Person, ada: Person, patient: PatientId
) -> None:
    otto.emergencies.break_glass(patient, REASON)
    clock.go_on(minutes=61)
    otto.access.confirm()
    otto.emergencies.break_glass(patient, "Still unconscious, next day")
    assert [access.reason for access in ada.emergencies.to_review()] == [
        REASON,
        "Still unconscious, next day",
    ]


def test_a_clock_set_back_opens_nothing(clock: Clock, otto: Person, patient: PatientId) -> None:
    clock.go_on(hours=1)
    otto.access.confirm()
    otto.emergencies.break_glass(patient, REASON)
    clock.go_on(minutes=-30)
    with pytest.raises(RestrictedRecord):
        otto.records.open(patient)


def test_it_is_no_key_to_who_may_see_the_record(otto: Person, patient: PatientId) -> None:
    """An emergency reads; it neither grants nor lifts."""
    otto.emergencies.break_glass(patient, REASON)
    for decide in ("grants", "grant", "withdraw", "unrestrict"):
        with pytest.raises(RestrictedRecord):
            CONTENT[f"Restrictions.{decide}"](otto, patient, Path())


def test_it_opens_one_record_to_one_person(
    clinic: Clinic, clock: Clock, otto: Person, carla: Person, patient: PatientId
) -> None:
    other = add_patient(database_of(clinic), "M2")
    carla.restrictions.restrict(other, "Another colleague")
    otto.emergencies.break_glass(patient, REASON)
    with pytest.raises(RestrictedRecord):
        otto.records.open(other)
    with pytest.raises(RestrictedRecord):
        Person(clinic, "oona", Role.CLINICIAN, clock).records.open(patient)


def test_an_open_record_has_no_glass(otto: Person, store: Database) -> None:
    with pytest.raises(BadInput, match="open to you"):
        otto.emergencies.break_glass(add_patient(store, "M2"), REASON)
    with pytest.raises(RecordNotFound):
        otto.emergencies.break_glass(PatientId(77), REASON)


def test_the_queue_is_signed_off_with_a_comment(
    otto: Person, ada: Person, patient: PatientId
) -> None:
    opened = otto.emergencies.break_glass(patient, REASON)
    with pytest.raises(BadInput, match="comment"):
        ada.emergencies.sign_off(opened.id, "  ")
    signed = ada.emergencies.sign_off(opened.id, "Was on duty")
    assert (signed.reviewed_by, signed.comment) == ("ada", "Was on duty")
    assert ada.emergencies.to_review() == []
    assert ada.emergencies.reviewed() == [signed]
    with pytest.raises(BadInput, match="already"):
        ada.emergencies.sign_off(opened.id, "Twice")


def test_a_review_ends_what_still_ran(otto: Person, ada: Person, patient: PatientId) -> None:
    """What is read after the review would be reviewed by nobody."""
    opened = otto.emergencies.break_glass(patient, REASON)
    ada.emergencies.sign_off(opened.id, "Was not on duty")
    with pytest.raises(RestrictedRecord):
        otto.records.open(patient)


def test_nobody_reviews_their_own_where_others_could(
    clinic: Clinic, store: Database, ada: Person, patient: PatientId
) -> None:
    opened = ada.emergencies.break_glass(patient, REASON)
    with pytest.raises(NotAllowed, match="another administrator"):
        ada.emergencies.sign_off(opened.id, "Fine")
    with store.writing() as session:  # now the other administrator has left
        session.execute(
            text("UPDATE user SET status = 'inactive' WHERE id = :id"),
            {"id": clinic.principal.user_id},
        )
    assert ada.emergencies.sign_off(opened.id, "Fine").reviewed_by == "ada"


def test_the_audit_holds_neither_reason_nor_comment(
    otto: Person, ada: Person, store: Database, patient: PatientId
) -> None:
    opened = otto.emergencies.break_glass(patient, REASON)
    ada.emergencies.sign_off(opened.id, "Was on duty")
    with store.reading() as session:
        said = str(session.execute(text("SELECT * FROM audit_event")).all())
    assert REASON not in said
    assert "duty" not in said
    assert "colleague" not in said


def test_what_is_private_is_in_no_repr(otto: Person, carla: Person, patient: PatientId) -> None:
    opened = otto.emergencies.break_glass(patient, REASON)
    shown = repr((opened, carla.restrictions.restriction(patient)))
    assert REASON not in shown
    assert "colleague" not in shown
    assert "otto" not in shown
