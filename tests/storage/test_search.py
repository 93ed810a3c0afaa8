"""Search as somebody types: safe whatever is typed, in list order, in step with the patients."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from clinicdesk.domain.patient import PatientId
from clinicdesk.storage import integrity, search
from clinicdesk.storage.database import Database, driver_connection
from tests.storage.factories import add_patient, changing

PEOPLE = (
    ("M0012", "Smith", "John", date(1945, 7, 14)),
    ("M0013", "Smithers", "Joan", date(1950, 12, 3)),
    ("M0123", "smith", "Adam", None),
    ("M0200", "O'Brien", "José", date(1945, 1, 2)),
    ("M0300", "Müller-Lüdenscheidt", "Jo", date(2001, 7, 4)),
    ("77-12 A", "de la Cruz", "María", date(1945, 7, 14)),
)


@pytest.fixture
def people(database: Database) -> Database:
    for mrn, family, given_name, born in PEOPLE:
        add_patient(database, mrn, family, given_name, born)
    return database


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("smi", ["M0123", "M0012", "M0013"]),  # SMITH Adam before SMITH John, whatever the case
        ("smi jo", ["M0012", "M0013"]),
        ("jo smi", ["M0012", "M0013"]),
        ("SMITH, john", ["M0012"]),
        ("M0012", ["M0012"]),
        ("m00", ["M0012", "M0013"]),
        ("77-12", ["77-12 A"]),
        ("1945", ["77-12 A", "M0200", "M0012"]),
        ("1945-07-14", ["77-12 A", "M0012"]),
        ("1945-07", ["77-12 A", "M0012"]),
        ("14-Jul-1945", ["77-12 A", "M0012"]),
        ("14/07/1945", ["77-12 A", "M0012"]),
        ("14.7.1945", ["77-12 A", "M0012"]),
        ("4/7/2001", ["M0300"]),
        ("14071945", ["77-12 A", "M0012"]),
        ("jul 1945 smith", ["M0012"]),
        ("jose", ["M0200"]),
        ("José", ["M0200"]),
        ("JOSE\u0301", ["M0200"]),
        ("o'brien", ["M0200"]),
        ("brien", ["M0200"]),
        ("muller", ["M0300"]),
        ("lüden", ["M0300"]),
        ("cruz", ["77-12 A"]),
        ("mith", []),  # the start of a word, not its middle
        ("1945-07-15", []),
        ("   ", ["77-12 A", "M0300", "M0200", "M0123", "M0012", "M0013"]),
        ("", ["77-12 A", "M0300", "M0200", "M0123", "M0012", "M0013"]),
    ],
)
def test_what_is_typed_finds_whom(people: Database, typed: str, found: list[str]) -> None:
    assert _find(people, typed) == found


@pytest.mark.parametrize(
    "typed",
    ['"', "'", '""', "*", "--", "()", "^", "+", "smith AND", "NOT smith", "NEAR(smith", "x:y",
     "mrn:M0012", "{a b} : c", "'; DROP TABLE patient; --", "a\0b", "\udcff",
     "\ue000", "·", "no " * 400, "x" * 10_000],
)  # fmt: skip
def test_signs_are_never_operators(people: Database, typed: str) -> None:
    """G10: quotes, operators, column filters, control characters, lone surrogates."""
    assert _find(people, typed) == []


def test_a_wall_of_text_is_cut_and_a_lone_quote_is_nothing(people: Database) -> None:
    assert _find(people, "smith " * 500) == ["M0123", "M0012", "M0013"]
    assert _find(people, 'smith" "j*"') == ["M0012", "M0013"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40))
def test_any_text_can_be_typed(people: Database, typed: str) -> None:
    found = _find(people, typed)
    assert set(found) <= {mrn for mrn, *_ in PEOPLE}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=4))
def test_finds_exactly_the_names_that_start_so(people: Database, start: str) -> None:
    """Against the definition, spelled out in Python."""
    words = {"M0012": "smith john m0012 jul", "M0013": "smithers joan m0013 dec"}
    words |= {"M0123": "smith adam m0123", "M0200": "o brien jose m0200 jan"}
    words |= {"M0300": "muller ludenscheidt jo m0300 jul", "77-12 A": "de la cruz maria a jul"}
    expected = {m for m, w in words.items() if any(x.startswith(start) for x in w.split())}
    assert set(_find(people, start)) == expected


def test_the_index_follows_every_change(people: Database) -> None:
    _execute(people, "UPDATE patient SET family_name = 'Jones' WHERE mrn = 'M0012'")
    _execute(people, "UPDATE patient SET birth_date = '1999-09-09' WHERE mrn = 'M0123'")
    _execute(people, "UPDATE patient SET entered_in_error = 1 WHERE mrn = 'M0013'")
    assert _find(people, "smi") == ["M0123"]
    assert _find(people, "jones") == ["M0012"]
    assert _find(people, "09-Sep-1999") == ["M0123"]
    with people.reading() as session:
        integrity.require_complete_search(session)
        assert len(search.find_ids(session, "", search.list_order(session))) == len(PEOPLE) - 1
    _execute(people, "UPDATE patient SET entered_in_error = 0 WHERE mrn = 'M0013'")
    assert _find(people, "smi") == ["M0123", "M0013"]


def test_an_upsert_and_a_bulk_load_are_followed_too(people: Database) -> None:
    """What an import does, below the ORM."""
    columns = _columns(people)
    row = dict.fromkeys(columns, "") | {"id": 901, "mrn": "B1", "family_name": "Bulk"}
    row |= {"entered_by": None, "entered_at": None}
    other = {"id": 902, "mrn": "B2"}
    row |= {"birth_date": None, "file_id": None, "row": None, "deceased_on": None, "updated_at": 0}
    insert = f"INSERT INTO patient ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    upsert = insert + " ON CONFLICT (id) DO UPDATE SET family_name = 'Loaded'"
    with changing(people) as session:
        driver = driver_connection(session.connection())
        driver.executemany(upsert, [tuple(row.values()), tuple((row | other).values())])
        driver.executemany(upsert, [tuple(row.values())])
    assert _find(people, "bulk") == ["B2"]
    assert _find(people, "loaded") == ["B1"]


def test_list_order_is_read_again_only_after_a_change(people: Database) -> None:
    with people.reading() as session:
        order = search.list_order(session)
        assert search.list_order(session, order) is order
    _execute(people, "UPDATE patient SET phone = '1' WHERE mrn = 'M0012'")  # not in the list
    with people.reading() as session:
        assert search.list_order(session, order) is order
    _execute(people, "UPDATE patient SET given_name = 'Aaron' WHERE mrn = 'M0012'")
    with people.reading() as session:
        newer = search.list_order(session, order)
    assert newer is not order
    assert _find(people, "smith")[0] == "M0012"


def test_accents_do_not_send_a_name_to_the_end_of_the_list(database: Database) -> None:
    names = ["Evans", "Étienne", "Zacher", "Ernst", "Ødegård", "Olsen", "Åse", "Łukasz", "Lund"]
    for at, family in enumerate(names):
        add_patient(database, f"M{at}", family, "Ann")
    add_patient(database, "M10", "E\u0301tienne", "Adam")  # the same name, its accent apart
    found = [int(mrn[1:]) for mrn in _find(database, "")]
    in_order = [("Étienne" if at == 10 else names[at]) for at in found]
    expected = "Åse Ernst Étienne Étienne Evans Łukasz Lund Ødegård Olsen Zacher"
    assert in_order == expected.split()
    assert found.index(10) < found.index(1)  # Adam before Ann


@settings(max_examples=50)
@given(wanted=st.sets(st.integers(0, 399)))
def test_few_and_many_hits_come_in_list_order_alike(wanted: set[int]) -> None:
    """Few hits are sorted, many are picked from the list; the answer is the same."""
    ids = [PatientId(id) for id in reversed(range(400))]
    places = [399 - id for id in range(400)]
    order = search.ListOrder(1, ids, places)
    assert order.sort(sorted(wanted)) == sorted(wanted, reverse=True)


def test_the_whole_list_is_read_from_the_covering_index(people: Database) -> None:
    with people.reading() as session:
        plan = session.execute(sql(f"EXPLAIN QUERY PLAN {search._ORDER}")).all()
    assert "COVERING INDEX ix_patient_list_order" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def _find(database: Database, typed: str) -> list[str]:
    with database.reading() as session:
        ids = search.find_ids(session, typed, search.list_order(session))
        mrns = dict(session.execute(sql("SELECT id, mrn FROM patient")).all())
    return [mrns[id] for id in ids]


def _execute(database: Database, statement: str) -> None:
    with changing(database) as session:
        session.execute(sql(statement))


def _columns(database: Database) -> list[str]:
    with database.reading() as session:
        return [row[1] for row in session.execute(sql("PRAGMA table_info(patient)"))]
