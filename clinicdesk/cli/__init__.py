"""The command line: the services of the window, for scripts, administrators and researchers.

Each command is a module with `add(subparsers)`, imported only when it is the one asked for.
Exit codes: 0 done, 1 could not be done, 2 wrong usage, 3 not allowed.
"""

import os
import sys
from argparse import ArgumentParser, HelpFormatter
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

from clinicdesk.cli.usage import WrongUsage
from clinicdesk.errors import NotAllowed, UserFacingError
from clinicdesk.hardening import fault

COMMANDS = {  # name: its module here, and what it does
    "demo": ("demo", "build a demonstration clinic and open it"),
    "init": ("init", "make a new store and its first administrator"),
    "import": ("imports", "bring in CSV files or a zip of them"),
    "imports": ("import_history", "what was imported: list, undo"),
    "templates": ("templates", "saved understandings of files"),
    "watch": ("watch", "import what arrives in a chosen folder"),
    "profile": ("profile", "what every column of a file holds"),
    "bronze": ("bronze", "the imported files as they came: list, get, check"),
    "lineage": ("lineage", "where a value came from"),
    "patients": ("patients", "list or search the patients"),
    "patient": ("patient", "show one record"),
    "vitals": ("vitals", "write down a set of vital signs"),
    "documents": ("documents", "a patient's documents: list, add, get"),
    "unlock": ("unlock", "check that a login opens the store"),
    "users": ("users", "accounts: list, add, reset, close, roles"),
    "password": ("password", "choose a new password for one's own account"),
    "recovery": ("recovery", "the recovery key: replace, check, use"),
    "rotate": ("rotate", "encrypt the store anew, under a new key"),
    "restrict": ("restrict", "open a record to few, and say to whom"),
    "break-glass": ("break_glass", "open a restricted record in an emergency"),
    "reviews": ("reviews", "emergency accesses: review them, sign them off"),
    "share": ("share", "share a record with its patient"),
    "shared": ("shared", "a patient's own record, as it was shared"),
    "research": ("research", "the copy without names: publish, show"),
    "backup": ("backup", "copy the whole store, and look through the copy"),
    "backups": ("backups", "the backups of the days: list, make, verify, rehearse"),
    "restore": ("restore", "make a store of a backup"),
    "audit": ("audit", "who did what: list, check, export, sign"),
    "verify": ("verify", "check that the store is whole"),
    "gold": ("gold", "the tables that models and dashboards read"),
    "calc": ("calc", "calculate a published score for each row of a file"),
    "predict": ("predict", "estimate a risk from a record or from plain rows"),
    "seniors": ("seniors", "how many seniors each choice of limits would flag"),
    "settings": ("settings", "what the clinic decided for published scores"),
    "dashboard": ("dashboard", "the measures of the clinic"),
    "report": ("report", "print a record to a PDF"),
    "models": ("models", "list, show or train the models"),
    "selftest": ("selftest", "check that this copy of ClinicDesk is sound"),
}


class _Overview(HelpFormatter):
    """Help with room for the longest name: argparse forgets that names are indented twice."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = max(map(len, COMMANDS)) + 2 * self._indent_increment


def run(argv: Sequence[str]) -> int:
    """Run one command; print what people or scripts asked for; return the exit code."""
    try:
        code = _run(argv)
        sys.stdout.flush()  # here, where it may fail: at exit it would complain
        return code
    except BrokenPipeError:  # whoever read us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _complain("Stopped.", 1)
    except Exception as error:  # noqa: BLE001 - this is the command line's excepthook
        return _complain(_plainly(error), _exit_code(error))


def _run(argv: Sequence[str]) -> int:
    try:
        args = _parser(argv).parse_args(argv)
        return int(args.handler(args))
    except SystemExit as leaving:  # argparse has said what is wrong, or shown its help
        return int(leaving.code or 0)


def _parser(argv: Sequence[str]) -> ArgumentParser:
    """A parser that knows every command by name and the one asked for in full."""
    parser = ArgumentParser(
        prog="clinicdesk",
        description="A clinical workstation, offline.",
        formatter_class=_Overview,
    )
    parser.add_argument("--version", action="version", version=version("clinicdesk"))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    asked = next((word for word in argv if not word.startswith("-")), None)
    for name, (module, purpose) in COMMANDS.items():
        if name == asked:
            import_module(f"clinicdesk.cli.{module}").add(commands)
        else:
            commands.add_parser(name, help=purpose)
    return parser


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"clinicdesk: {' '.join(text.split())}\n")
    return code


def _exit_code(error: Exception) -> int:
    kinds = {WrongUsage: 2, NotAllowed: 3}
    return next((code for kind, code in kinds.items() if isinstance(error, kind)), 1)


def _plainly(error: Exception) -> str:
    """What to tell: of a bug of ours its type and place alone, since its text may hold PHI."""
    if isinstance(error, UserFacingError):
        return str(error)
    return f"An unexpected fault stopped the command ({fault(error)}). Please report this line."
