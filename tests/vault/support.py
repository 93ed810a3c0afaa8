"""Stores whose passwords cost next to nothing, and clocks that tests move."""

from dataclasses import dataclass, replace
from pathlib import Path

from clinicdesk import vault
from clinicdesk.vault import NewAccount, RecoveryKey, Unlocked
from clinicdesk.vault.administering import administer
from clinicdesk.vault.files import KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.keyring import KeyRing
from clinicdesk.vault.roster import AUDIT
from clinicdesk.vault.sealing import sign
from clinicdesk.vault.throttle import Clocks
from tests.conftest import CHEAP, CHEAP_LIMITS

ADMIN, ADMIN_PASSWORD = "ada", "plum kettle orbit walnut"
OTHER_PASSWORD = "glove harvest tundra nine"
THIRD_PASSWORD = "meadow trombone pixel rust"


@dataclass
class FakeClock:
    """Wall and monotonic time; sleeping moves both."""

    wall: float = 1_800_000_000.0
    monotonic: float = 5_000.0
    slept: float = 0.0

    def clocks(self) -> Clocks:
        return Clocks(lambda: self.wall, lambda: self.monotonic, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.go_on(seconds)

    def go_on(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


def made(folder: Path) -> tuple[Unlocked, RecoveryKey]:
    account = NewAccount(ADMIN, "administrator", ADMIN_PASSWORD)
    return vault.create(folder, account, cost=CHEAP, limits=CHEAP_LIMITS)


def opened(
    folder: Path,
    login: str = ADMIN,
    password: str = ADMIN_PASSWORD,
    clock: FakeClock | None = None,
) -> Unlocked:
    """Unlock; without a clock of the test's own, no time is spent on waiting."""
    clocks = (clock or FakeClock()).clocks()
    return vault.unlock(folder, login, password, limits=CHEAP_LIMITS, clocks=clocks)


def added(
    keys: Unlocked, login: str, role: str = "clinician", password: str = OTHER_PASSWORD
) -> str:
    """Add an account and return its id."""
    return vault.add_account(keys, NewAccount(login, role, password)).user_id


def files_of(folder: Path) -> KeyFiles:
    return KeyFiles(folder, CHEAP_LIMITS)


def overwritten(folder: Path, header: Header) -> None:
    """Put a header in both places, as an attacker with the disk in hand would."""
    for name in (vault.KEYS_FILE, vault.KEYS_COPY):
        (folder / name).write_bytes(header.as_bytes())


def signed_by(header: Header, private: bytearray) -> Header:
    """The header with its roster signed anew by somebody."""
    return replace(header, signature=sign(private, header.roster.message(header.store_id)))


def forget_audit(keys: Unlocked) -> None:
    """Make the header one of the first ClinicDesk, whose audit had no chain."""

    def forgotten(header: Header, _ring: KeyRing) -> Header:
        seals = tuple(seal for seal in header.roster.seals if seal.purpose != AUDIT)
        roster = replace(header.roster, audit_root=0, audit_begins=0, seals=seals)
        return replace(header, roster=roster)

    administer(keys, forgotten)
