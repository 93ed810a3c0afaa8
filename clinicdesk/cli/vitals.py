"""`clinicdesk vitals STORE MRN SIGN=VALUE+UNIT...`: write down a set of vital signs."""

import re
from argparse import Namespace
from datetime import datetime
from typing import Any

from clinicdesk.cli.output import json_document, plain, say
from clinicdesk.cli.store import add_store, opened
from clinicdesk.cli.usage import WrongUsage
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.typed_time import TYPED, typed_instant
from clinicdesk.domain.vital_signs import DIASTOLIC, SYSTOLIC, Measured, VitalSet
from clinicdesk.services.clinic import Clinic

_PRESSURE = re.compile(r"(?P<upper>[\d.]+)\s*/\s*(?P<lower>[\d.]+)\s*(?P<unit>.*)")
_VALUE = re.compile(r"(?P<value>[-+]?[\d.]+)\s*(?P<unit>.*)")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "vitals",
        help="write down a set of vital signs",
        epilog="example: clinicdesk vitals clinic M0012 RR=16/min SpO2=97%% 'O2 flow=0L/min'"
        " 'BP=128/84mm[Hg]' HR=72/min ACVPU=A Temp=37.1Cel",
    )
    add_store(parser)
    parser.add_argument("mrn", metavar="MRN", help="the record number, as the source writes it")
    parser.add_argument(
        "signs",
        metavar="SIGN=VALUE",
        nargs="+",
        help="each with its unit: HR=72/min; `BP=128/84mm[Hg]` is two; O2 flow=0L/min is air",
    )
    parser.add_argument("--at", metavar="TIME", default="", help="2026-11-20 14:05, else now")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(handler=_write)


def _write(args: Namespace) -> int:
    measured = [each for sign in args.signs for each in _measured(sign)]
    with opened(args) as clinic:
        patient = clinic.patients.by_mrn(args.mrn).id
        at = _time(clinic, args.at)
        count = clinic.recording.vitals(patient, VitalSet(at, measured))
        document = {"mrn": args.mrn, "at": plain(at), "values": count, **_news2(clinic, patient)}
    if args.json:
        json_document(document)
    else:
        say(f"{count} values are in the record. {document['news2'] or document['message']}")
    return 0


def _time(clinic: Clinic, typed: str) -> datetime:
    if not typed:
        return clinic.now()
    if (at := typed_instant(typed, clinic.zone)) is None:
        raise WrongUsage(f"Write the time as in {TYPED}.")
    return at


def _news2(clinic: Clinic, patient: PatientId) -> dict[str, str]:
    found = next(each for each in clinic.risks.scores(patient) if each.score == "news2")
    return {"news2": found.headline, "message": found.message}


def _measured(sign: str) -> list[Measured]:
    name, equals, text = sign.partition("=")
    concept = catalog().by_name(name)
    if name.strip().upper() == "BP" and (both := _PRESSURE.fullmatch(text.strip())):
        unit = both["unit"].strip()
        return [Measured(SYSTOLIC, both["upper"], unit), Measured(DIASTOLIC, both["lower"], unit)]
    if not equals or concept is None:
        raise WrongUsage(f"{name} is no vital sign. Write HR=72/min, Temp=37.1Cel, ACVPU=A.")
    found = _VALUE.fullmatch(text.strip())
    if concept.coded or found is None:
        return [Measured(concept.code, text.strip(), "")]
    unit = found["unit"].strip()
    if not unit and not concept.unitless:
        raise WrongUsage(f"{name} needs its unit: {name}={found['value']}{concept.unit}.")
    return [Measured(concept.code, found["value"], unit or concept.unit)]
