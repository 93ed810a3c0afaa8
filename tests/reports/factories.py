"""Records to print: small, synthetic, and the same every time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import (
    AdministrativeGender,
    AllergyStatus,
    Patient,
    PatientId,
    PatientSummary,
)
from clinicdesk.domain.risk import Contribution, RiskEstimate, RiskInput, ScoreResult
from clinicdesk.reports.content import ModelFacts, PatientReport, RiskFinding, ScoreFinding
from clinicdesk.reports.printing import Printing

NOW = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)

FACTS = ModelFacts(
    outcome="diabetes within five years",
    intended_use="For clinicians who decide whom to test for diabetes in primary care.",
    not_for="Men; anyone under 21; pregnancy.",
    population="768 women of Pima heritage, 21 to 81 years, Arizona, 1965 to 1990.",
    method="Logistic regression on eight inputs, calibrated.",
    performance="Cross-validated AUC 0.834, Brier 0.157.",
    interval="90 % bootstrap interval.",
    limits="Not validated outside that population.",
    status="Not a certified medical device.",
    citation="Smith JW et al. 1988.",
)


def person(**changes: Any) -> PatientSummary:
    ada = PatientSummary(
        PatientId(1),
        "MRN0012345",
        "Óloughlin-Đorđević",
        "Ada Žofia",
        date(1945, 7, 14),
        AdministrativeGender.FEMALE,
    )
    return replace(ada, **changes)


def patient(**changes: Any) -> Patient:
    """Fields of the patient or of its summary."""
    own = {name: changes.pop(name) for name in list(changes) if name in Patient.__slots__}
    return Patient(person(**changes), prefix=own.pop("prefix", "Mrs"), **own)


def printing(**changes: Any) -> Printing:
    usual = Printing(
        "Riverside Health Centre", "k.osei", "clinician", NOW, ZoneInfo("Europe/London"), NOW
    )
    return replace(usual, **changes)


def reading(
    code: str, value: float | None, at: datetime = NOW - timedelta(days=3), **changes: Any
) -> Observation:
    concept = catalog().by_code(code)
    usual = Observation(
        ObservationId(1),
        code,
        concept.display if concept else code,
        at,
        value,
        "",
        concept.unit if concept else "",
        str(value),
        concept.unit if concept else "",
    )
    return replace(usual, **changes)


def allergy(display: str = "Penicillin V", **changes: Any) -> AllergyIntolerance:
    usual = AllergyIntolerance(
        1, "", "", display, "medication", "Urticaria", "moderate", date(2009, 3, 2), None
    )
    return replace(usual, **changes)


def condition(display: str, code: str = "", onset: date | None = None, **changes: Any) -> Condition:
    return replace(
        Condition(1, "http://hl7.org/fhir/sid/icd-10", code, display, onset, None), **changes
    )


def medication(display: str, dosage: str = "", **changes: Any) -> MedicationRequest:
    usual = MedicationRequest(
        1, "", "", "", display, "", dosage, 30.0, 30, 2, date(2026, 10, 1), None, ""
    )
    return replace(usual, **changes)


def vitals(count: int = 24, step: timedelta = timedelta(hours=3)) -> list[Observation]:
    """A course that moves, with a hole of half a day in it."""
    readings = []
    for n in range(count):
        if count // 3 <= n < count // 3 + 4:
            continue
        at = NOW - timedelta(hours=2) - (count - 1 - n) * step
        wave = (n % 8) / 8
        readings += [
            reading("8480-6", round(118 + 30 * wave), at),
            reading("8462-4", round(70 + 14 * wave), at),
            reading("8867-4", round(66 + 40 * wave), at),
            reading("9279-1", round(14 + 6 * wave), at),
            reading("59408-5", round(97 - 4 * wave), at),
            reading("8310-5", round(36.6 + 1.6 * wave, 1), at),
        ]
    return readings


def labs() -> list[Observation]:
    when = NOW - timedelta(days=20)
    return [
        reading("2160-0", 1.6967, when, original_value="150", original_unit="umol/L"),
        reading("718-7", 10.9, when, original_value="10.9"),
        reading("4548-4", 7.1, NOW - timedelta(days=400), original_value="7.1"),
        reading("2951-2", 139, when, original_value="139"),
        reading("2823-3", 4.2, when, original_value="4.2", original_unit=""),
        reading("local-1", None, when, display="Urine colour", text="Yellow", unit=""),
    ]


def estimate(**changes: Any) -> RiskEstimate:
    moves = (
        ("glucose", "Glucose", 148.0, "mg/dL", 0.171),
        ("bmi", "BMI", 33.6, "kg/m2", 0.062),
        ("age", "Age", 81.0, "a", 0.041),
        ("bp", "Diastolic BP", 72.0, "mm[Hg]", -0.013),
        ("insulin", "Insulin", None, "u[IU]/mL", -0.004),
    )
    contributions = [Contribution(*move) for move in moves]
    base = 0.349
    usual = RiskEstimate(
        "diabetes",
        "1.0.0",
        base + sum(c.contribution for c in contributions),
        (0.48, 0.72),
        "high",
        base,
        contributions,
        [
            RiskInput(
                c.feature,
                c.label,
                c.value,
                c.unit,
                "",
                NOW - timedelta(days=20) if c.value else None,
                "Observation 1234" if c.value else "",
            )
            for c in contributions
        ],
        ["Insulin"],
        ["Age 81 is at the edge of what the model was fitted on (21 to 81)."],
    )
    return replace(usual, **changes)


def scores() -> list[ScoreFinding]:
    """One with its number, one that lacks an input."""
    creatinine = RiskInput("creatinine", "Creatinine", 1.6967, "mg/dL", "2160-0", NOW, "Obs 1")
    kidney = ScoreResult(
        "ckd_epi_2021", "2021", {"egfr": 30.0}, "eGFR 30 mL/min/1.73 m²", [creatinine], []
    )
    early_warning = ScoreResult(
        "news2", "2017", {}, "", [], ["Level of consciousness"], "Record it with the next vitals."
    )
    return [
        ScoreFinding("CKD-EPI 2021", "Adults.", "Inker LA, NEJM 2021.", kidney),
        ScoreFinding("NEWS2", "16 years and over, not pregnant.", "RCP 2017.", early_warning),
    ]


def full(**changes: Any) -> PatientReport:
    usual = PatientReport(
        printing(),
        patient(allergy_status=AllergyStatus.KNOWN, allergy_status_on=date(2024, 1, 5)),
        [allergy(), allergy("Peanut", category="food", reaction="", severity="severe")],
        [
            condition("Essential hypertension", "I10", date(2011, 2, 3)),
            condition("Type 2 diabetes mellitus without complications", "E11.9", date(2019, 6, 1)),
            condition("Acute bronchitis", "J20.9", date(2015, 1, 1), abatement=date(2015, 1, 20)),
        ],
        [
            medication("Metformin hydrochloride", "500 mg twice daily", reason="Type 2 diabetes"),
            medication("Lisinopril 10 MG Oral Tablet"),
        ],
        vitals(),
        labs(),
        [RiskFinding("diabetes", FACTS, estimate())],
        scores(),
    )
    return replace(usual, **changes)
