"""The chain as it is made: with what was done, in order, under changing keys (E01, E02, E04)."""

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clinicdesk.storage import audit, audit_chain, audit_check, audit_roots
from clinicdesk.storage.database import Database
from tests.storage.audit_chains import (
    DAYS,
    EVENTS,
    MORNING,
    ROOTS,
    add_person,
    drop_triggers,
    fill,
    first_fault,
    put,
    rows,
    sealed_anew,
    work,
)


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database)
    return database


def test_an_event_has_the_mac_that_the_definition_gives(database: Database) -> None:
    """What is authenticated is written down here, apart from the code that does it."""
    with database.writing() as session:
        audit_roots.follow(session, add_person(session), {1: ROOTS[1]}, MORNING)
        work(session, add_person(session, "bob"), 0, events=2)
        (first, second) = rows(session)
    key = _hmac(ROOTS[1], b"cd/v1/audit/first" + (1).to_bytes(8, "big") + b"\x01")
    before = _sha256(b"cd/v1/audit")
    for row in (first, second):
        said = (
            f'[{row[0]},{row[1]},2,"administrator","patient.view","patient","{row[0] - 1}",'
            '"success",'
            r'"{\"day\": 0, \"name\": \"\\u00dcnal \\\"Ann\\\"\\n\"}",1]'
        )
        assert row[-1] == _hmac(key, b"cd/v1/audit" + before + said.encode())
        before = row[-1]


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, "sha256").digest()


def _sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


@given(st.lists(st.none() | st.integers(-(2**62), 2**62) | st.text(), min_size=1, max_size=5))
def test_sqlite_spells_an_event_as_we_do(said: list[int | str | None]) -> None:
    """Else the check would still be right, and slow."""
    marks = ", ".join("?" * len(said))
    with closing(sqlcipher.connect(":memory:")) as connection:
        (spelled,) = connection.execute(f"SELECT json_array({marks})", said).fetchone()
    assert spelled.encode() == audit_chain.canonical(said)


def test_a_whole_chain_is_found_whole(filled: Database) -> None:
    with filled.reading() as session:
        assert first_fault(session, audit.head(session)) is None
        numbers = [row[0] for row in rows(session)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_rolled_back_leaves_no_gap(filled: Database) -> None:
    """E01: the change and its event are kept together, or neither is."""
    with filled.reading() as session:
        before = audit.head(session)
    with pytest.raises(ZeroDivisionError):
        _fail(filled)
    with filled.writing() as session:
        work(session, add_person(session, "eve"), DAYS, events=1)
        assert audit.head(session).seq == before.seq + 2  # the day before was closed
        assert first_fault(session) is None


def _fail(database: Database) -> None:
    with database.writing() as session:
        work(session, add_person(session, "bob"), DAYS - 1)
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET role = 'nurse' WHERE seq = 2",
        "DELETE FROM audit_event WHERE seq = 2",
        "INSERT INTO audit_event SELECT seq + 900, at, user_id, role, action, object_type,"
        " object_id, outcome, detail, epoch, mac FROM audit_event WHERE seq = 2",
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 2",
        "UPDATE audit_epoch SET key = x'00' WHERE epoch = 1",
        "UPDATE audit_epoch SET root = 2, key = NULL WHERE epoch = 1",
        "DELETE FROM audit_epoch WHERE epoch = 1",
    ],
)
def test_the_database_refuses_what_is_not_an_event_at_the_end(
    filled: Database, statement: str
) -> None:
    """E02: append-only, for whoever slips."""
    with pytest.raises(IntegrityError, match="append-only"), filled.writing() as session:
        session.execute(text(statement))


