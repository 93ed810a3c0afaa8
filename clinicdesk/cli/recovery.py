"""`clinicdesk recovery STORE replace | check | use`: the key on paper."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import (
    add_new_password,
    add_store,
    add_verb,
    at_terminal,
    first_line,
    login,
    new_password,
    opened,
)
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.services.recovery import recover_clinic


def add(commands: Any) -> None:
    """Register the command and its verbs."""
    parser = commands.add_parser("recovery", help="the recovery key: replace, check, use")
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add_verb(verbs, "replace", "make a new one; the old sheet stops working", _replace)
    checked = add_verb(verbs, "check", "does the sheet still open this store?", _check)
    used = add_verb(
        verbs, "use", "give an administrator (--login) a new password by the recovery key", _use
    )
    for verb in (checked, used):
        _add_recovery_key(verb)
    add_new_password(used)


def _add_recovery_key(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--recovery-key-file", metavar="FILE", type=Path, help="the key, else it is asked for"
    )


def _replace(args: Namespace) -> int:
    with opened(args) as clinic:
        key = clinic.keys.replace_recovery_key()
    if args.json:
        json_document({"recovery_key": key})
    else:
        _show(key)
    return 0


def _check(args: Namespace) -> int:
    with opened(args) as clinic:
        right = clinic.keys.is_recovery_key(_recovery_key(args))
    if args.json:
        json_document({"opens": right})
    else:
        say("The recovery key opens this store." if right else "This is not the recovery key.")
    return 0 if right else 1


def _use(args: Namespace) -> int:
    who = login(args)
    clinic, key = recover_clinic(
        args.store, recovery_key=_recovery_key(args), login=who, new_password=new_password(args)
    )
    clinic.lock()
    if args.json:
        json_document({"login": who, "recovery_key": key})
    else:
        say(f"{who} opens the store with the new password.")
        _show(key)
    return 0


def _recovery_key(args: Namespace) -> str:
    if args.recovery_key_file:
        return first_line(args.recovery_key_file, "recovery key")
    if not at_terminal():
        raise WrongUsage("There is no recovery key: add --recovery-key-file FILE.")
    return input("Recovery key: ")


def _show(key: str) -> None:
    say()
    say(f"New recovery key: {key}")
    say("Write it down and keep it away from this computer. It is not shown again, and the sheet")
    say("before it opens nothing any more.")
