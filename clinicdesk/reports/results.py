"""The latest result of every test: number, flag, range, date, and what it was converted from."""

from reportlab.platypus import Flowable

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.display import date_text, elapsed_text, result_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.units import printed_unit
from clinicdesk.reports.blocks import (
    Cell,
    Column,
    bold_rows,
    cell,
    empty,
    note,
    section,
    small,
    table,
)
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.look import Look
from clinicdesk.reports.readings import HOW_TO_READ, flag_of, name_of, original_of, range_of

_COLUMNS = (
    Column("Test", 0.19),
    Column("Result", 0.11, "DECIMAL"),
    Column("Unit", 0.17),
    Column("Flag", 0.06),
    Column("Reference", 0.13),
    Column("Taken", 0.12),
    Column("Age", 0.06),
    Column("In the source", 0.16),
)
_OTHERS = (Column("Observation", 0.44), Column("Result", 0.34), Column("Taken", 0.22))


def latest_results(report: PatientReport, look: Look) -> list[Flowable]:
    """Laboratory tests in the order of the catalogue."""
    title = "Latest results"
    order = {concept.code: at for at, concept in enumerate(catalog().concepts)}
    labs = [reading for reading in report.latest if _category(reading) == "lab"]
    if not labs:
        words = "No laboratory results recorded: none were entered or imported."
        return section(title, look, empty(words, look))
    labs.sort(key=lambda reading: order[reading.code])
    flagged = [n for n, r in enumerate(labs) if flag_of(r, report.patient.summary)]
    emphasis = [style for column in (1, 3) for style in bold_rows(flagged, column, look)]
    rows = [_row(reading, report, look) for reading in labs]
    in_words = (n for n, reading in enumerate(labs, start=1) if reading.value is None)
    worded = [style for row in in_words for style in _words_across(row)]
    results = table(_COLUMNS, rows, look, *emphasis, *worded)
    return section(title, look, results, note(HOW_TO_READ, look))


def other_observations(report: PatientReport, look: Look) -> list[Flowable]:
    """What was observed but is not in the catalogue; without any, no section.

    Answers to questionnaires stay in the record: a page that travels does not need to tell who is
    afraid of whom, or who was in prison.
    """
    beyond = [reading for reading in report.latest if not _category(reading)]
    if not beyond:
        return []
    others = sorted((r for r in beyond if not _is_answer(r)), key=name_of)
    words = "Not in ClinicDesk's catalogue of tests: as the source gave them, without a range."
    if answers := len(beyond) - len(others):
        words += f" Answers to questions stay in the record and are not printed: {answers}."
    rows = [_other(reading, report, look) for reading in others]
    observed = table(_OTHERS, rows, look) if rows else empty("None.", look)
    return section("Other observations", look, observed, note(words, look))


def _is_answer(reading: Observation) -> bool:
    """Whether its name asks somebody something: `Are you a refugee?`"""
    name = reading.display.casefold()
    return name.rstrip().endswith("?") or " you " in name


def _row(reading: Observation, report: PatientReport, look: Look) -> list[Cell]:
    person = report.patient.summary
    return [
        cell(name_of(reading), look),
        cell(result_text(reading), look) if reading.value is None else result_text(reading),
        cell(printed_unit(reading.unit), look),
        flag_of(reading, person),
        cell(range_of(reading, person), look),
        _day(reading, report),
        _age(reading, report),
        small(original_of(reading), look),
    ]


def _words_across(row: int) -> list[tuple[object, ...]]:
    """Style commands for a result in words: it takes the room of unit, flag and range too."""
    return [
        ("SPAN", (1, row), (4, row)),
        ("ALIGN", (1, row), (1, row), "LEFT"),
        ("RIGHTPADDING", (1, row), (1, row), 5),
    ]


def _other(reading: Observation, report: PatientReport, look: Look) -> list[Cell]:
    result = f"{result_text(reading)} {printed_unit(reading.unit)}".rstrip()
    taken = f"{_day(reading, report)} ({_age(reading, report)})"
    return [cell(name_of(reading), look), cell(result, look), taken]


def _day(reading: Observation, report: PatientReport) -> str:
    return date_text(reading.effective_at.astimezone(report.printing.zone).date())


def _age(reading: Observation, report: PatientReport) -> str:
    return elapsed_text(reading.effective_at, report.cut_off)


def _category(reading: Observation) -> str:
    concept = catalog().by_code(reading.code)
    return concept.category if concept else ""
