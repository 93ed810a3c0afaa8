"""Any sequence of operations, crashes and restores: who should open the store does, nobody else.

More of it: CLINICDESK_EXAMPLES=2000 pytest tests/vault/test_machine.py
"""

import os
import shutil
import tempfile
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed, WrongPassword
from clinicdesk.vault import (
    DOMAINS,
    KEYS_COPY,
    KEYS_FILE,
    Domain,
    Pins,
    Unlocked,
    read_recovery_key,
)
from clinicdesk.vault.throttle import LOCK_TIME
from tests.conftest import CHEAP_LIMITS
from tests.vault.support import ADMIN, ADMIN_PASSWORD, FakeClock, files_of, made, opened

PASSWORDS = [f"{word} harvest tundra nine" for word in ("glove", "meadow", "pixel", "rust", "opal")]
LOGINS = ["bob", "carl", "dora", "eve"]
COPIES = (KEYS_FILE, KEYS_COPY)

passwords = st.sampled_from(PASSWORDS)
logins = st.sampled_from(LOGINS)
everybody = st.sampled_from([ADMIN, *LOGINS])
roles = st.sampled_from(Role)
domains = st.sampled_from(Domain)


@dataclass
class Person:
    role: Role
    password: str
    active: bool = True
    must_change: bool = False
    former: set[str] = field(default_factory=set)


@dataclass
class World:
    """What the header should say."""

    people: dict[str, Person]
    keys: dict[Domain, bytes]
    pending: dict[Domain, bytes]
    pins: Pins
    sheet: str
    former_sheets: set[str] = field(default_factory=set)

    def administrators(self) -> list[str]:
        return [
            login
            for login, person in self.people.items()
            if person.active and person.role is Role.ADMINISTRATOR
        ]


