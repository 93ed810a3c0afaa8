"""What the window asks of a store, whoever unlocked it."""

from pathlib import Path
from typing import Protocol

from clinicdesk.domain.roles import Principal
from clinicdesk.services.key_account import KeyAccount
from clinicdesk.services.own_account import OwnAccount


class Opened(Protocol):
    """A clinic, the researchers' desk, or a shared record."""

    folder: Path
    principal: Principal

    @property
    def own_account(self) -> OwnAccount | KeyAccount: ...

    @property
    def must_change_password(self) -> bool: ...

    def leave(self) -> None: ...

    def lock(self) -> None: ...
