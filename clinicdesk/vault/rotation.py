"""A new data key: what somebody took home does not open what is written from here on.

`begin_rotation` makes the new key and keeps both; the database is then encrypted anew, which is
the work of storage; `confirm_rotation` forgets the old key. In between the database has one of
the two, and every unlocked store offers both.
"""

from collections.abc import Collection
from dataclasses import replace

from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput
from clinicdesk.vault.administering import administer, someone_else
from clinicdesk.vault.domains import DOMAINS, Domain
from clinicdesk.vault.drafts import (
    all_resealed,
    shut_out,
    with_next_audit_root,
    with_pins_authenticated,
)
from clinicdesk.vault.header import Header
from clinicdesk.vault.keyring import KeyRing
from clinicdesk.vault.roster import SIGNING, Epoch, Signer, endorsed
from clinicdesk.vault.sealing import new_key, new_signer, sign
from clinicdesk.vault.unlocked import Unlocked


def begin_rotation(keys: Unlocked, domains: Collection[Domain] = (Domain.CLINICAL,)) -> None:
    """Make the next data key of these domains and seal it to everybody who is active."""

    def begun(header: Header, ring: KeyRing) -> Header:
        return all_resealed(_with_next_keys(header, domains, ring), ring)

    administer(keys, begun)


def remove_for_cause(keys: Unlocked, user_id: str) -> frozenset[Domain]:
    """Close an account whose owner may keep a copy, and begin a rotation of what they could read.

    A removed administrator knew the signing key as well: a new signer follows. Returns the domains
    whose databases must now be encrypted anew.
    """
    rotated: set[Domain] = set()

    def removed(header: Header, ring: KeyRing) -> Header:
        account = someone_else(keys, header, user_id)
        rotated.update(DOMAINS[account.role])
        header = _with_next_keys(shut_out(header, account), rotated, ring)
        if account.role is Role.ADMINISTRATOR:
            header = _with_next_signer(header, ring)
        return all_resealed(header, ring)

    administer(keys, removed)
    return frozenset(rotated)


def confirm_rotation(keys: Unlocked, domain: Domain) -> None:
    """Forget the old key. Only when the whole database was opened and checked with the new one."""

    def confirmed(header: Header, ring: KeyRing) -> Header:
        header = _with_epoch(header, domain, Epoch(_pending(header, domain)))
        return with_pins_authenticated(all_resealed(header, ring), ring)

    administer(keys, confirmed)


def abandon_rotation(keys: Unlocked, domain: Domain) -> None:
    """Forget the new key. Only when the database still opens with the old one."""

    def abandoned(header: Header, ring: KeyRing) -> Header:
        _pending(header, domain)
        epoch = Epoch(header.roster.epochs[domain].current)
        return all_resealed(_with_epoch(header, domain, epoch), ring)

    administer(keys, abandoned)


def _pending(header: Header, domain: Domain) -> int:
    pending = header.roster.epochs[domain].pending
    if pending is None:
        raise BadInput("No change of key is under way.")
    return pending


def _with_next_keys(header: Header, domains: Collection[Domain], ring: KeyRing) -> Header:
    for domain in domains:
        epoch = header.roster.epochs[domain]
        if epoch.pending is not None:
            raise BadInput(
                "A change of key is under way already. Finish it first; ClinicDesk takes it up"
                " when an administrator opens the store."
            )
        ring.add(domain.value, epoch.current + 1, new_key())
        header = _with_epoch(header, domain, Epoch(epoch.current, epoch.current + 1))
    if (
        Domain.CLINICAL in domains and header.roster.audit_root
    ):  # the chain's live key is in that database
        header = with_next_audit_root(header, ring)
    return header


def begin_audit(keys: Unlocked, begins: int) -> None:
    """Give a store from before the audit was chained the first root of its chain.

    begins: the first event that will be in it. It is signed, so that nobody puts it later.
    """

    def begun(header: Header, ring: KeyRing) -> Header:
        if header.roster.audit_root:
            return header
        header = with_next_audit_root(header, ring)
        roster = replace(header.roster, audit_begins=begins)
        return all_resealed(replace(header, roster=roster), ring)

    administer(keys, begun)


def _with_epoch(header: Header, domain: Domain, epoch: Epoch) -> Header:
    epochs = {**header.roster.epochs, domain: epoch}
    return replace(header, roster=replace(header.roster, epochs=epochs))


def _with_next_signer(header: Header, ring: KeyRing) -> Header:
    """Hand over to a new signer, endorsed by today's."""
    signers = header.roster.signers
    private, public = new_signer()
    endorsement = sign(ring.key(SIGNING, len(signers)), endorsed(public))
    ring.add(SIGNING, len(signers) + 1, private)
    followed = (*signers, Signer(public, endorsement))
    return replace(header, roster=replace(header.roster, signers=followed))
