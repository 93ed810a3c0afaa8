"""A short chain with all there is in one, and hands that change it as no trigger allows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clinicdesk.domain.audit import Fault
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.storage import accounts, audit, audit_check, audit_roots
from clinicdesk.storage.audit_chain import FIELDS, NotAnEvent, Sealer
from clinicdesk.storage.audit_check import Walk
from clinicdesk.storage.database import Database, driver_connection

ROOTS = {1: bytes(range(32)), 2: bytes(range(32, 64))}
MORNING = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
DAYS, EVENTS = 6, 5  # a day
COLUMNS = (*FIELDS, "mac")
TRIGGERS = ("event_insert", "event_update", "event_delete", "epoch_update", "epoch_delete")


def add_person(session: Session, login: str = "ada") -> Principal:
    account = accounts.add(
        session,
        user_id=login.ljust(32, "0"),
        login=login,
        display_name=login,
        role=Role.ADMINISTRATOR,
        public_key="00",
        at=MORNING,
    )
    return account.principal


def work(session: Session, person: Principal, day: int, events: int = EVENTS) -> None:
    """What somebody does in a day: each event says something else."""
    for number in range(events):
        at = MORNING + timedelta(days=day, minutes=number)
        audit.record(
            session,
            person,
            "patient.view",
            object_type="patient",
            object_id=100 * day + number,
            detail={"day": day, "name": 'Ünal "Ann"\n'},
            at=at,
        )


def fill(database: Database) -> int:
    """Six days, a new root after the third; return how many events there are."""
    with database.writing() as session:
        person = add_person(session)
        for day in range(DAYS):
            roots = {number: ROOTS[number] for number in range(1, 3 if day >= DAYS // 2 else 2)}
            audit_roots.follow(session, person, roots, MORNING + timedelta(days=day))
            work(session, person, day)
        return audit.head(session).seq


def drop_triggers(database: Database) -> None:
    """What stops a slip of the hand stops nobody who means it."""
    with database.writing() as session:
        for name in TRIGGERS:
            driver_connection(session.connection()).execute(f"DROP TRIGGER audit_{name}")


def first_fault(
    session: Session,
    pin: audit.Head | None = None,
    *,
    roots: Mapping[int, bytes] = ROOTS,
    begins: int = 1,
    walk: Walk | None = None,
) -> Fault | None:
    """What an administrator's check finds, in this very transaction."""
    last = audit.head(session).seq
    walk = walk or audit_check.whole_walk(session, roots, begins)
    while walk.seq < last:
        if fault := walk.on(session, last):
            return fault
    if pin and (fault := audit_check.against_pin(session, pin.seq, pin.mac)):
        return fault
    return audit_check.key_in_use(session, roots, last)


def rows(session: Session) -> list[list[Any]]:
    """Every event, as it is kept."""
    driver = driver_connection(session.connection())
    found = driver.execute(f"SELECT {', '.join(COLUMNS)} FROM audit_event ORDER BY seq")
    return [list(row) for row in found]


def put(session: Session, events: Sequence[Sequence[Any]]) -> None:
    """Let these be all the events."""
    driver = driver_connection(session.connection())
    driver.execute("PRAGMA defer_foreign_keys = ON")
    driver.execute("DELETE FROM audit_event")
    marks = ", ".join("?" * len(COLUMNS))
    driver.executemany(f"INSERT INTO audit_event ({', '.join(COLUMNS)}) VALUES ({marks})", events)


def sealed_anew(events: Sequence[Sequence[Any]], key: bytes, after: int) -> list[list[Any]]:
    """The events with new MACs under this key from the one after `after` on, numbered on."""
    kept, forged = [list(row) for row in events[:after]], []
    before = kept[-1][-1] if kept else bytes(32)
    for number, row in enumerate(events[after:], after + 1):
        said = [number, *row[1:-1]]
        try:
            before = Sealer(key).mac(before, said)
        except NotAnEvent:
            before = bytes(32)
        forged.append([*said, before])
    return kept + forged
