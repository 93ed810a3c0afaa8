"""The signed part of the header: accounts, who signs, and the data keys sealed to each account.

Administrators alone hold the signing key. When one of them is removed for cause a new signer
follows, endorsed by the one before, so that everybody can walk from the signer they trust to
today's.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from clinicdesk.domain.roles import Role
from clinicdesk.vault import fields
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.fields import Malformed
from clinicdesk.vault.kdf import KdfCost, Limits
from clinicdesk.vault.sealing import is_signed, mac
from clinicdesk.vault.slots import cost_from_json, cost_json

SIGNING = "signing"  # beside the domains: the purpose of a seal that holds the signing key
AUDIT = "audit"  # and of one that holds a root of the audit chain: administrators keep all of them
MOST_ACCOUNTS = 1000
MOST_LETTERS = 256  # of a login
_LABEL = b"cd/v1/roster"
_ENDORSEMENT = b"cd/v1/signer"


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    login_tag: bytes  # keyed hash of the login: a stolen disk shows no list of staff
    role: Role
    active: bool
    public_key: bytes

    def as_json(self) -> dict[str, object]:
        return {
            "user_id": self.user_id,
            "login_tag": self.login_tag.hex(),
            "role": self.role.value,
            "active": self.active,
            "public_key": self.public_key.hex(),
        }


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever holds the recovery key."""

    owner: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    public_key: bytes
    endorsement: bytes  # signature of the signer before; empty for the first


@dataclass(frozen=True, slots=True)
class Epoch:
    """Number of the data key in use, and of the next one while a rotation is under way."""

    current: int
    pending: int | None = None

    def numbers(self) -> tuple[int, ...]:
        return (self.current,) if self.pending is None else (self.current, self.pending)


@dataclass(frozen=True, slots=True)
class Seal:
    """A secret encrypted to one recipient's public key. epoch: for SIGNING the signer's number."""

    owner: str
    purpose: str
    epoch: int
    sealed: bytes

    def info(self, store_id: bytes) -> bytes:
        return seal_info(store_id, self.owner, self.purpose, self.epoch)


@dataclass(frozen=True, slots=True)
class Roster:
    generation: int
    login_salt: bytes
    cost: KdfCost  # what this clinic's computer was found to bear
    epochs: Mapping[Domain, Epoch]
    accounts: tuple[Account, ...]
    recovery: Recipient
    signers: tuple[Signer, ...]
    seals: tuple[Seal, ...]
    audit_root: int = 0  # number of the newest root; 0: a store from before the audit was chained
    audit_begins: int = 0  # the first event that must be in the chain

    def account(self, user_id: str) -> Account | None:
        return next((each for each in self.accounts if each.user_id == user_id), None)

    def account_of_login(self, login: str) -> Account | None:
        tag = login_tag(self.login_salt, login)
        return next((each for each in self.accounts if each.login_tag == tag), None)

    def seals_of(self, owner: str) -> Iterator[Seal]:
        return (seal for seal in self.seals if seal.owner == owner)

    def signer(self) -> bytes:
        return self.signers[-1].public_key

    def trusted_by(self, anchor: bytes) -> bool:
        """Whether endorsements lead from the signer trusted once to today's."""
        keys = [signer.public_key for signer in self.signers]
        if anchor not in keys:
            return False
        trusted = self.signers[keys.index(anchor) :]
        return all(
            is_signed(before.public_key, after.endorsement, endorsed(after.public_key))
            for before, after in pairwise(trusted)
        )

    def message(self, store_id: bytes) -> bytes:
        """What the signer signs."""
        return _LABEL + store_id + fields.canonical(self.as_json())

    def as_json(self) -> dict[str, object]:
        chained = {"audit": [self.audit_root, self.audit_begins]} if self.audit_root else {}
        return chained | {
            "generation": self.generation,
            "login_salt": self.login_salt.hex(),
            "cost": cost_json(self.cost),
            "epochs": {
                domain.value: [epoch.current, epoch.pending]
                for domain, epoch in self.epochs.items()
            },
            "accounts": [account.as_json() for account in self.accounts],
            "recovery": [self.recovery.owner, self.recovery.public_key.hex()],
            "signers": [[each.public_key.hex(), each.endorsement.hex()] for each in self.signers],
            "seals": [
                [each.owner, each.purpose, each.epoch, each.sealed.hex()] for each in self.seals
            ],
        }


def login_tag(salt: bytes, login: str) -> bytes:
    """Hash a login the same however it is typed: case, width and spaces around do not matter."""
    typed = unicodedata.normalize("NFKC", login[:MOST_LETTERS]).strip().casefold()
    return mac(salt, typed.encode("utf-8", "surrogatepass"))


def endorsed(public_key: bytes) -> bytes:
    """What the signer before signs to hand over."""
    return _ENDORSEMENT + public_key


def seal_info(store_id: bytes, owner: str, purpose: str, epoch: int) -> bytes:
    return fields.canonical(["cd/v1/seal", store_id.hex(), owner, purpose, epoch])


def roster_from_json(value: Any, limits: Limits) -> Roster:
    names = ("generation", "login_salt", "cost", "epochs", "accounts", "recovery", "signers")
    chained = isinstance(value, dict) and "audit" in value
    found = fields.record(value, *names, "seals", *(("audit",) if chained else ()))
    audit_root, audit_begins = fields.row(found["audit"], 2) if chained else (0, 0)
    epochs = fields.record(found["epochs"], *(domain.value for domain in Domain))
    recovery = fields.row(found["recovery"], 2)
    return Roster(
        generation=fields.number(found["generation"], 1),
        login_salt=fields.octets(found["login_salt"], 32),
        cost=cost_from_json(found["cost"], limits),
        epochs={domain: _epoch(epochs[domain.value]) for domain in Domain},
        accounts=fields.sequence(found["accounts"], _account, MOST_ACCOUNTS),
        recovery=Recipient(fields.identity(recovery[0]), fields.octets(recovery[1], 32)),
        signers=_signers(found["signers"]),
        seals=fields.sequence(found["seals"], _seal, 8 * MOST_ACCOUNTS),
        audit_root=fields.number(audit_root, int(chained)),
        audit_begins=fields.number(audit_begins, int(chained)),
    )


def _account(value: Any) -> Account:
    found = fields.record(value, "user_id", "login_tag", "role", "active", "public_key")
    return Account(
        user_id=fields.identity(found["user_id"]),
        login_tag=fields.octets(found["login_tag"], 32),
        role=fields.one_of(found["role"], Role),
        active=fields.flag(found["active"]),
        public_key=fields.octets(found["public_key"], 32),
    )


def _epoch(value: Any) -> Epoch:
    current, pending = fields.row(value, 2)
    return Epoch(fields.number(current, 1), None if pending is None else fields.number(pending, 2))


def _signers(value: Any) -> tuple[Signer, ...]:
    signers = fields.sequence(value, _signer, MOST_ACCOUNTS)
    if not signers:
        raise Malformed("no signer")
    return signers


def _signer(value: Any) -> Signer:
    public_key, endorsement = fields.row(value, 2)
    return Signer(fields.octets(public_key, 32), fields.octets(endorsement, longest=64))


def _seal(value: Any) -> Seal:
    owner, purpose, epoch, sealed = fields.row(value, 4)
    return Seal(
        fields.identity(owner),
        fields.text(purpose, 16),
        fields.number(epoch),
        fields.octets(sealed, longest=128),
    )
