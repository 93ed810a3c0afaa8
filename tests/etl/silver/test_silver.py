"""Silver transforms: on every engine the same values, those that a calculator gives (F30, F36)."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from clinicdesk.etl.arrays import NO_INT
from clinicdesk.etl.frames import DAY
from clinicdesk.etl.rules import rulebook
from clinicdesk.etl.silver import life, limits, numbers, times, together, units, words
from clinicdesk.etl.silver.times import NO_ZONE, Shape
from tests.engines import on_every_engine

BERLIN = "Europe/Berlin"


def test_a_text_is_a_number_or_nothing() -> None:
    texts = [
        "12",
        "-3.5",
        "+.5",
        "5.",
        "1e3",
        "1e999",
        "12,5",
        "0x1A",
        "1_0",
        "nan",
        "inf",
        "",
        "٣",
    ]
    rows = _inorder(numbers.numbers, {"text": texts})
    assert {row["text"]: row["value"] for row in rows if row["read"]} == {
        "12": 12.0, "-3.5": -3.5, "+.5": 0.5, "5.": 5.0, "1e3": 1000.0,
    }  # fmt: skip
    assert all(row["value"] is None for row in rows if not row["read"])


def test_every_number_that_python_prints_is_read_as_it_is() -> None:
    """Bit by bit: no engine rounds."""
    rng = np.random.default_rng(5)
    values = [*rng.normal(size=300) * 10.0 ** rng.integers(-9, 12, 300), 0.1 + 0.2, 5e-324]
    rows = _inorder(numbers.numbers, {"text": [repr(float(value)) for value in values]})
    assert [row["value"] for row in rows] == [float(value) for value in values]


def test_a_number_beyond_its_limits_or_not_whole_is_told() -> None:
    values = {"value": [0.0, 1.0, 10.0, 11.0, 2.5, np.nan]}
    told = partial(numbers.outside, low=1, high=10, whole=True)
    assert _column(told, values, "broken") == [True, False, False, True, True, False]


def test_every_day_of_four_centuries_is_that_day_and_no_other_is_one() -> None:
    """Against Python's own calendar, leap years of centuries among them."""
    first, last = date(1800, 1, 1), date(2200, 12, 31)
    real = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    written = [(y, m, d) for y in range(1800, 2201, 7) for m in range(14) for d in range(33)]
    rows = _days([(Shape.YEAR_FIRST, *day) for day in written])
    for (y, m, d), row in zip(written, rows, strict=True):
        day = date(y, m, d) if _is_day(y, m, d) else None
        assert (day in real) == (row["midnight"] != NO_INT), (y, m, d)
        if day:
            assert row["midnight"] == (day - date(1970, 1, 1)).days * DAY


@pytest.mark.parametrize(
    ("order", "days"),
    [
        # 3/4, 13/4, 4/13, 5/5, 13/13
        ("", [None, (4, 13), (4, 13), (5, 5), None]),
        ("dmy", [(4, 3), (4, 13), None, (5, 5), None]),
        ("mdy", [(3, 4), None, (4, 13), (5, 5), None]),
        ("mixed", [None, (4, 13), (4, 13), (5, 5), None]),
    ],
)
def test_day_and_month_are_told_by_the_column_or_by_twelve(order: str, days: Any) -> None:
    written = [(3, 4), (13, 4), (4, 13), (5, 5), (13, 13)]
    rows = _days([(Shape.OPEN, a, b, 2026) for a, b in written], order)
    expected = [
        NO_INT if day is None else (date(2026, *day) - date(1970, 1, 1)).days * DAY for day in days
    ]
    assert [row["midnight"] for row in rows] == expected
    assert [row["ambiguous"] for row in rows] == [order in ("", "mixed"), *[False] * 4]


