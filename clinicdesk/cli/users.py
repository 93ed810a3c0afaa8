"""`clinicdesk users STORE VERB`: who may unlock the store, and as what."""

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, add_verb, opened
from clinicdesk.domain.account import AccountSummary, TemporaryPassword
from clinicdesk.domain.roles import Role
from clinicdesk.services.clinic import Clinic

_ROLES = tuple(role.value for role in Role)


def add(commands: Any) -> None:
    """Register the command and its verbs."""
    parser = commands.add_parser("users", help="accounts: list, add, reset, close, roles")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add_verb(verbs, "list", "every account, closed ones too", _list)
    added = _about(verbs, "add", "add an account under a temporary password", _add)
    added.add_argument("--role", required=True, choices=_ROLES)
    added.add_argument("--name", default="", help="how its owner is called; without it, the login")
    _about(verbs, "reset", "give a temporary password to somebody who forgot theirs", _reset)
    _about(verbs, "deactivate", "close an account", _deactivate)
    _about(verbs, "reactivate", "open a closed account, under a temporary password", _reactivate)
    changed = _about(verbs, "role", "give an account another role", _role)
    changed.add_argument("role", metavar="ROLE", choices=_ROLES)
    _about(
        verbs,
        "remove",
        "close the account of somebody who may keep a copy, and encrypt the store anew",
        _remove,
    )


def _about(verbs: Any, name: str, purpose: str, handler: Callable[[Namespace], int]) -> Any:
    """A verb about one account."""
    parser = add_verb(verbs, name, purpose, handler)
    parser.add_argument("account", metavar="NAME", help="the login of the account")
    return parser


def _list(args: Namespace) -> int:
    with opened(args) as clinic:
        accounts = clinic.accounts.list()
    if args.json:
        json_document({"accounts": [_as_json(account) for account in accounts]})
    else:
        table(("Login", "Name", "Role", "State", "Password"), map(_row, accounts))
        _urge_a_second(accounts)
    return 0


def _urge_a_second(accounts: list[AccountSummary]) -> None:
    if sum(each.active and each.role is Role.ADMINISTRATOR for each in accounts) == 1:
        say()
        say("There is one administrator. Add a second, who can reset the password of the first.")


def _add(args: Namespace) -> int:
    with opened(args) as clinic:
        made = clinic.accounts.add(args.account, args.role, args.name)
    return _hand_over(args, made, f"Added {made.account.login}, {made.account.role}.")


def _reset(args: Namespace) -> int:
    with opened(args) as clinic:
        made = clinic.accounts.reset(_id(clinic, args))
    return _hand_over(args, made, f"The old password of {made.account.login} works no more.")


def _reactivate(args: Namespace) -> int:
    with opened(args) as clinic:
        made = clinic.accounts.reactivate(_id(clinic, args))
    return _hand_over(args, made, f"The account {made.account.login} is open again.")


def _deactivate(args: Namespace) -> int:
    with opened(args) as clinic:
        clinic.accounts.deactivate(_id(clinic, args))
        account = clinic.accounts.by_login(args.account)
    return _tell(args, account, f"The account {account.login} is closed.")


def _role(args: Namespace) -> int:
    with opened(args) as clinic:
        clinic.accounts.change_role(_id(clinic, args), args.role)
        account = clinic.accounts.by_login(args.account)
    return _tell(args, account, f"{account.login} is {account.role} from the next unlocking on.")


def _remove(args: Namespace) -> int:
    with opened(args) as clinic:
        clinic.accounts.remove(_id(clinic, args), counter(quiet=args.json))
        account = clinic.accounts.by_login(args.account)
    words = f"The account {account.login} is closed and the store encrypted under a new key."
    return _tell(args, account, words)


def _id(clinic: Clinic, args: Namespace) -> int:
    return clinic.accounts.by_login(args.account).id


def _hand_over(args: Namespace, made: TemporaryPassword, words: str) -> int:
    if args.json:
        json_document(_as_json(made.account) | {"temporary_password": made.password})
    else:
        say(words)
        say()
        say(f"Temporary password: {made.password}")
        say("Hand it over in person. It is not shown again, and must be changed before anything")
        say("else works.")
    return 0


def _tell(args: Namespace, account: AccountSummary, words: str) -> int:
    if args.json:
        json_document(_as_json(account))
    else:
        say(words)
    return 0


def _row(account: AccountSummary) -> tuple[str, ...]:
    state = "active" if account.active else "closed"
    return (
        account.login,
        account.display_name,
        account.role,
        f"{state}, DISPUTED" if account.disputed else state,
        "temporary" if account.must_change and account.active else "",
    )


def _as_json(account: AccountSummary) -> dict[str, object]:
    return {
        "login": account.login,
        "name": account.display_name,
        "role": account.role.value,
        "active": account.active,
        "must_change_password": account.must_change,
        "disputed": account.disputed,
    }
