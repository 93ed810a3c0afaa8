"""The de-identified copy: what researchers get, and what never reaches them (F03, F04, F05)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from clinicdesk import vault
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Role
from clinicdesk.errors import Cancelled, DiskFull, NotAllowed, StoreError, WrongPassword
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Silent
from clinicdesk.services.research import Publishing, ResearchDesk
from clinicdesk.services.session import unlock
from clinicdesk.storage import accounts
from clinicdesk.storage.base import Base
from clinicdesk.storage.database import Database
from clinicdesk.storage.rotation import encrypt_anew, opens
from clinicdesk.storage.tables import ConditionRow, ObservationRow, PatientRow
from clinicdesk.vault import Domain, NewAccount
from tests.conftest import CANARY, CHEAP_LIMITS
from tests.services.stores import OWN_PASSWORD
from tests.storage.factories import NOON, database_of

PASSWORD = "quartz meadow lantern orbit"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"


@pytest.fixture
def publishing(clinic: Clinic) -> Publishing:
    return clinic.publishing


@pytest.fixture
def desk(clinic: Clinic, publishing: Publishing) -> Iterator[ResearchDesk]:
    """A researcher at the copy of a clinic with 30 patients."""
    fill(database_of(clinic))
    vault.add_account(clinic._unlocked, NewAccount("rosa", Role.RESEARCHER, PASSWORD))
    publishing.publish()
    desk = at_desk(clinic)
    yield desk
    desk.lock()


def at_desk(clinic: Clinic) -> ResearchDesk:
    desk = unlock_desk(clinic, PASSWORD)
    desk.own_account.change_password(PASSWORD, OWN_PASSWORD)
    return desk


def unlock_desk(clinic: Clinic, password: str) -> ResearchDesk:
    desk = unlock(clinic.folder, login="rosa", password=password, limits=CHEAP_LIMITS)
    assert isinstance(desk, ResearchDesk)
    return desk


def fill(database: Database) -> None:
    with database.writing() as session:
        for number in range(1, 31):
            for row in rows_of(number):
                session.add(row)
                session.flush()  # a patient before what refers to them


def rows_of(number: int) -> Iterator[Base]:
    """A patient, two pulses ten days apart, and what must not leave."""
    yield PatientRow(
        id=number,
        mrn=f"{CANARY}-{number}",
        source="test",
        family_name=CANARY,
        given_name=f"{CANARY}{number}",
        birth_date=date(1919 + number, 7, 14),
        gender="female" if number < 28 else "male",
        address=f"{CANARY} street",
        updated_at=NOON,
    )
    for code, at, value, words in (
        ("8867-4", NOON, 59.0 + number, ""),
        ("8867-4", NOON + timedelta(days=10), 59.0 + number, ""),
        ("72166-2", NOON, None, f"{CANARY} smokes"),
    ):
        yield ObservationRow(
            patient_id=number,
            code=code,
            effective_at=at,
            value=value,
            text=words,
            unit="/min",
            original_value="",
            original_unit="",
            source="test",
        )
    for code in ("E11.9", CANARY):
        yield ConditionRow(
            patient_id=number,
            code_system=ICD_10,
            code=code,
            display=CANARY,
            onset="2020-01-01",
            source="test",
        )


def test_nobody_is_named_in_the_copy(desk: ResearchDesk, clinic: Clinic) -> None:
    """F04: every text of every row, looked through for what was planted."""
    with desk._database.reading() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        for table in tables:
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                assert CANARY not in str(tuple(row)), table


def test_intervals_stay_and_days_do_not(desk: ResearchDesk) -> None:
    query = "SELECT subject_id, taken_on FROM observation ORDER BY subject_id, taken_on"
    with desk._database.reading() as session:
        rows = session.execute(text(query)).all()
    days = [(subject, date.fromisoformat(day)) for subject, day in rows]
    assert all(
        second[1] - first[1] == timedelta(10)
        for first, second in zip(days[::2], days[1::2], strict=True)
    )
    assert all(day != NOON.date() for _, day in days[::2])


def test_small_counts_are_hidden(desk: ResearchDesk) -> None:
    """F05: three men are too few, and would follow from the women."""
    by_title = {table.title: table.cells for table in desk.research.count_tables()}
    assert [cell.count for cell in by_title["Gender"]] == [None, None]
    assert [(cell.label, cell.count) for cell in by_title["Condition"]] == [("E11.9", 30)]


def test_a_measure_is_described_over_subjects(desk: ResearchDesk) -> None:
    (measure,) = desk.research.measures()
    assert (measure.code, measure.subjects, measure.median) == ("8867-4", 30, 74.5)
    assert measure.mean == pytest.approx(74.5)


def test_what_stayed_behind_is_counted(desk: ResearchDesk) -> None:
    copied = desk.research.facts().copied
    assert (copied.subjects, copied.observations, copied.conditions) == (30, 60, 30)
    assert copied.left_out == 60  # 30 texts, 30 words in a code's place


def test_a_researcher_has_no_clinical_key(desk: ResearchDesk) -> None:
    """F03: not by the door, and not by any seal of the header."""
    with pytest.raises(NotAllowed):
        desk._keys.database_key()
    with pytest.raises(NotAllowed):
        desk._keys.documents_key()


def test_the_copy_opens_with_no_clinical_key(clinic: Clinic, desk: ResearchDesk) -> None:
    with (
        pytest.raises(StoreError),
        Database(
            clinic.folder / "research.db", clinic._unlocked.database_key()
        ).reading() as session,
    ):
        session.execute(text("SELECT 1"))


def test_a_locked_desk_answers_nothing(desk: ResearchDesk) -> None:
    desk.lock()
    with pytest.raises(NotAllowed):
        desk.research.measures()


def test_publishing_again_keeps_the_pseudonyms(desk: ResearchDesk, publishing: Publishing) -> None:
    def names() -> set[str]:
        with desk._database.reading() as session:
            return set(session.scalars(text("SELECT pseudonym FROM subject")))

    before = names()
    desk._database.engine.dispose()
    publishing.publish()
    assert names() == before


def test_a_disk_too_full_to_fold_the_copys_log_leaves_the_copy_before(
    desk: ResearchDesk, publishing: Publishing, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C09: a copy that came without its log would lack what is in there."""
    before = desk.research.facts()

    def is_full(_: Database) -> bool:
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(Database, "checkpoint", is_full)
        with pytest.raises(DiskFull):
            publishing.publish()
    assert desk.research.facts() == before
    assert [file.name for file in clinic.folder.iterdir() if ".new" in file.name] == []