def test_times_of_day_and_zones_make_moments() -> None:
    clocks = [
        (0, 0, 0, 0, NO_ZONE),
        (23, 59, 59, 250, 90),
        (24, 0, 0, 0, NO_ZONE),
        (5, 60, 0, 0, 0),
    ]
    names = ("hour", "minute", "second", "milli", "zone")
    rows = _inorder(times.clocks, {n: [c[i] for c in clocks] for i, n in enumerate(names)})
    assert [row["since"] for row in rows][:2] == [0, 86_399_250]
    assert [row["offset"] for row in rows][:2] == [NO_INT, 5_400_000]
    assert [row["real"] for row in rows] == [True, True, False, False]
    parts = {
        "midnight": [DAY, DAY, NO_INT, DAY, NO_INT],
        "since": [1, 1, 1, 1, 0],
        "offset": [NO_INT, 60_000, NO_INT, NO_INT, NO_INT],
        "real": [True, True, True, False, True],
        "epoch": [NO_INT, NO_INT, NO_INT, NO_INT, 77],
    }
    assert _column(times.moments, parts, "naive") == [DAY + 1, *[NO_INT] * 4]
    assert _column(times.moments, parts, "instant") == [
        NO_INT, DAY + 1 - 60_000, NO_INT, NO_INT, 77,
    ]  # fmt: skip


def test_an_instant_is_of_the_clinics_own_day() -> None:
    noon = pd.date_range("1970-01-01 22:30", "2030-12-31", freq="97D", tz="UTC")
    rows = _inorder(
        partial(times.local_days, zone=BERLIN),
        {"instant": (noon.astype("datetime64[ms, UTC]").astype("int64")).to_numpy()},
    )
    there = [stamp.astimezone(ZoneInfo(BERLIN)).date() for stamp in noon]
    assert [row["day"] for row in rows] == [(day - date(1970, 1, 1)).days for day in there]


def test_words_are_translated_by_the_table() -> None:
    texts = pd.DataFrame({"folded": ["m", "weiblich", "", "x"]})
    table = pd.DataFrame({"folded": ["m", "weiblich"], "meaning": ["male", "female"]})
    rows = on_every_engine(words.translated, texts, table, order=("folded",))
    assert {row["folded"]: (row["meaning"], row["known"]) for row in rows} == {
        "m": ("male", True), "weiblich": ("female", True), "": ("", False), "x": ("", False),
    }  # fmt: skip


def test_a_unit_is_told_by_the_preset_or_by_the_value_or_by_nobody() -> None:
    missing = {"pair": [0, 1, 1, 1, 2], "number": [5.0, 37.0, 98.6, 60.0, np.nan]}
    told = partial(units.completed, usual=[0], spans=[([1], 26, 45), ([1], 79, 113)])
    assert _column(told, missing, "told") == [0, 1, 2, -1, -1]


def test_a_number_reaches_the_catalogues_unit_and_the_limits_judge_it() -> None:
    """Temperatures: 98.6 [degF] is 37 Cel; 8388607 stands for none; 60 cannot be; 41 is rare."""
    readings = _readings([98.6, 8388607.0, 60.0, 41.0, 37.0, np.nan], [1, 0, 0, 0, 2, 0])
    pairs = pd.DataFrame(
        {
            "pair": [0, 1, 2], "in_catalog": True, "coded": False,
            "convertible": [True, True, False], "factor": [1.0, 5 / 9, 1.0],
            "offset": [0.0, -160 / 9, 0.0], "low": 20.0, "high": 46.0, "usual_low": 35.0,
            "usual_high": 40.0,
        }
    )  # fmt: skip

    def judged(values: Any, table: Any) -> Any:
        return limits.beyond(units.typed(values, table), rulebook().sentinels)

    def typed(values: Any, table: Any) -> Any:
        return units.typed(values, table).select("at", "canonical", "textual", "unit_known")

    found = on_every_engine(typed, readings, pairs, order=("at",))
    assert round(found[0]["canonical"], 9) == 37.0
    assert [row["textual"] for row in found] == [False] * 5 + [True]
    rows = on_every_engine(judged, readings, pairs, order=("at",))
    assert [row["sentinel"] for row in rows] == [False, True, False, False, False, False]
    assert [row["impossible"] for row in rows] == [False, False, True, False, False, False]
    assert [row["unusual"] for row in rows] == [False, False, False, True, False, False]
    assert [row["unknown_unit"] for row in rows] == [False, False, False, False, True, False]
    why = on_every_engine(
        lambda values, table: limits.unread(units.typed(values, table)),
        readings,
        pairs,
        order=("at",),
    )
    assert [row["not_a_number"] for row in why] == [False] * 5 + [True]


