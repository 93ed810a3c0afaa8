"""The range is one of a few, ends at the last reading, and its grid follows local time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.reports.time_axis import time_axis

LONDON = ZoneInfo("Europe/London")
END = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)


def every(step: timedelta, count: int) -> list[datetime]:
    return [END - step * n for n in reversed(range(count))]


@pytest.mark.parametrize(
    ("readings", "name"),
    [
        (every(timedelta(hours=1), 12), "24 hours"),
        (every(timedelta(hours=1), 500), "24 hours"),
        (every(timedelta(hours=3), 20), "3 days"),
        (every(timedelta(hours=8), 20), "7 days"),
        ([END - timedelta(days=400), *every(timedelta(days=1), 14)], "30 days"),
        (every(timedelta(days=1), 20), "30 days"),
        (every(timedelta(days=90), 4), "1 year"),
        (every(timedelta(days=365), 5), "5 years"),
        ([END - timedelta(days=400), *every(timedelta(hours=6), 21)], "7 days"),
        (every(timedelta(days=365), 40), "10 years"),
        ([END], "24 hours"),
    ],
)
def test_the_shortest_range_with_enough_readings(readings: list[datetime], name: str) -> None:
    axis = time_axis(readings, LONDON)
    assert axis.window.name == name
    assert axis.holds(readings[-1])


@given(st.integers(0, 10**8), st.integers(1, 60))
def test_the_last_reading_is_on_the_axis_and_its_ticks_are_in_order(gap: int, count: int) -> None:
    axis = time_axis(every(timedelta(seconds=gap), count), LONDON)
    assert 0.9 < axis.fraction(END) < 1
    ticks = [at for at, _ in axis.ticks()]
    assert 1 <= len(ticks) <= 9
    assert all(axis.holds(at) for at in ticks)
    assert all(earlier < later for earlier, later in pairwise(ticks))


def test_midnight_stays_midnight_when_the_clocks_change() -> None:
    end = datetime(2026, 10, 28, 12, 0, tzinfo=UTC)  # the clocks go back on the 25th
    readings = [end - timedelta(hours=8 * n) for n in reversed(range(20))]
    ticks = list(time_axis(readings, LONDON).ticks())
    assert {at.hour for at, _ in ticks} == {0}
    assert [label for _, label in ticks][-2:] == ["27-Oct", "28-Oct"]


def test_a_gap_is_not_bridged() -> None:
    axis = time_axis(every(timedelta(hours=3), 20), LONDON)
    assert axis.joined(END - timedelta(hours=8), END)
    assert not axis.joined(END - timedelta(hours=9), END)
    assert axis.join_text == "8 hours"
