"""What is known of a patient before any number: allergies and problems."""

from collections.abc import Iterable

from reportlab.platypus import Flowable, Paragraph, Spacer

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import NOT_RECORDED, date_text
from clinicdesk.domain.patient import AllergyStatus
from clinicdesk.reports.blocks import (
    Cell,
    Column,
    alert_box,
    box,
    cell,
    count,
    empty,
    ended,
    note,
    section,
    strong,
    table,
    text,
)
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.look import GAP, Look

_SYSTEMS = (("icd-10", "ICD-10"), ("snomed", "SNOMED CT"), ("icd-9", "ICD-9"), ("rxnorm", "RxNorm"))
_NOBODY_ASKED = (
    "Allergies not recorded: nobody has asked, or it was not imported. "
    "This does not mean that there are none."
)
_CONFLICT = "The record also says that there are no known allergies. Ask, and correct the record."


def allergies(report: PatientReport, look: Look) -> list[Flowable]:
    """One of: known, none known with its date, not recorded. Never a silent nothing."""
    known = [a for a in report.allergies if not ended(a.ended_on, report.today)]
    if known:
        return section("Allergies", look, *_known_allergies(known, report, look))
    if report.patient.allergy_status is AllergyStatus.NONE_KNOWN:
        asked = date_text(report.patient.allergy_status_on)
        said = [strong("No known allergies", look), note(f"Asked and recorded {asked}.", look)]
        return section("Allergies", look, box(said, look))
    if report.patient.allergy_status is AllergyStatus.KNOWN:
        words = "The record says that there are allergies, but lists none. Ask before prescribing."
        return section("Allergies", look, alert_box([strong(words, look)], look))
    return section("Allergies", look, box([text(_NOBODY_ASKED, look)], look))


def problems(report: PatientReport, look: Look) -> list[Flowable]:
    """Conditions without a recorded end; how many have ended."""
    active = [c for c in report.conditions if not ended(c.abatement, report.today)]
    over = len(report.conditions) - len(active)
    if not report.conditions:
        words = "No problems recorded: none were entered or imported."
        return section("Problems", look, empty(words, look))
    columns = (Column("Problem", 0.58), Column("Code", 0.30), Column("Since", 0.12))
    rows = [_problem_row(c, look) for c in active]
    content: list[Flowable] = [table(columns, rows, look)] if rows else []
    if not rows:
        content.append(empty("No active problems recorded.", look))
    if over:
        content.append(note(f"{count(over, 'resolved problem')} not listed here.", look))
    return section("Problems", look, *content)


def _known_allergies(
    known: Iterable[AllergyIntolerance], report: PatientReport, look: Look
) -> list[Flowable]:
    columns = (
        Column("Substance", 0.36),
        Column("Kind", 0.14),
        Column("Reaction", 0.26),
        Column("Severity", 0.12),
        Column("Recorded", 0.12),
    )
    rows = [_allergy_row(a, look) for a in known]
    heading = f"Known allergies ({len(rows)})"
    if report.patient.allergy_status_on:
        heading += f", last updated {date_text(report.patient.allergy_status_on)}"
    words: list[Flowable] = [strong(heading, look)]
    if report.patient.allergy_status is AllergyStatus.NONE_KNOWN:
        words.append(text(_CONFLICT, look))
    listed = table(columns, rows, look)
    return [alert_box(words, look), Spacer(1, GAP / 2), listed]


def _allergy_row(allergy: AllergyIntolerance, look: Look) -> list[Cell]:
    return [
        Paragraph(look.fonts.markup(allergy.display), look.cell_strong),
        cell(allergy.category or NOT_RECORDED, look),
        cell(allergy.reaction or NOT_RECORDED, look),
        cell(allergy.severity or NOT_RECORDED, look),
        date_text(allergy.recorded_on),
    ]


def _problem_row(condition: Condition, look: Look) -> list[Cell]:
    code = f"{_system(condition.code_system)} {condition.code}".strip()
    return [cell(condition.display, look), cell(code or "–", look), date_text(condition.onset)]


def _system(uri: str) -> str:
    return next((name for part, name in _SYSTEMS if part in uri), "")
