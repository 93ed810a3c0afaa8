"""How a command finds its store and proves who is asking."""

import getpass
import os
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinicdesk.cli.usage import WrongUsage
from clinicdesk.errors import BadInput
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import Session, unlock, unlock_clinic

_VARIABLE = "CLINICDESK_PASSWORD_FILE"


def add_store(parser: ArgumentParser) -> None:
    """Add STORE and how to unlock it."""
    parser.add_argument("store", metavar="STORE", type=Path, help="the folder of the store")
    add_login(parser)


def add_login(parser: ArgumentParser, default: Any = None) -> None:
    """Add who is asking; the password is never an argument: others could see it."""
    parser.add_argument("--login", help="the account", default=default)
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        type=Path,
        help=f"its password, else {_VARIABLE}, else a prompt",
        default=default,
    )


def add_verb(verbs: Any, name: str, purpose: str, handler: Callable[[Namespace], int]) -> Any:
    """Add a verb to a command that has its STORE already; options go before or after the verb."""
    parser = verbs.add_parser(name, help=purpose)
    add_login(parser, default=SUPPRESS)  # what stands before the verb is not forgotten
    parser.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="print one JSON document"
    )
    parser.set_defaults(handler=handler)
    return parser


def add_new_password(parser: ArgumentParser) -> None:
    """Add where a new password comes from."""
    parser.add_argument(
        "--new-password-file",
        metavar="FILE",
        type=Path,
        help="the new password, else a prompt",
    )


@contextmanager
def opened(args: Namespace) -> Iterator[Clinic]:
    """Unlock the store for the length of the command."""
    clinic = unlock_clinic(args.store, login=login(args), password=password(args))
    for warning in clinic.warnings:
        sys.stderr.write(f"clinicdesk: {warning}\n")
    try:
        yield clinic
    finally:
        clinic.lock()


@contextmanager
def entered(args: Namespace) -> Iterator[Session]:
    """Unlock the store as whatever the account's role makes of it."""
    session = unlock(args.store, login=login(args), password=password(args))
    try:
        yield session
    finally:
        session.lock()


def login(args: Namespace) -> str:
    """The login from the command line, else asked for at a terminal."""
    if args.login:
        return str(args.login)
    if not at_terminal():
        raise WrongUsage("Say who is asking: add --login NAME.")
    return input("Login: ")


def password(args: Namespace, *, new: bool = False) -> str:
    """The password from its file, else asked for at a terminal; a new one is typed twice."""
    file = args.password_file or os.environ.get(_VARIABLE)
    if file:
        return first_line(Path(file), "password")
    if not at_terminal():
        raise WrongUsage(f"There is no password: add --password-file FILE or set {_VARIABLE}.")
    return _typed_twice() if new else getpass.getpass("Password: ")


def new_password(args: Namespace) -> str:
    """The new password from its file, else typed twice at a terminal."""
    if args.new_password_file:
        return first_line(args.new_password_file, "password")
    if not at_terminal():
        raise WrongUsage("There is no new password: add --new-password-file FILE.")
    return _typed_twice()


def _typed_twice() -> str:
    typed = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != typed:
        raise BadInput("The two passwords differ. Nothing was made; try again.")
    return typed


def at_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def first_line(file: Path, what: str) -> str:
    """The first line of a file that holds a password or a recovery key."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            line = lines.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"The {what} file cannot be read. Check its name and its rights.") from None
    if not line:
        raise BadInput(f"The {what} file is empty: its first line is the {what}.")
    return line
