"""Published scores: each with its inputs and their dates, or with what it would need."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, Paragraph

from clinicdesk.domain.display import date_text
from clinicdesk.domain.risk import RiskInput, ScoreResult
from clinicdesk.reports.blocks import Cell, Column, empty, note, section, table
from clinicdesk.reports.content import PatientReport, ScoreFinding
from clinicdesk.reports.look import Look

_COLUMNS = (
    Column("Score", 0.24),
    Column("From, or what is missing", 0.36),
    Column("For whom, and source", 0.40),
)


def published_scores(report: PatientReport, look: Look) -> list[Flowable]:
    """A line for each score: its number with its basis, or why there is none."""
    title = "Published scores"
    if not report.scores:
        return section(title, look, empty("No scores were calculated.", look))
    lines = dict.fromkeys(_line(finding, report) for finding in report.scores)  # once each
    rows = [_row(line, look) for line in lines]
    words = "Calculated from the record as published; no number without all inputs it needs."
    return section(title, look, table(_COLUMNS, rows, look), note(words, look))


def _line(finding: ScoreFinding, report: PatientReport) -> tuple[str, str, str, str]:
    """Headline, small print below it, basis, source."""
    result = finding.result
    below = finding.title if result.headline else "No number"
    return (
        result.headline or finding.title,
        f"{below}, version {result.version}",
        _basis(result, report),
        " ".join(filter(None, (finding.scope, finding.citation))),
    )


def _row(line: tuple[str, str, str, str], look: Look) -> list[Cell]:
    headline, below, basis, source = map(look.fonts.markup, line)
    name = f'<font face="{look.fonts.bold}">{headline}</font><br/><font size="6.8">{below}</font>'
    return [
        Paragraph(name, look.cell),
        Paragraph(basis, look.cell),
        Paragraph(source, look.cell_small),
    ]


def _basis(result: ScoreResult, report: PatientReport) -> str:
    """Inputs with their dates; without a number what is missing, then what was measured."""
    found = [each for each in result.inputs if not each.missing]
    if not result.missing:
        return " ".join(filter(None, (result.message, _listed(found, report))))
    unsaid = [label for label in result.missing if label not in result.message]
    missing = f"Not in the record: {', '.join(unsaid)}." if unsaid else ""
    measured = _listed([each for each in found if each.effective_at], report)
    shown = (missing, result.message, f"Found: {measured}." if measured else "")
    return " ".join(filter(None, shown))


def _listed(inputs: Sequence[RiskInput], report: PatientReport) -> str:
    return "; ".join(_input(each, report) for each in inputs)


def _input(used: RiskInput, report: PatientReport) -> str:
    value = f"{used.label} {used.shown}"
    if used.effective_at is None:
        return value
    return f"{value} ({date_text(used.effective_at.astimezone(report.printing.zone).date())})"
