"""What is known of a patient before any number: allergies, problems, medications."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from reportlab.platypus import Flowable, Paragraph, Spacer

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import NOT_RECORDED, date_text, number_text
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.patient import AllergyStatus
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
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.look import GAP, Look

_SYSTEMS = (("icd-10", "ICD-10"), ("snomed", "SNOMED CT"), ("icd-9", "ICD-9"), ("rxnorm", "RxNorm"))
_NOBODY_ASKED = (
    "Allergies not recorded: nobody has asked, or it was not imported. "
    "This does not mean that there are none."
)
_CURRENT = "Without a recorded end; whether they are taken was not checked."
_RUN_OUT = "Prescribed days and refills are over. Ask whether the patient still takes them."
_CONFLICT = "The record also says that there are no known allergies. Ask, and correct the record."


def allergies(report: PatientReport, look: Look) -> list[Flowable]:
    """One of: known, none known with its date, not recorded. Never a silent nothing."""
    known = [a for a in report.allergies if not _ended(a.ended_on, report.today)]
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
    active = [c for c in report.conditions if not _ended(c.abatement, report.today)]
    ended = len(report.conditions) - len(active)
    if not report.conditions:
        words = "No problems recorded: none were entered or imported."
        return section("Problems", look, empty(words, look))
    columns = (Column("Problem", 0.58), Column("Code", 0.30), Column("Since", 0.12))
    rows = [_problem_row(c, look) for c in active]
    content: list[Flowable] = [table(columns, rows, look)] if rows else []
    if not rows:
        content.append(empty("No active problems recorded.", look))
    if ended:
        content.append(note(f"{_count(ended, 'resolved problem')} not listed here.", look))
    return section("Problems", look, *content)


def medications(report: PatientReport, look: Look) -> list[Flowable]:
    """Prescriptions without a recorded end, as written; those that must have run out apart."""
    title = "Current medications"
    if not report.medications:
        words = "No medications recorded: none were prescribed here or imported."
        return section(title, look, empty(words, look))
    open_ended = [m for m in report.medications if not _ended(m.ended_on, report.today)]
    current = [m for m in open_ended if not _ended(supply_ends(m), report.today)]
    run_out = _newest_of_each(m for m in open_ended if m not in current)
    run_out = [m for m in run_out if _drug(m) not in {_drug(c) for c in current}]
    left_out = len(report.medications) - len(current) - len(run_out)
    content: list[Flowable] = []
    if current:
        content += [_prescriptions(current, look), note(_CURRENT, look)]
    else:
        content.append(empty("No prescription is known to go on.", look))
    if run_out:
        content += [Spacer(1, GAP), strong("No end recorded, but the supply has run out", look)]
        content += [_prescriptions(run_out, look), note(_RUN_OUT, look)]
    if left_out:
        content.append(note(f"{_count(left_out, 'earlier prescription')} not listed here.", look))
    return section(title, look, *content)


def drug_line(medication: MedicationRequest, look: Look) -> str:
    """Markup of `Drug as written – DOSE x` with the dose bold and labelled (CUI drug line)."""
    name = look.fonts.markup(medication.display)
    if not medication.dosage:
        return f"{name} – dose not recorded" if not _tells_strength(medication) else name
    dose = look.fonts.markup(medication.dosage)
    return f'{name} – DOSE <font face="{look.fonts.bold}">{dose}</font>'


def supply_ends(medication: MedicationRequest) -> date | None:
    """The last day of the supply with its refills, where the prescription says how long."""
    if medication.authored_on is None or not medication.days_supply:
        return None
    days = medication.days_supply * (1 + (medication.refills or 0))
    return medication.authored_on + timedelta(days=days)


def _newest_of_each(
    prescriptions: Iterable[MedicationRequest],
) -> Sequence[MedicationRequest]:
    """The newest prescription of each drug, newest first."""
    newest: dict[tuple[str, str], MedicationRequest] = {}
    for each in sorted(prescriptions, key=lambda m: m.authored_on or date.min, reverse=True):
        newest.setdefault(_drug(each), each)
    return list(newest.values())


def _drug(medication: MedicationRequest) -> tuple[str, str]:
    return medication.code, medication.display.casefold()


def _prescriptions(listed: Sequence[MedicationRequest], look: Look) -> Flowable:
    columns = (
        Column("Drug, strength and form as prescribed", 0.52),
        Column("Reason", 0.24),
        Column("Started", 0.12),
        Column("Supply to", 0.12),
    )
    return table(columns, [_medication_row(m, look) for m in listed], look)


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
    updated = date_text(report.patient.allergy_status_on)
    if report.patient.allergy_status_on:
        heading += f", last updated {updated}"
    words: list[Flowable] = [strong(heading, look)]
    if report.patient.allergy_status is AllergyStatus.NONE_KNOWN:
        words.append(text(_CONFLICT, look))
    listed = table(columns, rows, look)
    return [alert_box(words, look), Spacer(1, GAP / 2), listed]


def _allergy_row(allergy: AllergyIntolerance, look: Look) -> list[Cell]:
    return [
        Paragraph(look.fonts.markup(allergy.display), look.cell_strong),
        allergy.category or NOT_RECORDED,
        cell(allergy.reaction or NOT_RECORDED, look),
        allergy.severity or NOT_RECORDED,
        date_text(allergy.recorded_on),
    ]


def _problem_row(condition: Condition, look: Look) -> list[Cell]:
    code = f"{_system(condition.code_system)} {condition.code}".strip()
    return [cell(condition.display, look), cell(code or "–", look), date_text(condition.onset)]


def _medication_row(medication: MedicationRequest, look: Look) -> list[Cell]:
    end = supply_ends(medication)
    return [
        Paragraph(drug_line(medication, look), look.cell),
        cell(medication.reason or NOT_RECORDED, look),
        date_text(medication.authored_on),
        date_text(end) if end else NOT_RECORDED,
    ]


def _system(uri: str) -> str:
    return next((name for part, name in _SYSTEMS if part in uri), "")


def _tells_strength(medication: MedicationRequest) -> bool:
    """Whether the name carries its strength, as RxNorm's names do: `Lisinopril 10 MG Tablet`."""
    return any(
        word.isdecimal() or word.replace(".", "").isdecimal() for word in medication.display.split()
    )


def _ended(end: date | None, today: date) -> bool:
    return end is not None and end <= today


def _count(number: int, thing: str) -> str:
    """1 ended prescription is, 4 ended prescriptions are."""
    return (
        f"{number_text(number)} {thing} is"
        if number == 1
        else f"{number_text(number)} {thing}s are"
    )
