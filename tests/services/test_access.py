"""Whoever asks is who they say, recently enough, and in a session that still runs (F06, F07)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinicdesk.domain.roles import PERMISSIONS, Action, Principal, Role
from clinicdesk.errors import NotAllowed
from clinicdesk.services.access import (
    Access,
    PasswordChangeNeeded,
    ReauthenticationNeeded,
    SessionOver,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def access(clock: Clock, role: Role = Role.ADMINISTRATOR, **more: Any) -> Access:
    return Access(Principal(1, "somebody", role), now=clock, **more)


def test_every_role_has_its_line_and_may_see_to_its_own_account() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert all(Action.OWN_ACCOUNT in allowed for allowed in PERMISSIONS.values())


def test_only_administrators_administer() -> None:
    for action in (Action.ACCOUNTS_MANAGE, Action.KEYS_MANAGE, Action.SETTINGS_CHANGE):
        assert [r for r in Role if action in PERMISSIONS[r]] == [Role.ADMINISTRATOR]


def test_a_closed_session_may_do_nothing(clock: Clock) -> None:
    closed = access(clock)
    closed.close()
    for action in Action:
        with pytest.raises(NotAllowed, match="locked"):
            closed.require(action)


def test_a_password_is_fresh_for_five_minutes(clock: Clock) -> None:
    """F07: unlocking took the password, so its first minutes count."""
    ours = access(clock)
    clock.go_on(minutes=4, seconds=59)
    ours.require(Action.KEYS_MANAGE, fresh=True)
    clock.go_on(seconds=1)
    with pytest.raises(ReauthenticationNeeded):
        ours.require(Action.KEYS_MANAGE, fresh=True)
    ours.require(Action.KEYS_MANAGE)
    ours.confirm()
    ours.require(Action.KEYS_MANAGE, fresh=True)


def test_a_fresh_password_gives_no_rights(clock: Clock) -> None:
    with pytest.raises(NotAllowed, match="may not"):
        access(clock, Role.NURSE).require(Action.KEYS_MANAGE, fresh=True)


def test_a_session_ends_after_twelve_hours(clock: Clock) -> None:
    """F06, whatever was done meanwhile."""
    ours = access(clock)
    clock.go_on(hours=11, minutes=59)
    ours.confirm()
    ours.require(Action.PATIENTS_LIST)
    clock.go_on(minutes=1)
    for _ in range(2):
        with pytest.raises(SessionOver):
            ours.require(Action.PATIENTS_LIST)
        ours.confirm()


def test_setting_the_clock_back_extends_nothing(clock: Clock) -> None:
    ours = access(clock)
    clock.go_on(hours=-1)
    with pytest.raises(SessionOver):
        ours.require(Action.PATIENTS_LIST)


def test_a_clock_put_right_by_a_minute_is_no_trouble(clock: Clock) -> None:
    ours = access(clock)
    clock.go_on(minutes=-1)
    ours.require(Action.KEYS_MANAGE, fresh=True)


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.OWN_ACCOUNT}))
def test_a_temporary_password_opens_nothing_but_its_change(clock: Clock, action: Action) -> None:
    """A09."""
    role = next(role for role in Role if action in PERMISSIONS[role])
    temporary = access(clock, role, must_change=True)
    with pytest.raises(PasswordChangeNeeded):
        temporary.require(action)
    temporary.require(Action.OWN_ACCOUNT)


def test_what_a_role_is_refused_is_told_and_nothing_else(clock: Clock) -> None:
    told: list[Action] = []
    nurse = access(clock, Role.NURSE, denied=told.append)
    nurse.require(Action.PATIENTS_LIST)
    assert not nurse.allows(Action.IMPORT)
    assert not told
    with pytest.raises(NotAllowed):
        nurse.require(Action.IMPORT)
    assert told == [Action.IMPORT]


def test_the_login_is_in_no_repr() -> None:
    assert "somebody" not in repr(Principal(1, "somebody", Role.NURSE))