class Header(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="vault-machine-"))
        self.folder = self.root / "store"
        self.saved: World | None = None
        self.clock = FakeClock()

    @initialize()
    def create(self) -> None:
        keys, sheet = made(self.folder)
        self.world = World(
            people={ADMIN: Person(Role.ADMINISTRATOR, ADMIN_PASSWORD)},
            keys={Domain.CLINICAL: keys.database_key(), Domain.RESEARCH: keys.research_key()},
            pending={},
            pins=Pins(),
            sheet=str(sheet),
        )

    def unlocked(self, login: str) -> Unlocked:
        return self.tried(login, self.world.people[login].password)

    def tried(self, login: str, password: str) -> Unlocked:
        """Try after a pause, so that no lock of earlier failures hides the answer."""
        self.clock.go_on(LOCK_TIME)
        return opened(self.folder, login, password, self.clock)

    def administrator(self, besides: str = "") -> Unlocked | None:
        """Somebody who may do it to that person."""
        able = [login for login in self.world.administrators() if login != besides]
        return self.unlocked(able[-1]) if able else None

    # -- what people do ------------------------------------------------------------------------

    @rule(login=logins, role=roles, password=passwords)
    def add(self, login: str, role: Role, password: str) -> None:
        admin = self.administrator()
        assert admin
        account = vault.NewAccount(login.upper(), role, password)
        if login in self.world.people:
            with pytest.raises(BadInput):
                vault.add_account(admin, account)
            return
        vault.add_account(admin, account)
        self.world.people[login] = Person(role, password, must_change=True)

    @rule(login=everybody, password=passwords)
    def change_own_password(self, login: str, password: str) -> None:
        person = self.world.people.get(login)
        if person is None or not person.active or person.password == password:
            return
        keys = self.unlocked(login)  # which forgets failures
        vault.change_own_password(keys, person.password, password, clocks=self.clock.clocks())
        self._given(person, password)
        person.must_change = False

    @rule(login=everybody, password=passwords)
    def reset(self, login: str, password: str) -> None:
        person, admin = self.world.people.get(login), self.administrator(besides=login)
        if person is None or admin is None:
            return
        vault.reset_password(admin, self._user_id(admin, login), login, password)
        self._given(person, password)
        person.active = person.must_change = True

    @rule(login=everybody)
    def deactivate(self, login: str) -> None:
        person, admin = self.world.people.get(login), self.administrator(besides=login)
        if person and admin:
            vault.deactivate(admin, self._user_id(admin, login))
            person.active = False

    @rule(login=everybody, role=roles)
    def change_role(self, login: str, role: Role) -> None:
        person, admin = self.world.people.get(login), self.administrator(besides=login)
        if person and person.active and admin:
            vault.change_role(admin, self._user_id(admin, login), role)
            person.role = role

    @rule(login=everybody)
    def remove_for_cause(self, login: str) -> None:
        person, admin = self.world.people.get(login), self.administrator(besides=login)
        if person is None or admin is None:
            return
        if DOMAINS[person.role] & set(self.world.pending):
            with pytest.raises(BadInput):
                vault.remove_for_cause(admin, self._user_id(admin, login))
            return
        for domain in vault.remove_for_cause(admin, self._user_id(admin, login)):
            self.world.pending[domain] = self._pending(admin, domain)
        person.active = False

    @rule(domain=domains)
    def begin_rotation(self, domain: Domain) -> None:
        admin = self.administrator()
        assert admin
        if domain in self.world.pending:
            with pytest.raises(BadInput):
                vault.begin_rotation(admin, [domain])
            return
        vault.begin_rotation(admin, [domain])
        self.world.pending[domain] = self._pending(admin, domain)
        assert self.world.pending[domain] != self.world.keys[domain]

    @precondition(lambda self: self.world.pending)
    @rule(data=st.data(), keep=st.booleans())
    def end_rotation(self, data: st.DataObject, keep: bool) -> None:
        domain = data.draw(st.sampled_from(sorted(self.world.pending)))
        admin = self.administrator()
        assert admin
        (vault.confirm_rotation if keep else vault.abandon_rotation)(admin, domain)
        new = self.world.pending.pop(domain)
        if keep:
            self.world.keys[domain] = new

    @rule(login=everybody, seq=st.integers(0, 2**40))
    def pin(self, login: str, seq: int) -> None:
        person = self.world.people.get(login)
        if person is None or not person.active:
            return
        pins = Pins(seq, seq, "ab" * 16, "0001")
        if Domain.CLINICAL not in DOMAINS[person.role]:
            with pytest.raises(NotAllowed):
                vault.write_pins(self.unlocked(login), Domain.CLINICAL, pins)
            return
        vault.write_pins(self.unlocked(login), Domain.CLINICAL, pins)
        self.world.pins = max(self.world.pins, pins, key=lambda each: each.generation)

    @rule(login=everybody, password=passwords)
    def recover(self, login: str, password: str) -> None:
        person = self.world.people.get(login)
        if person is None or person.role is not Role.ADMINISTRATOR:
            return
        sheet = read_recovery_key(self.world.sheet)
        _, new = vault.recover(self.folder, sheet, login, password, limits=CHEAP_LIMITS)
        self._given(person, password)
        person.active, person.must_change = True, False
        self._new_sheet(str(new))

    @rule()
    def renew_sheet(self) -> None:
        admin = self.administrator()
        assert admin
        self._new_sheet(str(vault.renew_recovery_key(admin)))

    # -- what happens to files -----------------------------------------------------------------

    @rule(name=st.sampled_from(COPIES), length=st.integers(0, 3000))
    def crash_truncates(self, name: str, length: int) -> None:
        path = self.folder / name
        path.write_bytes(path.read_bytes()[:length])

    @rule(name=st.sampled_from(COPIES), at=st.integers(0, 10_000), bit=st.integers(0, 7))
    def crash_flips(self, name: str, at: int, bit: int) -> None:
        raw = bytearray((self.folder / name).read_bytes() or b"\0")
        raw[at % len(raw)] ^= 1 << bit
        (self.folder / name).write_bytes(raw)

    @rule(name=st.sampled_from(COPIES))
    def lose(self, name: str) -> None:
        (self.folder / name).unlink()

    @rule()
    def crash_leaves_half_a_file(self) -> None:
        (self.folder / f"{KEYS_FILE}.new").write_bytes(b'{"keys":{"gen')

    @rule()
    def back_up(self) -> None:
        for name in COPIES:
            shutil.copy(self.folder / name, self.root / name)
        self.saved = deepcopy(self.world)

    @precondition(lambda self: self.saved)
    @rule()
    def restore(self) -> None:
        assert self.saved
        for name in COPIES:
            shutil.copy(self.root / name, self.folder / name)
        self.world = deepcopy(self.saved)

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def who_should_open_it_does(self) -> None:
        for login, person in self.world.people.items():
            if not person.active:
                self._refused(login, person.password)
                continue
            keys = self.unlocked(login)
            assert (keys.role, keys.must_change) == (person.role, person.must_change)
            for domain in Domain:
                self._check_keys(keys, person, domain)
            keys.close()

    @invariant()
    def nobody_else_does(self) -> None:
        self._refused("nobody", ADMIN_PASSWORD)
        for login, person in self.world.people.items():
            for password in sorted(person.former)[:2]:
                self._refused(login, password)

    @invariant()
    def the_latest_sheet_opens_it(self) -> None:
        assert self._opens(self.world.sheet)
        assert not any(map(self._opens, self.world.former_sheets))

    @invariant()
    def the_copies_agree_and_the_pins_are_kept(self) -> None:
        assert len({(self.folder / name).read_bytes() for name in COPIES}) == 1
        assert not list(self.folder.glob("*.new"))
        assert files_of(self.folder).load().pins[Domain.CLINICAL].pins == self.world.pins

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def _check_keys(self, keys: Unlocked, person: Person, domain: Domain) -> None:
        current = {Domain.CLINICAL: keys.database_key, Domain.RESEARCH: keys.research_key}[domain]
        if domain not in DOMAINS[person.role]:
            with pytest.raises(NotAllowed):
                current()
            return
        assert current() == self.world.keys[domain]
        assert self._pending(keys, domain) == self.world.pending.get(domain)

    def _pending(self, keys: Unlocked, domain: Domain) -> bytes:
        if domain is Domain.CLINICAL:
            return keys.pending_database_key()  # type: ignore[return-value]
        return keys.pending_research_key()  # type: ignore[return-value]

    def _refused(self, login: str, password: str) -> None:
        with pytest.raises(WrongPassword):
            self.tried(login, password)

    def _opens(self, sheet: str) -> bool:
        key = read_recovery_key(sheet)
        return vault.is_recovery_key(self.folder, key, limits=CHEAP_LIMITS)

    def _user_id(self, admin: Unlocked, login: str) -> str:
        found = vault.find_account(admin, login)
        assert found
        return found.user_id

    def _given(self, person: Person, password: str) -> None:
        person.former = (person.former | {person.password}) - {password}
        person.password = password

    def _new_sheet(self, sheet: str) -> None:
        self.world.former_sheets.add(self.world.sheet)
        self.world.sheet = sheet


TestHeader = Header.TestCase
TestHeader.settings = settings(
    max_examples=int(os.environ.get("CLINICDESK_EXAMPLES", "15")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