def test_a_cancelled_publication_leaves_the_copy_before(
    desk: ResearchDesk, publishing: Publishing, clinic: Clinic
) -> None:
    class Stopping(Silent):
        def raise_if_cancelled(self) -> None:
            raise Cancelled

    before = desk.research.facts()
    with pytest.raises(Cancelled):
        publishing.publish(Stopping())
    assert desk.research.facts() == before
    assert [file.name for file in clinic.folder.iterdir() if ".new" in file.name] == []


def test_without_a_copy_the_researcher_is_told(clinic: Clinic) -> None:
    vault.add_account(clinic._unlocked, NewAccount("rosa", Role.RESEARCHER, PASSWORD))
    desk = at_desk(clinic)
    with pytest.raises(StoreError, match="Nothing was published"):
        _ = desk.research
    desk.lock()


def test_the_copy_says_of_when_it_is(clinic: Clinic, publishing: Publishing) -> None:
    assert publishing.published() is None
    publishing.publish()
    facts = publishing.published()
    assert facts is not None
    assert abs(facts.published_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_restricted_record_stays_behind(desk: ResearchDesk, clinic: Clinic) -> None:
    with database_of(clinic).reading() as session:
        someone = PatientId(session.scalar(text("SELECT min(id) FROM patient")) or 0)
    desk.lock()
    clinic.restrictions.restrict(someone, "A colleague of ours")
    copied = clinic.publishing.publish()
    assert (copied.subjects, copied.observations, copied.conditions) == (29, 58, 29)
    assert copied.left_out == 58
    clinic.restrictions.unrestrict(someone, "No longer a colleague")
    assert clinic.publishing.publish().subjects == 30


def test_a_condition_of_nearly_all_is_hidden_too(clinic: Clinic, desk: ResearchDesk) -> None:
    """F05: 30 subjects less 25 with asthma are five without."""
    desk.lock()
    with database_of(clinic).writing() as session:
        for number in range(1, 26):
            session.add(
                ConditionRow(
                    patient_id=number,
                    code_system=ICD_10,
                    code="J45",
                    display="",
                    onset="",
                    source="test",
                )
            )
    clinic.publishing.publish()
    desk = unlock_desk(clinic, OWN_PASSWORD)
    by_title = {table.title: table.cells for table in desk.research.count_tables()}
    assert [(cell.label, cell.count) for cell in by_title["Condition"]] == [
        ("E11.9", 30),
        ("J45", None),
    ]
    desk.lock()


def test_it_opens_at_every_moment_of_a_change_of_keys(clinic: Clinic, desk: ResearchDesk) -> None:
    """Under the present key before the copy was encrypted anew, under the next one after it."""

    def can_read() -> bool:
        desk = unlock_desk(clinic, OWN_PASSWORD)
        try:
            return desk.research.facts().copied.subjects == 30
        finally:
            desk.lock()

    desk.lock()
    keys, path = clinic._unlocked, clinic.folder / "research.db"
    vault.begin_rotation(keys, [Domain.RESEARCH])
    assert can_read()
    encrypt_anew(path, keys.research_key(), keys.pending_research_key() or b"")
    assert can_read()
    facts = clinic.publishing.published()
    assert facts is not None
    assert facts.copied.subjects == 30
    vault.confirm_rotation(keys, Domain.RESEARCH)
    assert can_read()


def test_a_copy_published_during_a_change_of_keys_opens_after_it(
    clinic: Clinic, desk: ResearchDesk
) -> None:
    desk.lock()
    vault.begin_rotation(clinic._unlocked, [Domain.RESEARCH])
    clinic.publishing.publish()
    with clinic._key_change.prepared():
        clinic._key_change.finish()
    again = unlock_desk(clinic, OWN_PASSWORD)
    assert again.research.facts().copied.subjects == 30
    again.lock()


def test_a_researcher_who_left_opens_no_later_copy(clinic: Clinic, desk: ResearchDesk) -> None:
    """Removed for cause: the key they had opens nothing that is published from here on."""
    old = desk._keys.research_key()
    desk.lock()
    with database_of(clinic).writing() as session:
        (rosa,) = vault.list_accounts(clinic._unlocked)[1:]
        accounts.add(
            session,
            user_id=rosa.user_id,
            login="rosa",
            display_name="Rosa",
            role=rosa.role,
            public_key=rosa.public_key.hex(),
            at=NOON,
        )
    clinic.accounts.remove(clinic.accounts.by_login("rosa").id)
    assert not opens(clinic.folder / "research.db", old)
    clinic.publishing.publish()
    assert not opens(clinic.folder / "research.db", old)


def test_who_has_left_comes_in_no_more(clinic: Clinic, desk: ResearchDesk) -> None:
    desk.lock()
    (rosa,) = vault.list_accounts(clinic._unlocked)[1:]
    vault.deactivate(clinic._unlocked, rosa.user_id)
    with pytest.raises(WrongPassword):
        unlock_desk(clinic, OWN_PASSWORD)
