"""What only an administrator changes: one way for all of it."""

from collections.abc import Callable

from clinicdesk.domain.roles import Role
from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.vault.drafts import signed
from clinicdesk.vault.header import Header
from clinicdesk.vault.keyring import KeyRing
from clinicdesk.vault.pinning import check_pins
from clinicdesk.vault.roster import Account
from clinicdesk.vault.unlocked import Unlocked


def administer(keys: Unlocked, change: Callable[[Header, KeyRing], Header]) -> Header:
    """Check the header on the disk, change it, sign it, write it."""
    if keys.role != Role.ADMINISTRATOR:
        raise NotAllowed("Only an administrator may do this.")

    def administered(header: Header) -> Header:
        keys.check(header)
        check_pins(keys, header)
        ring = keys.ring(header)
        try:
            return signed(change(header, ring), ring)
        finally:
            ring.wipe()

    header = keys.files.update(administered)
    keys.refresh(header)
    return header


def someone_else(keys: Unlocked, header: Header, user_id: str) -> Account:
    """Find an account that is not ours: so the last administrator can never be taken away."""
    if user_id == keys.user_id:
        raise BadInput(
            "Nobody can close or demote their own account, so that a store always keeps an"
            " administrator. Ask another administrator."
        )
    account = header.roster.account(user_id)
    if account is None:
        raise BadInput("There is no such account any more. Look at the list of accounts again.")
    return account