def test_every_day_has_a_key_and_only_the_last_is_kept(filled: Database) -> None:
    """E04."""
    with filled.reading() as session:
        epochs = audit.epochs(session)
        closes = [row for row in rows(session) if row[4] == audit_chain.CLOSE]
    assert [epoch.number for epoch in epochs] == list(range(1, DAYS + 1))
    assert [epoch.key is not None for epoch in epochs] == [False] * (DAYS - 1) + [True]
    assert [epoch.root for epoch in epochs] == [1] * 3 + [2] * 3
    assert [row[9] for row in closes] == [epoch.number for epoch in epochs[:-1]]


def test_a_long_day_has_more_than_one_key(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "EPOCH_EVENTS", 10)
    with database.writing() as session:
        person = add_person(session)
        audit_roots.follow(session, person, {1: ROOTS[1]}, MORNING)
        work(session, person, 0, events=25)
        assert [epoch.first_seq for epoch in audit.epochs(session)] == [1, 12, 23]
        assert first_fault(session) is None


def test_who_works_with_the_records_proves_the_present_key_alone(filled: Database) -> None:
    with filled.writing() as session:
        walk = audit_check.recent_walk(session)
        assert first_fault(session, walk=walk) is None
        assert walk.checked == EVENTS


def test_todays_key_forges_neither_yesterdays_events_nor_their_end(filled: Database) -> None:
    """E04: with the key of today, the key of the database and all the time in the world."""
    drop_triggers(filled)
    with filled.reading() as session:
        live, written = audit.live_epoch(session), rows(session)
    assert live is not None
    assert live.key is not None
    for after in range(live.first_seq - 1):
        forged = sealed_anew(written, live.key, after)
        relabelled = [
            [*row[:9], live.number if row[0] > after else row[9], row[10]] for row in forged
        ]
        assert _found(filled, forged) == after + 1
        assert _found(filled, sealed_anew(relabelled, live.key, after)) == after + 1
    assert _found(filled, sealed_anew(written, live.key, live.first_seq - 1)) is None


def test_the_end_of_a_day_cannot_be_left_out(filled: Database) -> None:
    """E04: the day's last event says that it is the last."""
    drop_triggers(filled)
    with filled.reading() as session:
        live, written = audit.live_epoch(session), rows(session)
    assert live is not None
    assert live.key is not None
    for left_out in range(1, EVENTS):
        last = live.first_seq - 1 - left_out
        short = [*written[:last], *written[live.first_seq - 1 :]]
        assert _found(filled, sealed_anew(short, live.key, last)) == last + 1


def test_a_root_that_is_known_opens_no_place_but_its_own(filled: Database) -> None:
    """E04: with the first key of the new root, under a number that it never had."""
    drop_triggers(filled)
    with filled.reading() as session:
        written, epochs = rows(session), audit.epochs(session)
    first = next(epoch for epoch in epochs if epoch.root == 2)
    key = audit_chain.first_key(ROOTS[2], first.number)
    for earlier, following in pairwise(epochs[: first.number - 1]):
        after = following.first_seq - 1
        forged = [[*row[:9], following.number, row[10]] for row in written[after:]]
        forged = sealed_anew([*written[:after], *forged], key, after)
        cut = [
            f"DELETE FROM audit_epoch WHERE epoch > {earlier.number}",
            f"INSERT INTO audit_epoch VALUES ({following.number}, 0, {after + 1}, 2, NULL)",
        ]
        assert _found(filled, forged, cut) == after + 1


def _found(
    database: Database, events: Sequence[Sequence[Any]], besides: Sequence[str] = ()
) -> int | None:
    """The first fault of a store with these events, which keeps its own."""
    with database.writing() as session:
        put(session, events)
        for statement in besides:
            session.execute(text(statement))
        walk = audit_check.whole_walk(session, ROOTS, 1)
        fault = walk.on(session, audit.head(session).seq)
        session.rollback()
    return fault.seq if fault else None


