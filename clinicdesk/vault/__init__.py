"""Keys: who can open the store, and with what."""

from clinicdesk.vault.accounts import (
    AccountState,
    add_account,
    are_logins_ours,
    change_own_password,
    change_role,
    deactivate,
    find_account,
    list_accounts,
    reset_password,
)
from clinicdesk.vault.anchors import is_anchor_ours, sign_anchor
from clinicdesk.vault.copies import CopyKeys, CopyWithoutUs, keys_of_copy
from clinicdesk.vault.creation import NewAccount, as_role, create
from clinicdesk.vault.domains import DOMAINS, Domain
from clinicdesk.vault.files import KEYS_COPY, KEYS_FILE
from clinicdesk.vault.kdf import KdfCost, benchmark
from clinicdesk.vault.opening import confirm_password, seconds_to_wait, unlock
from clinicdesk.vault.passphrases import Passphrase, propose_passphrase
from clinicdesk.vault.passwords import check_new_password, clean_login
from clinicdesk.vault.pinning import read_pins, write_pins
from clinicdesk.vault.pins import Pins
from clinicdesk.vault.recovering import (
    Recovery,
    begin_recovery,
    is_recovery_key,
    recover,
    renew_recovery_key,
)
from clinicdesk.vault.recovery import RecoveryKey, read_recovery_key
from clinicdesk.vault.rotation import (
    abandon_rotation,
    begin_audit,
    begin_rotation,
    confirm_rotation,
    remove_for_cause,
)
from clinicdesk.vault.sealing import new_key
from clinicdesk.vault.sharing import SHARE_MAGIC, ShareUnreadable, open_share, seal_share
from clinicdesk.vault.streams import (
    CHUNK,
    StreamDamaged,
    StreamReader,
    encrypted,
    open_file_key,
    seal_file_key,
    stream_label,
)
from clinicdesk.vault.unlocked import Unlocked

__all__ = [
    "CHUNK",
    "DOMAINS",
    "KEYS_COPY",
    "KEYS_FILE",
    "SHARE_MAGIC",
    "AccountState",
    "CopyKeys",
    "CopyWithoutUs",
    "Domain",
    "KdfCost",
    "NewAccount",
    "Passphrase",
    "Pins",
    "Recovery",
    "RecoveryKey",
    "ShareUnreadable",
    "StreamDamaged",
    "StreamReader",
    "Unlocked",
    "abandon_rotation",
    "add_account",
    "are_logins_ours",
    "as_role",
    "begin_audit",
    "begin_recovery",
    "begin_rotation",
    "benchmark",
    "change_own_password",
    "change_role",
    "check_new_password",
    "clean_login",
    "confirm_password",
    "confirm_rotation",
    "create",
    "deactivate",
    "encrypted",
    "find_account",
    "is_anchor_ours",
    "is_recovery_key",
    "keys_of_copy",
    "list_accounts",
    "new_key",
    "open_file_key",
    "open_share",
    "propose_passphrase",
    "read_pins",
    "read_recovery_key",
    "recover",
    "remove_for_cause",
    "renew_recovery_key",
    "reset_password",
    "seal_file_key",
    "seal_share",
    "seconds_to_wait",
    "sign_anchor",
    "stream_label",
    "unlock",
    "write_pins",
]
