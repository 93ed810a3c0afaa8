"""E02, E03: whatever is done to the events, the first one at fault is found and named.

`CLINICDESK_AUDIT_MUTATIONS=5000 pytest tests/storage/test_audit_mutations.py` is the long run.
"""

import os
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from sqlcipher3.dbapi2 import IntegrityError

from clinicdesk.storage import audit, schema
from clinicdesk.storage.database import Database
from tests.storage.audit_chains import COLUMNS, drop_triggers, fill, first_fault, put, rows

MUTATIONS = int(os.environ.get("CLINICDESK_AUDIT_MUTATIONS", "300"))
LENGTH = 35  # events of the chain
Rows = list[list[Any]]
Mutation = Callable[[Rows], Rows]

_values = st.one_of(
    st.none(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.binary(min_size=1, max_size=40),
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("chain")
    database = Database(folder / "clinic.db", os.urandom(32), create=True)
    with database.writing() as session:
        schema.upgrade(session)
    assert fill(database) == LENGTH
    drop_triggers(database)
    yield database
    database.close()


@st.composite
def edits(draw: st.DrawFn) -> Mutation:
    """Another value in one column of one event."""
    at = draw(st.integers(0, LENGTH - 1))
    column = draw(st.integers(1, len(COLUMNS) - 1))
    value = draw(_values)
    return lambda events: _with(events, at, column, value)


@st.composite
def deletions(draw: st.DrawFn) -> Mutation:
    """Some events gone from the middle, those behind them numbered on or not."""
    at = draw(st.integers(0, LENGTH - 2))
    count = draw(st.integers(1, LENGTH - 1 - at))
    closed = draw(st.booleans())

    def mutated(events: Rows) -> Rows:
        left = [*events[:at], *events[at + count :]]
        return _numbered(left) if closed else left

    return mutated


@st.composite
def truncations(draw: st.DrawFn) -> Mutation:
    """The newest events gone."""
    kept = draw(st.integers(0, LENGTH - 1))
    return lambda events: events[:kept]


@st.composite
def insertions(draw: st.DrawFn) -> Mutation:
    """A copy of an event, or one that nobody wrote, somewhere between or at the end."""
    at = draw(st.integers(0, LENGTH))
    copied = draw(st.integers(0, LENGTH - 1))
    mac = draw(st.none() | st.binary(min_size=32, max_size=32))

    def mutated(events: Rows) -> Rows:
        new = [*events[copied][:-1], mac or events[copied][-1]]
        return _numbered([*events[:at], new, *events[at:]])

    return mutated


@st.composite
def swaps(draw: st.DrawFn) -> Mutation:
    """Two events in each other's place, their numbers left where they were."""
    first, second = sorted(draw(st.sets(st.integers(0, LENGTH - 1), min_size=2, max_size=2)))

    def mutated(events: Rows) -> Rows:
        moved = list(events)
        moved[first], moved[second] = events[second], events[first]
        return _numbered(moved)

    return mutated


@settings(max_examples=MUTATIONS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutation=st.one_of(edits(), deletions(), truncations(), insertions(), swaps()))
def test_every_mutation_is_found_where_it_is(chain: Database, mutation: Mutation) -> None:
    with chain.reading() as session:
        pin, written = audit.head(session), rows(session)
    with chain.writing() as session:
        try:
            put(session, mutation(written))
        except IntegrityError:  # NOT NULL: nobody gets it in
            session.rollback()
            reject()
        found = rows(session)
        fault = first_fault(session, pin)
        session.rollback()
    assert (fault.seq if fault else None) == _first_difference(found, written)


def _first_difference(found: Rows, written: Rows) -> int | None:
    """None where the mutation put back what was there."""
    for number, (row, was) in enumerate(zip_longest(found, written), 1):
        if row != was:
            return number
    return None


def _with(events: Rows, at: int, column: int, value: Any) -> Rows:
    changed = [*events[at][:column], value, *events[at][column + 1 :]]
    return [*events[:at], changed, *events[at + 1 :]]


def _numbered(events: Rows) -> Rows:
    return [[number, *row[1:]] for number, row in enumerate(events, 1)]
