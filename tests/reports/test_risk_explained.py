"""The explanation on paper has the facts of the window and the shell, word for word (F47-F53)."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from clinicdesk.domain.explanation import Explanation, Gap
from clinicdesk.domain.history_words import history_section
from clinicdesk.domain.reasons import sections
from clinicdesk.domain.risk import Answer, RiskAssessment, RiskEstimate, Verdict
from clinicdesk.reports.content import RiskFinding
from clinicdesk.reports.patient import patient_pdf
from tests.reports.factories import FACTS, NOW, estimate, full
from tests.reports.pages import page_texts


def explained(**changes: Any) -> RiskEstimate:
    why = Explanation(
        sentences=[
            "The model puts diabetes at 60.6 % (90 % interval 48.0 % to 72.0 %).",
            "What adds most is glucose of 148 mg/dL on 31-Oct-2026 (+17.1 points).",
        ],
        doubt="1 of 5 inputs stands at a typical value, because the record has none: insulin.",
        gaps=[Gap("insulin", "Insulin", 0.52, 0.66, 0.0, 1.0)],
        possible=(0.52, 0.66),
        modifiable=["glucose", "bmi", "bp", "insulin"],
        nearer=0.41,
    )
    return replace(estimate(), explanation=why, **changes)


def printed(shown: RiskEstimate) -> tuple[str, list[str]]:
    """All the text of the pages, and every line of the explanation, as words."""
    report = full(risks=[RiskFinding("diabetes", FACTS, shown)])
    texts = " ".join(" ".join(page_texts(patient_pdf(report))).split())
    found = sections(shown, report.printing.zone, report.printing.printed_at)
    return texts, [" ".join(line.split()) for each in found for line in (each.title, *each.lines)]


def test_every_line_of_the_explanation_is_on_paper() -> None:
    text, lines = printed(explained())
    assert len(lines) > 12
    assert [line for line in lines if line not in text] == []


def test_what_speaks_against_and_what_could_change_stand_apart() -> None:
    text, _ = printed(explained())
    assert "Speaks against it Diastolic BP, 72 mmHg" in text
    assert "Could be changed: glucose, BMI and diastolic BP. Could not: age." in text


def test_an_unsure_model_gets_no_band_on_paper() -> None:
    shown = explained()
    assert shown.explanation is not None
    unsure = replace(shown, explanation=replace(shown.explanation, unsure=True))
    text, _ = printed(unsure)
    assert "60.6 % Model unsure" in text
    assert "60.6 % High" not in text


def test_what_was_said_before_and_answered_is_on_paper() -> None:
    at = NOW - timedelta(days=40)
    answer = Answer(Verdict.OVERRIDE, "On steroids.", "ada", at)
    kept = RiskAssessment(1, 1, at, explained(), NOW - timedelta(days=1), "f00", answer)
    section = history_section([kept], UTC, NOW)
    finding = RiskFinding("diabetes", FACTS, explained(), beside=[section])
    text = " ".join(" ".join(page_texts(patient_pdf(full(risks=[finding])))).split())
    assert "no longer: a value is too old; otherwise, ada: On steroids." in text
    assert " ".join(section.lines[0].split()) in text
