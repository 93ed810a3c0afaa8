"""When a session locks by itself (F06), by a clock that the test moves."""

from datetime import UTC, datetime, timedelta

import pytest

from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.idle import LockReason, watch
from tests.services.stores import OWN_PASSWORD, add_account, events, unlock

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def test_it_locks_after_the_minutes_without_input() -> None:
    watched = watch(5, NOON)
    assert watched.reason(after(minutes=4, seconds=59)) is None
    assert watched.reason(after(minutes=5)) is LockReason.IDLE


def test_input_keeps_it_open() -> None:
    watched = watch(5, NOON)
    for minute in range(1, 60):
        assert watched.reason(after(minutes=minute)) is None
        watched = watched.touched(after(minutes=minute))
    assert watched.reason(after(minutes=64)) is LockReason.IDLE


def test_input_that_comes_too_late_opens_nothing() -> None:
    """The computer slept: the first key that is pressed afterwards meets the lock."""
    late = after(hours=3)
    assert watch(5, NOON).touched(late).reason(late) is LockReason.IDLE


def test_twelve_hours_end_it_in_the_middle_of_the_work() -> None:
    watched = watch(30, NOON)
    for minute in range(10, 12 * 60, 10):
        watched = watched.touched(after(minutes=minute))
    assert watched.reason(after(hours=11, minutes=59)) is None
    assert watched.reason(after(hours=12)) is LockReason.SESSION_OVER


def test_setting_the_clock_back_locks() -> None:
    watched = watch(5, NOON)
    assert watched.reason(after(minutes=-1)) is None
    assert watched.reason(after(minutes=-3)) is LockReason.CLOCK_SET_BACK
    assert watched.touched(after(minutes=-3)).reason(after(minutes=-3)) is not None


@pytest.mark.parametrize(
    ("last_input", "now", "due"),
    [(0, 0, 5.0), (3, 4, 4.0), (0, 5, 0.0), (0, 60, 0.0), (717, 718, 2.0), (0, -1, 6.0)],
)
def test_it_says_how_long_a_timer_may_sleep(last_input: int, now: int, due: float) -> None:
    """In minutes; at the end of the twelve hours less than the idle minutes."""
    watched = watch(5, NOON)
    for minute in range(4, last_input, 4):
        watched = watched.touched(after(minutes=minute))
    watched = watched.touched(after(minutes=last_input))
    assert watched.due_in(after(minutes=now)) == timedelta(minutes=due)


def test_the_minutes_are_the_clinics(clinic: Clinic) -> None:
    assert clinic.settings.idle_minutes() == 5
    clinic.settings.change_idle_minutes(12)
    assert events(clinic, "action", "object_type", "detail")[-1] == (
        *("settings.change", "idle_minutes", '{"after": 12, "before": 5}'),
    )
    clinic.lock()


@pytest.mark.parametrize("minutes", [0, 31, -5])
def test_it_cannot_be_switched_off(clinic: Clinic, minutes: int) -> None:
    with pytest.raises(BadInput, match="1 to 30"):
        clinic.settings.change_idle_minutes(minutes)
    assert clinic.settings.idle_minutes() == 5


def test_only_an_administrator_sets_them_and_everybody_is_bound(clinic: Clinic) -> None:
    clinic.settings.change_idle_minutes(1)
    add_account(clinic, "bob")
    bob = unlock(clinic.folder, "bob", OWN_PASSWORD)
    assert bob.settings.idle_minutes() == 1
    with pytest.raises(NotAllowed):
        bob.settings.change_idle_minutes(30)
    bob.lock()
