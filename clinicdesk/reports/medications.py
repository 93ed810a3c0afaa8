"""The medications: what goes on as written, and apart from it what must have run out."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from reportlab.platypus import Flowable, Paragraph, Spacer

from clinicdesk.domain.display import NOT_RECORDED, date_text
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.reports.blocks import (
    Cell,
    Column,
    cell,
    count,
    empty,
    ended,
    note,
    section,
    strong,
    table,
)
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.look import GAP, Look

_COLUMNS = (
    Column("Drug, strength and form as prescribed", 0.52),
    Column("Reason", 0.24),
    Column("Started", 0.12),
    Column("Supply to", 0.12),
)
_CURRENT = "Without a recorded end; whether they are taken was not checked."
_RUN_OUT = "Prescribed days and refills are over. Ask whether the patient still takes them."


def medications(report: PatientReport, look: Look) -> list[Flowable]:
    """Prescriptions without a recorded end; a drug of which more is prescribed is listed once."""
    title = "Current medications"
    if not report.medications:
        words = "No medications recorded: none were prescribed here or imported."
        return section(title, look, empty(words, look))
    current, run_out = _sorted_out(report.medications, report.today)
    content = [*_current(current, look), *_run_out(run_out, look)]
    if earlier := len(report.medications) - len(current) - len(run_out):
        content.append(note(f"{count(earlier, 'earlier prescription')} not listed here.", look))
    return section(title, look, *content)


def drug_line(medication: MedicationRequest, look: Look) -> str:
    """Markup of `Drug as written – DOSE x` with the dose bold and labelled (CUI drug line)."""
    name = look.fonts.markup(medication.display)
    if medication.dosage:
        dose = look.fonts.markup(medication.dosage)
        return f'{name} – DOSE <font face="{look.fonts.bold}">{dose}</font>'
    return name if _tells_strength(medication) else f"{name} – dose not recorded"


def supply_ends(medication: MedicationRequest) -> date | None:
    """The last day of the supply with its refills, where the prescription says how long."""
    if medication.authored_on is None or not medication.days_supply:
        return None
    days = medication.days_supply * (1 + (medication.refills or 0))
    return medication.authored_on + timedelta(days=days)


def _sorted_out(
    prescriptions: Sequence[MedicationRequest], today: date
) -> tuple[Sequence[MedicationRequest], Sequence[MedicationRequest]]:
    """Those that go on, and of the drugs that must have run out the newest prescription."""
    open_ended = [m for m in prescriptions if not ended(m.ended_on, today)]
    current = [m for m in open_ended if not ended(supply_ends(m), today)]
    going_on = {_drug(m) for m in current}
    run_out = (m for m in open_ended if ended(supply_ends(m), today) and _drug(m) not in going_on)
    return current, _newest_of_each(run_out)


def _newest_of_each(prescriptions: Iterable[MedicationRequest]) -> Sequence[MedicationRequest]:
    newest: dict[tuple[str, str], MedicationRequest] = {}
    for each in sorted(prescriptions, key=lambda m: m.authored_on or date.min, reverse=True):
        newest.setdefault(_drug(each), each)
    return list(newest.values())


def _drug(medication: MedicationRequest) -> tuple[str, str]:
    return medication.code, medication.display.casefold()


def _current(listed: Sequence[MedicationRequest], look: Look) -> list[Flowable]:
    if not listed:
        return [empty("No prescription is known to go on.", look)]
    return [_table(listed, look), note(_CURRENT, look)]


def _run_out(listed: Sequence[MedicationRequest], look: Look) -> list[Flowable]:
    if not listed:
        return []
    heading = strong("No end recorded, but the supply has run out", look)
    return [Spacer(1, GAP), heading, _table(listed, look), note(_RUN_OUT, look)]


def _table(listed: Sequence[MedicationRequest], look: Look) -> Flowable:
    return table(_COLUMNS, [_row(medication, look) for medication in listed], look)


def _row(medication: MedicationRequest, look: Look) -> list[Cell]:
    end = supply_ends(medication)
    return [
        Paragraph(drug_line(medication, look), look.cell),
        cell(medication.reason or NOT_RECORDED, look),
        date_text(medication.authored_on),
        date_text(end) if end else NOT_RECORDED,
    ]


def _tells_strength(medication: MedicationRequest) -> bool:
    """Whether the name carries its strength, as RxNorm's names do: `Lisinopril 10 MG Tablet`."""
    return any(word.replace(".", "").isdecimal() for word in medication.display.split())