def test_events_from_before_the_chain_are_covered_by_its_first(database: Database) -> None:
    """A store of the first schema comes under the chain with all it has."""
    with database.writing() as session:
        person = add_person(session)
        work(session, person, 0)
        assert all(row[-1] is None for row in rows(session))
        audit_roots.follow(session, person, {1: ROOTS[1]}, MORNING)
        work(session, person, 1, events=2)
        assert first_fault(session, begins=EVENTS + 1) is None
    drop_triggers(database)
    with database.writing() as session:
        session.execute(text("UPDATE audit_event SET object_id = 7 WHERE seq = 2"))
        fault = first_fault(session, begins=EVENTS + 1)
    assert fault is not None
    assert fault.seq == EVENTS + 1


def test_a_chain_that_is_stripped_off_is_no_store_from_before_it(filled: Database) -> None:
    """E02: every seal and every key deleted, and an event changed; the header knows better."""
    drop_triggers(filled)
    with filled.writing() as session:
        session.execute(text("DELETE FROM audit_epoch"))
        session.execute(text("UPDATE audit_event SET epoch = NULL, mac = NULL, object_id = 'x'"))
        fault = first_fault(session)
        assert fault is not None
        assert fault.seq == 1
        audit_roots.follow(session, add_person(session, "bob"), ROOTS, MORNING)
        work(session, add_person(session, "eve"), 0)
        fault = first_fault(session)
    assert fault is not None
    assert fault.seq == 1  # whatever is sealed over it later


def test_nothing_goes_on_without_the_list_of_keys(filled: Database) -> None:
    """E07."""
    drop_triggers(filled)
    with filled.writing() as session:
        session.execute(text("DELETE FROM audit_epoch"))
    with pytest.raises(audit.KeyLost), filled.writing() as session:
        work(session, add_person(session, "bob"), DAYS - 1)


def test_a_lost_or_exchanged_key_is_put_back_by_whoever_has_the_root(filled: Database) -> None:
    drop_triggers(filled)
    for key in ("NULL", f"x'{'00' * 32}'"):
        with filled.writing() as session:
            session.execute(text(f"UPDATE audit_epoch SET key = {key} WHERE key IS NOT NULL"))
            fault = first_fault(session)
            assert fault is not None
            assert "key" in fault.what
            person = add_person(session, f"mender{len(key)}")
            audit_roots.follow(session, person, ROOTS, MORNING + timedelta(days=DAYS))
            work(session, person, DAYS)
            assert first_fault(session) is None


def test_nothing_is_recorded_without_the_key(filled: Database) -> None:
    """E07: erasing the key does not switch the audit off; it stops the work."""
    drop_triggers(filled)
    with filled.writing() as session:
        session.execute(text("UPDATE audit_epoch SET key = NULL"))
    with pytest.raises(audit.KeyLost), filled.writing() as session:
        work(session, add_person(session, "bob"), DAYS - 1)


def test_a_clock_that_is_set_back_is_an_event(filled: Database) -> None:
    """E09: by more than two minutes, once for each time."""
    with filled.writing() as session:
        person = add_person(session, "bob")
        end = MORNING + timedelta(days=DAYS - 1, minutes=EVENTS - 1)
        for minutes in (-2, -5, -5):
            at = end + timedelta(minutes=minutes)
            audit.record(session, person, "session.unlock", at=at)
        told = [row[4] for row in rows(session)][-4:]
        assert first_fault(session) is None
    assert told == ["session.unlock", "clock.set_back", "session.unlock", "session.unlock"]


@pytest.mark.parametrize("value", ["CAST(x'ff' AS TEXT)", "x'00ff'", "9e99", "char(0)"])
def test_what_is_no_event_at_all_is_a_fault_and_no_crash(filled: Database, value: str) -> None:
    """E02."""
    drop_triggers(filled)
    with filled.writing() as session:
        session.execute(text(f"UPDATE audit_event SET detail = {value} WHERE seq = 7"))
    with filled.reading() as session:
        fault = first_fault(session)
    assert fault is not None
    assert fault.seq == 7
