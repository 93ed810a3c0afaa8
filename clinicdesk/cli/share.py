"""`clinicdesk share STORE --patient MRN --account LOGIN`: a copy of a record for its patient."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.store import add_store, opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.shared import PatientAccount
from clinicdesk.errors import RecordNotFound
from clinicdesk.services.clinic import Clinic


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("share", help="share a record with its patient")
    add_store(parser)
    parser.add_argument(
        "--patient", metavar="MRN", required=True, help="the record number, as the source writes it"
    )
    parser.add_argument("--account", metavar="LOGIN", help="the patient's; without it, list them")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--link", action="store_true", help="first say that the account is theirs")
    instead.add_argument("--revoke", action="store_true", help="delete what was shared")
    instead.add_argument("--unlink", action="store_true", help="the account is no longer theirs")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_share)


def _share(args: Namespace) -> int:
    if not args.account and (args.link or args.revoke or args.unlink):
        raise WrongUsage("Say which account: add --account LOGIN.")
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.patient).id
        words = _done(clinic, patient, args) if args.account else ""
        accounts = clinic.shares.of_patient(patient)
        if args.json:
            json_document({"mrn": args.patient, "accounts": [_as_json(each) for each in accounts]})
        else:
            _tell(clinic, words, accounts)
    return 0


def _done(clinic: Clinic, patient: PatientId, args: Namespace) -> str:
    """Do what was asked for; return it in words."""
    shares = clinic.shares
    if args.link:
        shares.link(clinic.accounts.by_login(args.account).id, patient)
        return f"{args.account} is the account of this patient. Nothing is shared by that."
    account = _account(shares.of_patient(patient), args.account)
    if args.unlink:
        shares.unlink(account)
        return f"{args.account} is no longer the account of this patient."
    if args.revoke:
        shares.revoke(patient, account)
        return "The copy is deleted. What the patient has read or copied stays with them."
    shares.share(patient, account)
    return f"{args.account} can read the record as it is now."


def _account(accounts: Sequence[PatientAccount], login: str) -> int:
    for account in accounts:
        if account.login.casefold() == login.strip().casefold():
            return account.account_id
    raise RecordNotFound(
        "This account is not the patient's. An administrator links an account to a patient with"
        " --link."
    )


def _tell(clinic: Clinic, words: str, accounts: Sequence[PatientAccount]) -> None:
    if words:
        say(words)
    elif not accounts:
        say("This patient has no account. An administrator adds one and links it with --link.")
    else:
        table(
            ("Account", "Shared", "By"),
            [
                (
                    each.login,
                    instant_text(each.shared_at, clinic.zone) if each.shared_at else "nothing",
                    each.shared_by,
                )
                for each in accounts
            ],
        )


def _as_json(account: PatientAccount) -> dict[str, Any]:
    return {
        "login": account.login,
        "linked_at": account.linked_at.isoformat(),
        "shared_at": account.shared_at.isoformat() if account.shared_at else None,
        "shared_by": account.shared_by or None,
    }
