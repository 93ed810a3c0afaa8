"""`clinicdesk predict STORE MODEL --all`: what a model says of everybody, one line each."""

from argparse import Namespace
from collections.abc import Iterator

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_line, say, table
from clinicdesk.cli.store import opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.display import percent_text
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.risk import Task
from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.risk_cohort import CohortNumbers

_PAGE = 1_000


def numbers_of_everybody(args: Namespace, model: str) -> int:
    """Print numbers without reasons; nothing is kept. Raise `WrongUsage` for a published score."""
    if model not in PUBLIC_KEYS:
        raise WrongUsage("--all asks a learned model; a score is asked with --patient MRN.")
    with opened(args) as clinic:
        found = clinic.cohort_risks.numbers(model, counter(quiet=args.json))
        if args.json:
            for line in _lines(clinic, found):
                json_line(line)
        else:
            _show(clinic, found)
    return 0


def _lines(clinic: Clinic, found: CohortNumbers) -> Iterator[dict[str, object]]:
    wanted = card(found.model)
    key = "value" if wanted.task == Task.VALUE else "probability"
    for mrn, at in _named(clinic, found):
        number = float(found.numbers[at])
        yield {
            "mrn": mrn,
            "model": found.model,
            "version": found.version,
            key: number,
            "band": wanted.band(number),
            "in_scope": bool(found.scope[at]),
        }


def _show(clinic: Clinic, found: CohortNumbers) -> None:
    wanted = card(found.model)
    rows = [
        [
            mrn,
            percent_text(found.numbers[at]),
            wanted.band(float(found.numbers[at])) if found.scope[at] else "out of scope",
        ]
        for mrn, at in _named(clinic, found)
    ]
    table(("patient", "probability", "band"), rows)
    say(f"{found.unanswered:,} more lack an input that {wanted.title} cannot do without.")


def _named(clinic: Clinic, found: CohortNumbers) -> Iterator[tuple[str, int]]:
    """The record number and the place of each, read a page at a time."""
    for start in range(0, len(found.ids), _PAGE):
        ids = [PatientId(int(each)) for each in found.ids[start : start + _PAGE]]
        names = {each.id: each.mrn for each in clinic.patients.read(ids)}
        for at, each in enumerate(ids, start=start):
            yield names[each], at
