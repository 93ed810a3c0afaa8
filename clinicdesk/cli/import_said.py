"""What the shell says of columns and words: `--map`, `--suggested`, `--word`, `--template`."""

from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import say, table
from clinicdesk.errors import BadInput
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.suggest import by_target
from clinicdesk.etl.targets import targets
from clinicdesk.etl.templates import Template
from clinicdesk.etl.wordings import FIELDS, is_meaning
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.import_report import FilePreview
from clinicdesk.services.templates import Offer, exact


def add_said(parser: ArgumentParser) -> None:
    """The options of `import` that say what columns and words are."""
    parser.add_argument(
        "--map",
        metavar="COLUMN=TARGET",
        action="append",
        default=[],
        type=_mapped,
        help="what a column is: Geburtsdatum=patient.birth_date, or Kalium=observation:2823-3",
    )
    parser.add_argument(
        "--suggested",
        action="store_true",
        help="take what --look suggests for files that no preset knows",
    )
    parser.add_argument(
        "--word",
        metavar="FIELD:WORD=MEANING",
        action="append",
        default=[],
        type=_worded,
        help="what a word means: patient.gender:w=female; =reject keeps its rows out",
    )
    parser.add_argument(
        "--template", metavar="NAME", help="a saved template, or a file that one was written to"
    )
    parser.add_argument(
        "--targets", action=_ShowTargets, nargs=0, help="list all that a column can be, and stop"
    )


def with_said(clinic: Clinic, args: Namespace, plan: Plan) -> Plan:
    """The plan with what the options say; what is said by hand comes before a template."""
    plan = replace(plan, words=_words(args.word))
    if args.template:
        offers = _offers(clinic, args.files, args.template, plan)
        plan = clinic.templates.use(plan, offers)
    if not (args.map or args.suggested):
        return plan
    files = clinic.imports.preview(args.files, plan).files
    columns = {file.name: _columns(file, args) for file in files}
    said = {name: {**plan.columns.get(name, {}), **own} for name, own in columns.items() if own}
    return replace(plan, columns={**plan.columns, **said})


def _columns(file: FilePreview, args: Namespace) -> dict[str, str]:
    suggested = by_target(file.suggestions) if args.suggested and not file.table else {}
    present = {column.header for column in file.columns}
    return {**suggested, **{name: to for name, to in args.map if name in present}}


def _offers(clinic: Clinic, files: Sequence[Path], name: str, plan: Plan) -> list[Offer]:
    """The saved template, or the one of a file, for the files whose layout it knows."""
    known = {saved.name.casefold(): saved for saved in clinic.templates.every()}
    if name.casefold() not in known and Path(name).is_file():
        return _of_file(clinic, files, Path(name), plan)
    offers = [o for o in clinic.templates.offers(files, plan) if _same(o.name, name)]
    if not offers:
        clinic.templates.text(name)  # says so, where there is none of that name
        raise BadInput(f"The template {name} fits none of the files.")
    return _unchanged(offers)


def _of_file(clinic: Clinic, files: Sequence[Path], path: Path, plan: Plan) -> list[Offer]:
    template = Template.from_json(path.read_text(encoding="utf-8"))
    return _unchanged(clinic.templates.fitting(files, plan, path.name, template))


def _unchanged(offers: Sequence[Offer]) -> list[Offer]:
    same = exact(offers)
    if same or not offers:
        return same
    changed = " ".join(offers[0].difference.words()[:10])
    raise BadInput(f"The layout is not that of the template {offers[0].name}. {changed}")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _words(said: Sequence[tuple[str, str, str]]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for field, word, meaning in said:
        found.setdefault(field, {})[word] = meaning
    return found


def _mapped(text: str) -> tuple[str, str]:
    column, sign, target = text.rpartition("=")
    if not (column.strip() and sign and target.strip()):
        raise ArgumentTypeError(f"{text!r}: write COLUMN=TARGET, as in DOB=patient.birth_date")
    return column.strip(), target.strip()


def _worded(text: str) -> tuple[str, str, str]:
    said, sign, meaning = text.rpartition("=")
    field, _, word = said.rpartition(":")
    if not (field and word and sign):
        raise ArgumentTypeError(f"{text!r}: write FIELD:WORD=MEANING: patient.gender:w=female")
    if not is_meaning(field, meaning):
        known = ", ".join([*FIELDS.get(field, {}), "reject"])
        raise ArgumentTypeError(f"{text!r}: {field} can be {known}")
    return field, word, meaning


class _ShowTargets(Action):
    """Print all targets and end, as --help does."""

    def __call__(self, parser: ArgumentParser, *_: Any) -> None:
        table(("Target", "Is"), [(target.name, target.title) for target in targets().values()])
        say("ignore: the column is not imported.")
        parser.exit()
