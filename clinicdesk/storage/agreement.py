"""Header and database name the same accounts, or it is known why they do not.

Every change is announced in the database, made in the header, then followed in the database
(`changing`). So a header that is ahead is either the trace of a crash, which is brought to its end
here, or the work of something other than ClinicDesk, which is said and never adopted: a public
key put in somebody's place would be given every new key of the store.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clinicdesk.errors import StoreError
from clinicdesk.storage import accounts, audit
from clinicdesk.storage.accounts import Account, Standing

Standings = Mapping[str, Standing]  # what the header says, by its ids


class AccountsDisputed(StoreError):
    """No key is sealed to anybody while this holds."""

    def __init__(self, logins: Sequence[str]) -> None:
        super().__init__(
            f"clinic.keys and clinic.db do not agree about {', '.join(logins)}: something other"
            " than ClinicDesk changed one of them, or an older copy was put back. Restore both"
            " from the last backup, or give these accounts new passwords. Until then the keys of"
            " the store cannot be changed."
        )


def is_disputed(account: Account, header: Standings) -> bool:
    """Whether header and database differ, and no change of ours explains it."""
    return not account.changing and header.get(account.standing.user_id) != account.standing


def disputed(session: Session, header: Standings) -> list[str]:
    """The logins of the accounts that are."""
    known = accounts.every(session)
    logins = [account.principal.login for account in known if is_disputed(account, header)]
    strangers = header.keys() - {account.standing.user_id for account in known}
    return [*logins, *(["an account that clinic.db does not know"] if strangers else [])]


def require_agreement(session: Session, header: Standings) -> None:
    """Refuse before a key is sealed to whoever somebody put into the header."""
    if logins := disputed(session, header):
        raise AccountsDisputed(logins)


def mend(session: Session, header: Standings, by: str, at: datetime) -> None:
    """Bring every change that began and did not end to the end the header says it had.

    by: the user_id of the administrator whose session this is.
    """
    for account in accounts.every(session):
        if account.changing:
            _bring_to_its_end(session, account, header.get(account.standing.user_id))
            audit.record(
                session,
                accounts.get_user(session, by).principal,
                "account.mend",
                object_type="user",
                object_id=account.principal.user_id,
                detail={"change": account.changing},
                at=at,
            )


def _bring_to_its_end(session: Session, account: Account, header: Standing | None) -> None:
    user_id = account.standing.user_id
    if header is not None:
        accounts.follow(session, header)
    elif not account.standing.public_key:
        accounts.drop(session, user_id)  # it was about to be added
    else:
        accounts.end_change(session, user_id)  # the header lost it: disputed from here on
