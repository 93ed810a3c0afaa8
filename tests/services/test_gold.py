"""Gold keeps step with the record, whole or in part, and can be proved to (F36, C03)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import text

from clinicdesk.demo.generator import generate
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import NotAllowed
from clinicdesk.services.access import Access
from clinicdesk.services.gold import Gold
from clinicdesk.services.gold_build import FEATURE
from clinicdesk.storage import gold, observations, restrictions
from clinicdesk.storage.database import Database
from clinicdesk.storage.gold import Words
from clinicdesk.storage.tables import ObservationRow, PatientRow
from tests.etl.factories import Desk
from tests.storage.factories import NOON, add_observation, add_patient, changing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HR, BMI, SMOKING = "8867-4", "39156-5", "72166-2"


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def tables(database: Database, clock: _Clock) -> Gold:
    with changing(database):
        pass  # there is an account
    return _gold(database, clock)


def _gold(database: Database, clock: _Clock, role: Role = Role.ADMINISTRATOR) -> Gold:
    return Gold(database, Access(Principal(1, "someone", role)), BERLIN, clock)


def test_it_holds_what_the_record_itself_says_is_newest(
    tmp_path: Path, database: Database, clock: _Clock
) -> None:
    """Every newest number of a clinic, its instant and row, by the other way of reading."""
    files = generate(tmp_path, patients=40, as_of=NOW.astimezone(BERLIN))
    Desk(tmp_path, database).imports.run(files)
    tables = _gold(database, clock)
    tables.refresh()
    with database.reading() as session:
        codes = gold.parts(session, FEATURE)
        ids = [row.id for row in session.query(PatientRow.id)]
        said = {
            (id, each.code): (each.value, each.id, _millis(each.effective_at))
            for id in ids
            for each in observations.latest(session, id, NOW, numbers=True)
        }
    kept = {
        (int(patient), code): (value, row, at)
        for code, table in tables.features(codes).items()
        if "value" in table
        for patient, value, row, at in zip(
            *(table[name] for name in ("patient_id", "value", "observation_id", "at")), strict=True
        )
    }
    assert len(kept) > 300
    assert kept.items() <= said.items()
    assert {code for _, code in said.keys() - kept.keys()} <= {SMOKING}, "all that has a unit"
    assert tables.verify() == []


def test_nothing_is_to_do_while_the_record_stays_as_it_is(database: Database, tables: Gold) -> None:
    add_observation(database, add_patient(database, "1"), HR, 70)
    assert not tables.facts().fresh
    assert tables.refresh()
    assert tables.facts().fresh
    assert not tables.refresh()


def test_a_new_value_an_edit_and_one_entered_in_error_each_move_one_patient(
    database: Database, tables: Gold
) -> None:
    ann, ben = add_patient(database, "1"), add_patient(database, "2")
    add_observation(database, ann, HR, 70, at=NOON)
    add_observation(database, ben, HR, 80, at=NOON)
    tables.refresh()
    later = add_observation(database, ann, HR, 90, at=NOON + timedelta(days=1))
    tables.refresh()
    assert _rates(tables) == {ann: 90, ben: 80}
    with changing(database) as session:
        session.get_one(ObservationRow, later).value = 95.0
    tables.refresh()
    assert _rates(tables) == {ann: 95, ben: 80}
    with changing(database) as session:
        session.get_one(ObservationRow, later).entered_in_error = True
    tables.refresh()
    assert _rates(tables) == {ann: 70, ben: 80}
    assert tables.verify() == []


def test_a_patient_entered_in_error_is_gone_from_every_table(
    database: Database, tables: Gold
) -> None:
    ann, ben = add_patient(database, "1"), add_patient(database, "2")
    for patient in (ann, ben):
        add_observation(database, patient, HR, 70)
    tables.refresh()
    with changing(database) as session:
        session.get_one(PatientRow, ann).entered_in_error = True
    tables.refresh()
    assert _rates(tables) == {ben: 70}
    assert list(tables.table("patient")["patient_id"]) == [ben]
    assert tables.verify() == []


def test_a_value_dated_into_the_future_counts_from_when_it_comes_due(
    database: Database, tables: Gold, clock: _Clock
) -> None:
    ann = add_patient(database, "1")
    add_observation(database, ann, HR, 70, at=NOW - timedelta(days=1))
    add_observation(database, ann, HR, 99, at=NOW + timedelta(days=2))
    tables.refresh()
    assert _rates(tables) == {ann: 70}
    clock.now = NOW + timedelta(days=1)
    assert tables.facts().fresh
    clock.now = NOW + timedelta(days=3)
    assert not tables.facts().fresh
    tables.refresh()
    assert _rates(tables) == {ann: 99}


def test_a_row_that_was_deleted_makes_all_of_it_void(database: Database, tables: Gold) -> None:
    ann = add_patient(database, "1")
    add_observation(database, ann, HR, 70, at=NOON)
    later = add_observation(database, ann, HR, 90, at=NOON + timedelta(days=1))
    tables.refresh()
    with database.writing() as session:
        session.execute(text("DROP TRIGGER observation_undeleted"))
        session.execute(text("DELETE FROM observation WHERE id = :id"), {"id": later})
    add_observation(database, ann, BMI, 22)  # takes the number of the row that went
    tables.refresh()
    assert _rates(tables) == {ann: 70}
    assert tables.verify() == []


def test_damage_is_found_by_computing_anew(database: Database, tables: Gold) -> None:
    add_observation(database, add_patient(database, "1"), HR, 70)
    tables.refresh()
    with database.writing() as session:
        session.execute(
            text("UPDATE gold_column SET content = :bytes WHERE column_name = 'value'"),
            {"bytes": np.array([71.0]).tobytes()},
        )
    assert tables.verify() == [f"feature {HR}"]
    tables.rebuild()
    assert tables.verify() == []


def test_what_is_stale_is_said_to_be(database: Database, tables: Gold) -> None:
    add_observation(database, add_patient(database, "1"), HR, 70)
    assert tables.verify() == ["stale"]


def test_a_restricted_record_is_in_nobodys_columns_but_of_those_it_is_open_to(
    database: Database, tables: Gold, clock: _Clock
) -> None:
    ann, ben = add_patient(database, "1"), add_patient(database, "2")
    for patient in (ann, ben):
        add_observation(database, patient, HR, 70)
    tables.refresh()
    with changing(database) as session:
        restrictions.restrict(session, ann, "staff", user_id=1, at=NOON)
    assert _rates(tables) == {ann: 70, ben: 70}, "who restricted it sees it"
    with database.writing() as session:
        restrictions.withdraw(session, ann, 1)
    assert _rates(tables) == {ben: 70}
    assert list(tables.table("patient")["patient_id"]) == [ben]


def test_a_researcher_reads_none_of_it(database: Database, clock: _Clock) -> None:
    mine = _gold(database, clock, Role.RESEARCHER)
    with pytest.raises(NotAllowed):
        mine.features([HR])
    with pytest.raises(NotAllowed):
        mine.table("patient")


def test_many_blocks_are_one_table(
    database: Database, tables: Gold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of two patients: whole, in part, and read again as one column."""
    for module in (
        "clinicdesk.storage.gold",
        "clinicdesk.services.gold_build",
        "clinicdesk.services.gold",
    ):
        monkeypatch.setattr(f"{module}.BLOCK", 2)
    everybody = [add_patient(database, str(n), born=date(1950, 1, n + 1)) for n in range(7)]
    for n, patient in enumerate(everybody):
        add_observation(database, patient, HR, 60 + n)
        add_observation(database, patient, SMOKING, None, text=("yes", "never")[n % 2])
    tables.refresh()
    add_observation(database, everybody[3], HR, 99, at=NOON + timedelta(days=1))
    tables.refresh()
    assert _rates(tables) == {id: 99 if n == 3 else 60 + n for n, id in enumerate(everybody)}
    smoker = tables.table("patient", ["smoker"])["smoker"]
    assert isinstance(smoker, Words)
    assert list(smoker.texts()) == ["yes", "no", "yes", "no", "yes", "no", "yes"]
    assert tables.verify() == []


def _rates(tables: Gold) -> dict[int, float]:
    found = tables.features([HR])[HR]
    return dict(zip(found["patient_id"].tolist(), found["value"].tolist(), strict=True))


def _millis(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
