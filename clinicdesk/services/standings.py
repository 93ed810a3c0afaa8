"""What the key header says of the accounts, in the words of the database."""

from clinicdesk import vault
from clinicdesk.storage.accounts import Standing
from clinicdesk.vault import AccountState, Unlocked


def standings(keys: Unlocked) -> dict[str, Standing]:
    """Every account of the header, by its id."""
    return {state.user_id: standing_of(state) for state in vault.list_accounts(keys)}


def standing_of(state: AccountState) -> Standing:
    """One account of the header."""
    return Standing(state.user_id, state.role, state.active, state.public_key.hex())
