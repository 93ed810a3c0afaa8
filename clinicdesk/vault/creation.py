"""Make the keys of a new store."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.drafts import enrolled, signed, with_new_recovery, with_pins_authenticated
from clinicdesk.vault.files import KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.kdf import LIMITS, STANDARD, KdfCost, Limits
from clinicdesk.vault.keyring import KeyRing
from clinicdesk.vault.passwords import check_new_password, clean_login
from clinicdesk.vault.pins import PinnedState, Pins
from clinicdesk.vault.recovery import RecoveryKey
from clinicdesk.vault.roster import (
    AUDIT,
    SIGNING,
    Account,
    Epoch,
    Recipient,
    Roster,
    Signer,
    login_tag,
)
from clinicdesk.vault.sealing import new_key, new_signer
from clinicdesk.vault.unlocked import Unlocked


@dataclass(frozen=True, slots=True)
class NewAccount:
    login: str
    role: str  # a word of domain.roles.Role
    password: str = field(repr=False)


def create(
    folder: Path,
    account: NewAccount,
    *,
    words: Collection[str] = (),
    cost: KdfCost = STANDARD,
    limits: Limits = LIMITS,
) -> tuple[Unlocked, RecoveryKey]:
    """Make the keys of a new store and its first administrator.

    words: what the password may not be made of, the clinic's name first.  cost: of every password
    slot; what `benchmark` found.  limits: tests alone pass others.
    """
    if account.role != Role.ADMINISTRATOR:
        raise BadInput("The first account of a store is an administrator's.")
    files = KeyFiles(folder, limits)
    if files.exist():
        raise BadInput("This folder already holds a store. Choose an empty folder.")
    check_new_password(account.password, login=account.login, words=words)
    header, ring = _founded(cost)
    first = new_account(header, account.login, Role.ADMINISTRATOR)
    header, contents = enrolled(header, first, account.password, ring, limits)
    header, recovery_key = with_new_recovery(header, ring)
    header = signed(with_pins_authenticated(header, ring), ring)
    ring.wipe()
    files.create(header)
    return Unlocked(
        files, header, header.roster.accounts[0], clean_login(account.login), contents
    ), recovery_key


def as_role(word: str) -> Role:
    """Read the word for a role."""
    try:
        return Role(word)
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise BadInput(f"There is no such role. Choose one of: {known}.") from None


def new_account(header: Header, login: str, role: Role, user_id: str | None = None) -> Account:
    """An account with an id of its own and no keys yet."""
    tag = login_tag(header.roster.login_salt, clean_login(login))
    return Account(user_id or secrets.token_hex(16), tag, role, active=False, public_key=b"")


def _founded(cost: KdfCost) -> tuple[Header, KeyRing]:
    """A header without anybody in it, and the keys that its first administrator is given."""
    signing_key, signer = new_signer()
    keys = {(domain.value, 1): new_key() for domain in Domain}
    roster = Roster(
        generation=0,
        login_salt=secrets.token_bytes(32),
        cost=cost,
        epochs={domain: Epoch(1) for domain in Domain},
        accounts=(),
        recovery=Recipient("", b""),
        signers=(Signer(signer, b""),),
        seals=(),
        audit_root=1,
        audit_begins=1,
    )
    pins = {domain: PinnedState(Pins(), b"") for domain in Domain}
    header = Header(secrets.token_bytes(16), 1, roster, b"", (), pins)
    return header, KeyRing(keys | {(SIGNING, 1): signing_key, (AUDIT, 1): new_key()})
