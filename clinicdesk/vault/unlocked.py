"""An unlocked store: who unlocked it, and the keys they were given."""

from clinicdesk.errors import NotAllowed
from clinicdesk.vault.domains import Domain
from clinicdesk.vault.files import KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.keyring import KeyRing, open_ring
from clinicdesk.vault.roster import AUDIT, Account
from clinicdesk.vault.slots import Contents
from clinicdesk.vault.troubles import KeysOlder, KeysTampered


class Unlocked:
    """Keys in memory until `close`, which overwrites them.

    must_change: the password was set by an administrator; ask for a new one before anything else.
    failed_attempts: wrong passwords for this login since it last succeeded, for the audit.
    """

    def __init__(
        self,
        files: KeyFiles,
        header: Header,
        account: Account,
        login: str,
        contents: Contents,
        *,
        must_change: bool = False,
        failed_attempts: int = 0,
    ) -> None:
        self.files = files
        self.store_id = header.store_id.hex()
        self.user_id = account.user_id
        self.login = login
        self.role: str = account.role
        self.public_key = account.public_key
        self.must_change = must_change
        self.failed_attempts = failed_attempts
        self._contents = contents
        self._header = header
        self._ring = open_ring(header, account.user_id, contents.private)
        self._open = True

    def __repr__(self) -> str:
        return "Unlocked()"

    @property
    def generation(self) -> int:
        """Of the roster: whoever has seen a higher one is looking at an old copy of the header."""
        return self._header.roster.generation

    @property
    def signer(self) -> bytes:
        """Ed25519 public key of the store."""
        return self._header.roster.signer()

    def database_key(self) -> bytes:
        """The raw key of clinic.db. 32 bytes."""
        return self._key(Domain.CLINICAL, "sqlcipher")

    def pending_database_key(self) -> bytes | None:
        """The raw key clinic.db gets, or got already, while a rotation is under way."""
        return self._pending_key(Domain.CLINICAL, "sqlcipher")

    def research_key(self) -> bytes:
        """The raw key of the de-identified copy. 32 bytes."""
        return self._key(Domain.RESEARCH, "sqlcipher")

    def pending_research_key(self) -> bytes | None:
        return self._pending_key(Domain.RESEARCH, "sqlcipher")

    def documents_key(self) -> bytes:
        """Wraps the key of each document. 32 bytes."""
        return self._key(Domain.CLINICAL, "attach")

    def pending_documents_key(self) -> bytes | None:
        return self._pending_key(Domain.CLINICAL, "attach")

    def backup_key(self) -> bytes:
        """32 bytes."""
        return self._key(Domain.CLINICAL, "backup")

    @property
    def audit_root(self) -> int:
        """Number of the newest root of the audit chain; 0 in a store from before there was one."""
        return self._header.roster.audit_root

    @property
    def audit_begins(self) -> int:
        """The first event that must be in the chain; 0 while there is none."""
        return self._header.roster.audit_begins

    def audit_key(self, root: int) -> bytes:
        """The first key of the audit chain under this root, for administrators. 32 bytes."""
        self._require_open()
        return self._ring.derived(AUDIT, root, "audit", bytes.fromhex(self.store_id))

    def close(self) -> None:
        """Overwrite every key; from here on nothing can be derived."""
        self._open = False
        self._ring.wipe()
        self._contents.wipe()

    def current(self) -> Header:
        """Read the header anew and make sure that it is genuine and that we are still in it."""
        header = self.files.load()
        self.check(header)
        return header

    def check(self, header: Header) -> None:
        """Refuse a header that our administrators did not sign, an older one, or one without us."""
        self._require_open()
        if header.store_id.hex() != self.store_id or not header.is_genuine(self._contents.trusted):
            raise KeysTampered
        if header.roster.generation < self.generation:
            raise KeysOlder
        account = header.roster.account(self.user_id)
        ours = (self.role, self.public_key, True)
        if account is None or (account.role, account.public_key, account.active) != ours:
            raise NotAllowed(
                "This account was changed or closed. Lock the store and sign in again."
            )

    def ring(self, header: Header) -> KeyRing:
        """Every key this account is given by a header that was checked; wipe it after use."""
        self._require_open()
        return open_ring(header, self.user_id, self._contents.private)

    def refresh(self, header: Header) -> None:
        """Hold the keys of this header from now on."""
        fresh = self.ring(header)
        self._ring.wipe()
        self._ring, self._header = fresh, header

    def contents(self) -> Contents:
        """What our slot protects, to wrap it anew."""
        self._require_open()
        return self._contents

    def _key(self, domain: Domain, label: str) -> bytes:
        return self._derived(domain, self._header.roster.epochs[domain].current, label)

    def _pending_key(self, domain: Domain, label: str) -> bytes | None:
        pending = self._header.roster.epochs[domain].pending
        return None if pending is None else self._derived(domain, pending, label)

    def _derived(self, domain: Domain, epoch: int, label: str) -> bytes:
        self._require_open()
        return self._ring.derived(domain, epoch, label, bytes.fromhex(self.store_id))

    def _require_open(self) -> None:
        if not self._open:
            raise NotAllowed("The store is locked.")
