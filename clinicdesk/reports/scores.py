"""Published scores: each with its inputs and their dates, or with what it would need."""

from reportlab.platypus import Flowable, Paragraph

from clinicdesk.domain.display import date_text, number_text
from clinicdesk.domain.risk import RiskInput, ScoreResult
from clinicdesk.domain.units import printed_unit
from clinicdesk.reports.blocks import Cell, Column, empty, note, section, table
from clinicdesk.reports.content import PatientReport, ScoreFinding
from clinicdesk.reports.look import Look

_COLUMNS = (
    Column("Score", 0.28),
    Column("From, or what is missing", 0.42),
    Column("For whom, and source", 0.30),
)


def published_scores(report: PatientReport, look: Look) -> list[Flowable]:
    """A line for each score: its number with its basis, or why there is none."""
    title = "Published scores"
    if not report.scores:
        return section(title, look, empty("No scores were calculated.", look))
    rows = [_row(finding, report, look) for finding in report.scores]
    words = "Calculated from the record as published; no number without all inputs it needs."
    return section(title, look, table(_COLUMNS, rows, look), note(words, look))


def _row(finding: ScoreFinding, report: PatientReport, look: Look) -> list[Cell]:
    markup, result = look.fonts.markup, finding.result
    name = f'<font face="{look.fonts.bold}">{markup(result.headline or finding.title)}</font>'
    below = finding.title if result.headline else "No number"
    small = f'<br/><font size="6.8">{markup(f"{below}, version {result.version}")}</font>'
    source = " ".join(filter(None, (finding.scope, finding.citation)))
    return [
        Paragraph(name + small, look.cell),
        Paragraph(markup(_basis(result, report)), look.cell),
        Paragraph(markup(source), look.cell_small),
    ]


def _basis(result: ScoreResult, report: PatientReport) -> str:
    used = "; ".join(_input(i, report) for i in result.inputs if i.value is not None)
    if not result.missing:
        return " ".join(filter(None, (result.message, used)))
    words = f"Not in the record: {', '.join(result.missing)}."
    return " ".join(filter(None, (words, result.message, f"Found: {used}." if used else "")))


def _input(used: RiskInput, report: PatientReport) -> str:
    value = f"{used.label} {number_text(used.value or 0)} {printed_unit(used.unit)}".rstrip()
    if used.effective_at is None:
        return value
    return f"{value} ({date_text(used.effective_at.astimezone(report.printing.zone).date())})"
