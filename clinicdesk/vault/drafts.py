"""Changes to a header, each a function from one header to the next, before it is signed."""

import secrets
from dataclasses import replace

from clinicdesk.domain.roles import Role
from clinicdesk.vault.header import Header
from clinicdesk.vault.kdf import Limits
from clinicdesk.vault.keyring import KeyRing, purposes_of, seals_for
from clinicdesk.vault.pins import pinned
from clinicdesk.vault.recovery import RecoveryKey, new_recovery_key
from clinicdesk.vault.roster import AUDIT, SIGNING, Account, Recipient
from clinicdesk.vault.sealing import new_key, new_pair, sign
from clinicdesk.vault.slots import Contents, password_slot, recovery_slot


def enrolled(
    header: Header,
    account: Account,
    password: str,
    ring: KeyRing,
    limits: Limits,
    *,
    must_change: bool = False,
) -> tuple[Header, Contents]:
    """Give the account a new pair under this password, and its role's keys."""
    private, public = new_pair()
    contents = Contents(private, header.roster.signer())
    slot = password_slot(
        header.store_id,
        account.user_id,
        contents,
        password,
        cost=limits.today(header.roster.cost),
        limits=limits,
        must_change=must_change,
    )
    account = replace(account, public_key=public, active=True)
    header = replace(_with_account(header, account), slots=header.with_slot(slot))
    return resealed(header, account, ring), contents


def resealed(header: Header, account: Account, ring: KeyRing) -> Header:
    """Seal today's keys of its role to the account, and no others."""
    header = _with_account(header, account)
    return _with_seals(header, account.user_id, account.public_key, account.role, ring)


def shut_out(header: Header, account: Account) -> Header:
    """Take slot and seals away; the account stays known, so that its history has a name."""
    header = _with_account(header, replace(account, active=False))
    return replace(
        _without_seals(header, account.user_id), slots=header.slots_without(account.user_id)
    )


def with_new_recovery(header: Header, ring: KeyRing) -> tuple[Header, RecoveryKey]:
    """Make a new recovery key the only one."""
    key = new_recovery_key()
    old = header.roster.recovery.owner
    owner = secrets.token_hex(16)
    private, public = new_pair()
    slot = recovery_slot(
        header.store_id, owner, Contents(private, header.roster.signer()), key.secret
    )
    header = replace(_without_seals(header, old), slots=(*header.slots_without(old), slot))
    header = replace(header, roster=replace(header.roster, recovery=Recipient(owner, public)))
    return _with_seals(header, owner, public, Role.ADMINISTRATOR, ring), key


def all_resealed(header: Header, ring: KeyRing) -> Header:
    """Seal today's keys to everybody who is active, and to the recovery key."""
    for account in header.roster.accounts:
        if account.active:
            header = resealed(header, account, ring)
    recovery = header.roster.recovery
    return _with_seals(header, recovery.owner, recovery.public_key, Role.ADMINISTRATOR, ring)


def with_next_audit_root(header: Header, ring: KeyRing) -> Header:
    """Make a new root for the audit chain; seal it to nobody yet.

    Whoever knew a key of the chain knows the ones that follow from it, and none of this root's.
    """
    number = header.roster.audit_root + 1
    ring.add(AUDIT, number, new_key())
    return replace(header, roster=replace(header.roster, audit_root=number))


def with_pins_authenticated(header: Header, ring: KeyRing) -> Header:
    """Authenticate the pins as they are with the keys of the current epochs."""
    pins = {
        domain: pinned(
            header.store_id,
            domain,
            epoch.current,
            ring.key(domain, epoch.current),
            header.pins[domain].pins,
        )
        for domain, epoch in header.roster.epochs.items()
    }
    return replace(header, pins=pins)


def signed(header: Header, ring: KeyRing) -> Header:
    """Make the roster a new generation and sign it with the key of today's signer."""
    signing_key = ring.key(SIGNING, len(header.roster.signers))
    roster = replace(header.roster, generation=header.roster.generation + 1)
    header = replace(header, roster=roster)
    return replace(header, signature=sign(signing_key, header.roster.message(header.store_id)))


def _with_account(header: Header, account: Account) -> Header:
    others = tuple(each for each in header.roster.accounts if each.user_id != account.user_id)
    return replace(header, roster=replace(header.roster, accounts=(*others, account)))


def _without_seals(header: Header, owner: str) -> Header:
    kept = tuple(each for each in header.roster.seals if each.owner != owner)
    return replace(header, roster=replace(header.roster, seals=kept))


def _with_seals(header: Header, owner: str, public: bytes, role: Role, ring: KeyRing) -> Header:
    roster = header.roster
    seals = seals_for(header.store_id, owner, public, purposes_of(role, roster), ring)
    header = _without_seals(header, owner)
    return replace(header, roster=replace(roster, seals=(*header.roster.seals, *seals)))
