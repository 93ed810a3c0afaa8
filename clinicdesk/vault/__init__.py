"""Keys: who can open the store, and with what."""

from clinicdesk.vault.creation import NewAccount, create
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.files import KEYS_COPY, KEYS_FILE
from clinicdesk.vault.opening import confirm_password, seconds_to_wait, unlock
from clinicdesk.vault.recovery import RecoveryKey, read_recovery_key
from clinicdesk.vault.unlocked import Unlocked

__all__ = [
    "KEYS_COPY",
    "KEYS_FILE",
    "Domain",
    "NewAccount",
    "RecoveryKey",
    "Unlocked",
    "confirm_password",
    "create",
    "read_recovery_key",
    "seconds_to_wait",
    "unlock",
]
