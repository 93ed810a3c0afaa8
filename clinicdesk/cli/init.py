"""`clinicdesk init STORE`: a new store, its first administrator, its recovery key."""

import os
import random
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from clinicdesk.cli.output import json_document, say
from clinicdesk.cli.store import add_store, at_terminal, login, password
from clinicdesk.services.session import create_clinic

_ASKED_BACK = 2  # groups of the recovery key: enough to see that it was written down


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("init", help="make a new store and its first administrator")
    add_store(parser)
    parser.add_argument("--name", help="the clinic's name; without it, the folder's")
    parser.add_argument(
        "--timezone", help="where the clinic is, like Europe/Berlin; without it, this computer's"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document, ask nothing")
    parser.set_defaults(handler=_init)


def _init(args: Namespace) -> int:
    zone = args.timezone or _computers_timezone()
    clinic, recovery_key = create_clinic(
        args.store,
        login=login(args),
        password=password(args, new=True),
        clinic_name=args.name or args.store.absolute().name,
        timezone=zone,
    )
    clinic.lock()
    made = {
        "store": str(args.store),
        "login": clinic.principal.login,
        "recovery_key": recovery_key,
    }
    if args.json:
        json_document(made)
    else:
        _tell(made, zone)
    return 0


def _tell(made: dict[str, str], zone: str) -> None:
    say(f"Made the store {made['store']} with the administrator {made['login']}.")
    say(f"Its days and hours are those of {zone}.")
    say()
    say(f"Recovery key: {made['recovery_key']}")
    say("Write it down and keep it away from this computer. It opens the store when a password is")
    say("forgotten, and it is not shown again.")
    if at_terminal():
        confirm(made["recovery_key"], input, random.SystemRandom())
        say("The recovery key is right. Keep it safe.")


def confirm(recovery_key: str, ask: Callable[[str], str], rng: random.Random) -> None:
    """Ask for groups of the key until they are typed back as they were shown."""
    groups = recovery_key.split("-")
    for place in sorted(rng.sample(range(len(groups)), _ASKED_BACK)):
        while ask(f"Type group {place + 1} of the key: ").strip().upper() != groups[place]:
            say("That is not what is written above.")


def _computers_timezone() -> str:
    """The IANA name of this computer's zone, UTC where it has none to tell."""
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    return os.environ.get("TZ", "").removeprefix(":") or linked or "UTC"
