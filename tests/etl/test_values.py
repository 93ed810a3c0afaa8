"""Texts to values: dates with and without a zone, numbers of two continents (F25, F26, F30)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.etl.arrays import NO_INT, texts
from clinicdesk.etl.formats import Formats, Kind
from clinicdesk.etl.values import Clock, Times, iso_days, numbers, times, words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
CLOCK = Clock(BERLIN, NOW)


def one(text: str, order: str = "") -> Times:
    return times(texts([text]), CLOCK, lambda _: order)


def instant(text: str, order: str = "") -> datetime | None:
    found = one(text, order)
    if not found.read[0]:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found.instants[0]))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01T12:00:00Z", "2026-07-01T12:00"),
        ("2026-07-01T12:00", "2026-07-01T10:00"),  # on the clinic's clock, summer
        ("2026-01-01 12:00:30", "2026-01-01T11:00:30"),  # and winter
        ("2026-07-01", "2026-06-30T22:00"),  # the day begins in Berlin
        ("2026-07-01T12:00:00.250+05:30", "2026-07-01T06:30:00.250"),
        ("1938-02-08", "1938-02-07T23:00"),
        ("20260701", "2026-06-30T22:00"),
        ("1.7.2026", "2026-06-30T22:00"),
        ("01.07.2026 14:30", "2026-07-01T12:30"),
        ("2026/07/01", "2026-06-30T22:00"),
        ("05-Apr-2008", "2008-04-04T22:00"),
        ("5 April 2008", "2008-04-04T22:00"),
        ("1751368800", "2025-07-01T11:20"),  # epoch seconds
        ("1751368800123", "2025-07-01T11:20:00.123"),
    ],
)
def test_a_date_is_read_one_way(text: str, utc: str) -> None:
    assert instant(text) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-02-30",
        "2026-13-01",
        "31.02.2026",
        "1.7.26",
        "12:30",
        "2026",
        "2026-07",
        "7",
    ],
)
def test_what_is_no_date_is_not_made_one(text: str) -> None:
    assert instant(text) is None


def test_slashes_are_read_only_where_something_tells_the_order() -> None:
    assert one("03/04/2026").ambiguous[0]
    assert instant("03/04/2026") is None
    assert instant("13/04/2026") == instant("2026-04-13")
    assert instant("04/13/2026") == instant("2026-04-13")
    assert instant("03/04/2026", "dmy") == instant("2026-04-03")
    assert instant("03/04/2026", "mdy") == instant("2026-03-04")
    assert instant("13/04/2026", "mdy") is None


@pytest.mark.parametrize(
    ("sample", "order"),
    [
        (["03/04/2026", "13/04/2026"], "dmy"),
        (["03/04/2026", "04/13/2026"], "mdy"),
        (["03/04/2026"], ""),
        (["04/04/2026"], ""),
        (["13/04/2026", "04/13/2026"], "mixed"),  # both: nothing is proved of the others
    ],
)
def test_a_column_tells_its_order_by_a_day_above_twelve(sample: list[str], order: str) -> None:
    assert Formats().date_order("day", sample) == order


def test_a_day_that_is_its_month_is_read_either_way() -> None:
    assert instant("04/04/2026") == instant("2026-04-04")


def test_the_hour_that_comes_twice_or_never_is_said() -> None:
    found = times(
        texts(["2026-10-25T02:30", "2026-03-29T02:30", "2026-10-25T04:30", "2026-10-25"]), CLOCK
    )
    assert found.read.all()
    assert found.clock_change.tolist() == [True, True, False, False]
    assert instant("2026-10-25T02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first


@settings(deadline=None)  # no test asserts a time
@given(st.datetimes(datetime(1850, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive by contract
def test_any_instant_keeps_its_millisecond_and_its_local_day(moment: datetime) -> None:
    found = one(moment.isoformat())
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert found.instants[0] == expected
    assert iso_days(found.days)[0] == moment.astimezone(BERLIN).date().isoformat()


@settings(deadline=None)  # no test asserts a time
@given(st.dates(date(1850, 1, 1), date(2100, 1, 1)))
def test_any_day_stays_that_day(day: date) -> None:
    assert iso_days(one(day.isoformat()).days)[0] == day.isoformat()
    assert iso_days(one(day.strftime("%d.%m.%Y")).days)[0] == day.isoformat()


def test_a_missing_day_is_no_day() -> None:
    found = one("")
    assert found.days[0] == NO_INT
    assert iso_days(found.days)[0] == ""


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("12.5", ".", 12.5),
        ("-3", ".", -3),
        ("1e2", ".", 100),
        ("1,240", ".", 1240),
        ("1,240.5", "", 1240.5),
        ("12,40,000", ".", None),  # grouped as in India, and the column says nothing of it
        ("12,5", ",", 12.5),
        ("1.240,5", ",", 1240.5),
        ("1.240.294,00", "", 1240294),
        ("1 240,5", "", 1240.5),
        ("1’240.50", "", 1240.5),
        ("12.5", "mixed", 12.5),  # a point with one decimal can be nothing else
        ("12,5", "", 12.5),
        ("12,5", ".", None),  # neither 12.5 nor 125
        ("12.5", ",", None),
        ("1.240", "", None),
        ("1.240", ",", 1240),
        ("1.240", ".", 1.24),
        ("0.984", "", 0.984),
        ("", ".", None),
        ("nan", ".", None),
        ("inf", ".", None),
        ("1 240", ".", None),
        ("1_000", ".", None),
        ("0x10", ".", None),
    ],
)
def test_a_number_is_read_one_way(text: str, sign: str, value: float | None) -> None:
    found = numbers(texts([text]), lambda _: sign)
    assert found.read[0] == (value is not None)
    assert value is None or found.values[0] == value


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1.240", "2.500"], ""),
        (["1.240", "2,5"], ","),
        (["1.240", "2.5"], "."),
        (["1,240", "0.5"], "."),
        (["70", "80"], ""),
        (["2,5", "2.5"], "mixed"),
        (["<5", "high"], ""),
    ],
)
def test_a_column_tells_its_decimal_sign_by_a_cell_that_can_be_read_one_way(
    cells: list[str], sign: str
) -> None:
    assert Formats().decimal("value", cells) == sign


def test_what_a_column_cannot_tell_another_of_its_file_may() -> None:
    formats = Formats()
    formats.learn(Kind.DECIMAL, "height", texts(["1,75"]))
    assert formats.decimal("dose", ["1.240"]) == ","
    formats.learn(Kind.DECIMAL, "weight", texts(["70.5"]))  # the columns disagree
    assert formats.decimal("dose", ["1.240"]) == ""
    assert formats.open_cells(Kind.DECIMAL) == {"dose": ["1.240"]}


def test_what_the_user_says_is_heard_before_the_cells() -> None:
    formats = Formats({Kind.DECIMAL: {"dose": ",", "": "."}})
    assert formats.decimal("Dose", ["1.5"]) == ","
    assert formats.decimal("weight", ["1,5"]) == "."


@settings(deadline=None)  # no test asserts a time
@given(st.lists(st.floats(-1e9, 1e9), max_size=20))
def test_printed_numbers_come_back(values: list[float]) -> None:
    found = numbers(texts([repr(value) for value in values]))
    assert found.values.tolist() == values


def test_words_are_known_or_not() -> None:
    values, known = words(texts(["Male", "M", "x", ""]), {"male": "male", "m": "male"})
    assert values.tolist() == ["male", "male", "", ""]
    assert known.tolist() == [True, True, False, False]
