"""Accounts are added, given another role and closed: in the header and in the database, or mended.

A change lies in two places (docs/adr/0006); a kill in between leaves them apart until an
administrator comes.
"""

from collections.abc import Set
from pathlib import Path

from clinicdesk import vault
from clinicdesk.domain.account import AccountSummary
from clinicdesk.domain.roles import Role
from tests.conftest import CHEAP_LIMITS
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import make_store

_BLANK = "~"  # stands for the spaces of a password, as words are divided by them


def prepare(place: Path) -> None:
    clinic, _ = make_store(place / "store")
    clinic.lock()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    """Two are added, the second of them is closed again."""
    with at_work(place / "store") as clinic:
        acknowledge(BEGUN)
        number = 0
        while True:
            number += 1
            stays, goes = f"{word}a{number}", f"{word}b{number}"
            password = clinic.accounts.add(stays, Role.NURSE).password
            acknowledge(f"added:{stays}:{password.replace(' ', _BLANK)}")
            going = clinic.accounts.add(goes, Role.CLINICIAN).account.id
            clinic.accounts.change_role(going, Role.NURSE)
            acknowledge(f"changed:{goes}")
            clinic.accounts.deactivate(going)
            acknowledge(f"closed:{goes}")


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    """Every account is as it was left last, and whoever was given a password comes in."""
    said = [word.split(":") for word in sorted(acknowledged)]
    with opening(tally), at_work(place / "store") as clinic:
        found = {account.login: account for account in clinic.accounts.list()}
        tally["lost"] += sum(not _holds(found.get(login), what) for what, login, *_ in said)
        tally["unfinished"] += sum(account.disputed for account in found.values())
        count_unsound(clinic, tally)
    passwords = [(each[1], each[2].replace(_BLANK, " ")) for each in said if each[0] == "added"]
    for login, password in passwords[-2:]:
        with opening(tally):
            vault.unlock(place / "store", login, password, limits=CHEAP_LIMITS).close()


def _holds(account: AccountSummary | None, what: str) -> bool:
    if account is None or account.role != Role.NURSE:
        return False
    return account.active if what == "added" else not account.active or what == "changed"


WORK = Work(prepare, go_on, check, longest_life=0.1, kills=16, states=12)