def test_an_impossible_value_is_told_by_the_unit_that_explains_it() -> None:
    values = {"pair": [0, 0, 1], "canonical": [98.6, 60.0, 98.6], "impossible": [True, True, True]}
    told = partial(limits.slipped, spans={"slip": ([0], 79.0, 113.0)})
    assert _column(told, values, "slip") == [True, False, False]


def test_the_rules_of_what_fits_give_the_same_on_every_engine() -> None:
    """All of them, on values of any size and some that are missing."""
    rules = {r.rule.id: (r.holds, list(r.values.values())) for r in rulebook().together}
    codes = sorted({code for _, needed in rules.values() for code in needed})
    rng = np.random.default_rng(3)
    values = rng.uniform(0.5, 200, (400, len(codes)))
    values[rng.random(values.shape) < 0.2] = np.nan
    frame = pd.DataFrame(values, columns=codes)
    rows = on_every_engine(partial(together.misfits, rules=rules), frame, order=())
    assert {id for id in rules if any(row[id] for row in rows)} == set(rules), "each is broken once"
    upper, lower = frame["8480-6"], frame["8462-4"]
    [pressure] = [
        r.rule.id
        for r in rulebook().together
        if set(r.values.values()) == {"8480-6", "8462-4"} and r.rule.severity == "error"
    ]
    assert [row[pressure] for row in rows] == (
        ~(lower < upper) & upper.notna() & lower.notna()
    ).tolist()


def test_a_life_has_its_order() -> None:
    dates = {
        "day": [10, -5, 50_000, 103, 101, NO_INT],
        "read": [True, True, True, True, True, False],
        "born": [0, 0, 0, 0, 0, 0],
        "died": [100, 100, 10_000_000, 101, 100, 100],
    }
    told = partial(life.out_of_life, unborn=-1_000_000)
    assert _column(told, dates, "before_birth") == [False, True, False, False, False, False]
    assert _column(told, dates, "too_old") == [False, False, True, False, False, False]
    assert _column(told, dates, "after_death") == [False, False, False, True, False, False]
    days = {"day": [10, 30, -9, 0, 30], "read": [True, True, True, True, False]}
    told = partial(life.implausible_days, today=20, oldest=-5, zeros=(0,))
    assert _column(told, days, "future") == [False, True, False, False, False]
    assert _column(told, days, "old") == [False, False, True, False, False]
    assert _column(told, days, "sentinel") == [False, False, False, True, False]


def test_a_stay_ends_after_it_began_and_is_as_long_as_it_says() -> None:
    spans = {
        "start": [0, 5, 0, 0, 0], "started": [True] * 5,
        "end": [3, 1, 400, 3, 3], "ended": [True, True, True, True, False],
        "said": [3.0, np.nan, 400.0, 9.0, 9.0],
    }  # fmt: skip
    assert _column(life.ends, spans, "before") == [False, True, False, False, False]
    told = partial(life.stays, longest=366)
    assert _column(told, spans, "long") == [False, False, True, False, False]
    assert _column(told, spans, "differs") == [False, False, False, True, False]


def _readings(number: Sequence[float], pair: Sequence[int]) -> pd.DataFrame:
    size = len(number)
    flags = dict.fromkeys(
        ("is_text", "empty", "ambiguous", "not_a_pressure", "no_unit", "comparator"),
        np.zeros(size, dtype=bool),
    )
    return pd.DataFrame({"at": range(size), "pair": pair, "number": number, **flags})


def _days(written: Sequence[tuple[int, ...]], order: str = "") -> list[dict[str, Any]]:
    names = ("shape", "first", "second", "third")
    columns = {name: [int(day[at]) for day in written] for at, name in enumerate(names)}
    return _inorder(lambda frame: times.days(times.ordered(frame, order)), columns)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _inorder(transform: Any, columns: dict[str, Any]) -> list[dict[str, Any]]:
    return on_every_engine(transform, pd.DataFrame(columns), order=())


def _column(transform: Any, columns: dict[str, Any], name: str) -> list[Any]:
    return [row[name] for row in _inorder(transform, columns)]
