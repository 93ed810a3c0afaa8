"""How a command finds its store and proves who is asking."""

import getpass
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinicdesk.cli.usage import WrongUsage
from clinicdesk.errors import BadInput
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.session import unlock_clinic

_VARIABLE = "CLINICDESK_PASSWORD_FILE"


def add_store(parser: ArgumentParser) -> None:
    """Add STORE and how to unlock it."""
    parser.add_argument("store", metavar="STORE", type=Path, help="the folder of the store")
    add_login(parser)


def add_login(parser: ArgumentParser) -> None:
    """Add who is asking; the password is never an argument: others could see it."""
    parser.add_argument("--login", help="the account")
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        type=Path,
        help=f"its password, else {_VARIABLE}, else a prompt",
    )


@contextmanager
def opened(args: Namespace) -> Iterator[Clinic]:
    """Unlock the store for the length of the command."""
    clinic = unlock_clinic(args.store, login=login(args), password=password(args))
    try:
        yield clinic
    finally:
        clinic.lock()


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
        return _first_line(Path(file))
    if not at_terminal():
        raise WrongUsage(f"There is no password: add --password-file FILE or set {_VARIABLE}.")
    typed = getpass.getpass("New password: " if new else "Password: ")
    if new and getpass.getpass("Once more: ") != typed:
        raise BadInput("The two passwords differ. Nothing was made; try again.")
    return typed


def at_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            line = lines.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise BadInput("The password file cannot be read. Check its name and its rights.") from None
    if not line:
        raise BadInput("The password file is empty: its first line is the password.")
    return line
