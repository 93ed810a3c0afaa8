"""Who saw a record, to hand to its patient."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from reportlab.platypus import Flowable, Paragraph

from clinicdesk.domain.audit import Seen, WhoSaw, action_text
from clinicdesk.domain.display import (
    birth_text,
    gender_text,
    instant_text,
    mrn_text,
    name_text,
)
from clinicdesk.reports.blocks import Cell, Column, cell, empty, note, section, table
from clinicdesk.reports.fonts import Fonts, fonts
from clinicdesk.reports.look import Look, look_of
from clinicdesk.reports.printing import Identity, Printing
from clinicdesk.reports.sheet import Sheet

TITLE = "Who saw this record"
_HOW = (
    "From the audit of this store, which nobody can switch off. To open a record, to change, print "
    "or share it, and to be refused it, are events. What is read in a list of patients is none."
)
_NOBODY = "Nobody has opened this record here yet."


@dataclass(frozen=True, slots=True)
class WhoSawReport:
    """What is printed."""

    printing: Printing
    seen: WhoSaw


def who_saw_pdf(report: WhoSawReport, typefaces: Fonts | None = None) -> bytes:
    """Print it. The same report gives the same bytes. typefaces: those shipped, if None."""
    faces = typefaces or fonts()
    sheet = Sheet(TITLE, report.printing, faces, _identity(report))
    return sheet.pdf(list(_story(report, look_of(faces, report.printing.page_size))))


def _identity(report: WhoSawReport) -> Identity:
    person = report.seen.patient
    today = report.printing.printed_at.astimezone(report.printing.zone).date()
    facts = [("Born", birth_text(person, today)), ("Gender", gender_text(person.gender))]
    return Identity(name_text(person), [*facts, ("ID", mrn_text(person))])


def _story(report: WhoSawReport, look: Look) -> Iterator[Flowable]:
    yield Paragraph(TITLE, look.title)
    yield note(_HOW, look)
    yield from _people(report, look)
    yield from _events(report, look)


def _people(report: WhoSawReport, look: Look) -> list[Flowable]:
    if not report.seen.people:
        return section("Everybody", look, empty(_NOBODY, look))
    columns = (
        Column("Login", 0.22),
        Column("Role", 0.14),
        Column("Events", 0.10, "RIGHT"),
        Column("First", 0.17),
        Column("Last", 0.17),
        Column("Note", 0.20),
    )
    zone = report.printing.zone
    rows = [_person(each, zone, look) for each in report.seen.people]
    return section("Everybody", look, table(columns, rows, look))


def _person(seen: Seen, zone: tzinfo, look: Look) -> list[Cell]:
    return [
        cell(seen.login or "nobody", look),
        cell(seen.role, look),
        f"{seen.times:,}",
        instant_text(seen.first, zone),
        instant_text(seen.last, zone),
        cell(seen.note, look),
    ]


def _events(report: WhoSawReport, look: Look) -> list[Flowable]:
    if not report.seen.events:
        return []
    columns = (
        Column("When", 0.18),
        Column("Login", 0.22),
        Column("Role", 0.14),
        Column("What", 0.32),
        Column("Outcome", 0.14),
    )
    zone = report.printing.zone
    rows: list[list[Cell]] = [
        [
            instant_text(event.at, zone),
            cell(event.login or "nobody", look),
            cell(event.role, look),
            cell(action_text(event.action), look),
            cell(event.outcome, look),
        ]
        for event in report.seen.events
    ]
    return section("Every event, the newest first", look, table(columns, rows, look))
