"""The risk section: the number, everything it rests on, and how far to trust it.

It shows what FDA's fourth criterion for decision support asks for, so that a clinician can judge
without the model: inputs, their times and units, method, population, performance, limits,
citation, and what is missing.
"""

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer

from clinicdesk.domain.display import date_text, number_text
from clinicdesk.domain.reasons import Section, sections
from clinicdesk.domain.risk import RiskEstimate, RiskInput
from clinicdesk.domain.units import printed_unit
from clinicdesk.domain.waterfall import waterfall
from clinicdesk.reports.blocks import (
    Cell,
    Column,
    alert_box,
    box,
    cell,
    empty,
    note,
    section,
    strong,
    table,
    text,
)
from clinicdesk.reports.content import ModelFacts, PatientReport, RiskFinding
from clinicdesk.reports.look import GAP, Look
from clinicdesk.reports.waterfall_chart import WaterfallChart

DISCLAIMER = (
    "Decision support, not a diagnosis. It does not replace the judgement of a clinician, who may "
    "disregard it."
)
_OUT_OF_SCOPE = "The model was not made for this patient: do not rely on this number."
_HOW_TO_READ = (
    "Percentage points; base and steps add up to the probability shown. They say what moved the "
    "estimate, not what causes the disease."
)
_NEEDS = 130  # points: the number and its cautions stay together
_INPUTS = (
    Column("Input", 0.25),
    Column("Value", 0.11, "RIGHT"),
    Column("Unit", 0.12),
    Column("Reference", 0.12),
    Column("Date", 0.14),
    Column("Where it comes from", 0.26),
)


def risk(report: PatientReport, look: Look) -> list[Flowable]:
    """One section for each model that was asked."""
    return [flowable for finding in report.risks for flowable in _finding(finding, report, look)]


def _finding(finding: RiskFinding, report: PatientReport, look: Look) -> list[Flowable]:
    title = f"Risk: {finding.title}"
    if finding.estimate is None or finding.facts is None:
        words = [strong("No estimate.", look), text(finding.message, look), note(DISCLAIMER, look)]
        return section(title, look, box(words, look))
    shown = _estimate(finding, finding.estimate, finding.facts, report, look)
    return section(title, look, *shown, needs=_NEEDS)


def _estimate(
    finding: RiskFinding,
    estimate: RiskEstimate,
    facts: ModelFacts,
    report: PatientReport,
    look: Look,
) -> Iterator[Flowable]:
    yield from _headline(estimate, facts, look)
    yield note(f"Model {estimate.model}, version {estimate.version}. {DISCLAIMER}", look)
    if estimate.missing or estimate.warnings or not estimate.in_scope:
        yield Spacer(1, GAP)
        yield alert_box(list(_cautions(estimate, look)), look)
    yield Spacer(1, GAP)
    yield KeepTogether(
        [
            strong("What moved the probability", look),
            WaterfallChart(waterfall(estimate), look),
            note(_HOW_TO_READ, look),
        ]
    )
    printing = report.printing
    argued = sections(estimate, printing.zone, printing.printed_at)
    yield from _sections([*argued, *finding.beside], look)
    yield Spacer(1, GAP)
    yield _inputs(estimate.inputs, report, look)
    yield Spacer(1, GAP)
    yield from _facts(facts, look)


def _headline(estimate: RiskEstimate, facts: ModelFacts, look: Look) -> Iterator[Flowable]:
    """The number, and in a word where it lies; no word where the model was not made for it."""
    bold = look.fonts.bold
    number = f"<strike>{estimate.shown}</strike>" if estimate.stale else estimate.shown
    words = f'<font face="{bold}" size="22">{number}</font>'
    if estimate.band_shown:
        band = look.fonts.markup(estimate.band_shown.capitalize())
        words += f'&nbsp; <font face="{bold}" size="13">{band}</font>'
    yield Paragraph(words, look.headline)
    outcome = f"Probability of {facts.outcome}."
    if estimate.interval:
        outcome += f" Interval {estimate.interval_shown}."
    yield text(outcome, look)


def _sections(argued: Sequence[Section], look: Look) -> Iterator[Flowable]:
    """The words of the window: for and against, what is missing, what is old, what was before."""
    for each in argued:
        yield Spacer(1, GAP)
        first, *rest = (text(line, look) for line in each.lines)
        yield KeepTogether([strong(each.title, look), first])
        yield from rest


def _cautions(estimate: RiskEstimate, look: Look) -> Iterator[Flowable]:
    if not estimate.in_scope:
        yield strong(_OUT_OF_SCOPE, look)
    if estimate.missing:
        yield strong(f"Not in the record: {', '.join(estimate.missing)}.", look)
        yield note(
            "In their place the model assumed typical values, and its interval is wider for it.",
            look,
        )
    for warning in estimate.warnings:
        yield text(warning, look)


def _inputs(inputs: Sequence[RiskInput], report: PatientReport, look: Look) -> Flowable:
    if not inputs:
        return empty("The model used no inputs.", look)
    return table(_INPUTS, [_input(i, report, look) for i in inputs], look)


def _input(used: RiskInput, report: PatientReport, look: Look) -> list[Cell]:
    if used.value is None:
        return [cell(used.label, look), "–", "", "", "", cell("Missing: not in the record", look)]
    day = used.effective_at and used.effective_at.astimezone(report.printing.zone).date()
    return [
        cell(used.label, look),
        used.text or number_text(used.value),
        "" if used.text else cell(printed_unit(used.unit), look),
        used.reference,
        date_text(day) if day else "–",
        cell(used.source, look),
    ]


def _facts(facts: ModelFacts, look: Look) -> Iterator[Flowable]:
    """Method, population, performance, limits, citation: each on its own line."""
    lines = (
        ("Intended use", facts.intended_use),
        ("Not for", facts.not_for),
        ("Population", facts.population),
        ("Method", facts.method),
        ("Performance", facts.performance),
        ("Interval", facts.interval),
        ("Limits", facts.limits),
        ("Status", facts.status),
        ("Source", facts.citation),
    )
    for label, words in lines:
        if words:
            name = f'<font face="{look.fonts.bold}">{label}</font>'
            yield Paragraph(f"{name}  {look.fonts.markup(words)}", look.small)
