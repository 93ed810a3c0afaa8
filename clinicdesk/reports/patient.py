"""The patient report: values of one record in, the bytes of a PDF out; nothing else is touched."""

from collections.abc import Iterator

from reportlab.platypus import Flowable, Paragraph

from clinicdesk.domain.display import (
    age_text,
    banner_name,
    birth_text,
    date_text,
    died_text,
    gender_text,
    mrn_text,
)
from clinicdesk.domain.patient import Patient
from clinicdesk.reports.blocks import note
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.fonts import Fonts, fonts
from clinicdesk.reports.history import allergies, problems
from clinicdesk.reports.look import Look, look_of
from clinicdesk.reports.medications import medications
from clinicdesk.reports.printing import Identity
from clinicdesk.reports.results import latest_results, other_observations
from clinicdesk.reports.risk import risk
from clinicdesk.reports.scores import published_scores
from clinicdesk.reports.sheet import Sheet
from clinicdesk.reports.signature import signature
from clinicdesk.reports.vitals import vital_signs

TITLE = "Patient report"
SECTIONS = (
    allergies,
    problems,
    medications,
    vital_signs,
    latest_results,
    other_observations,
    risk,
    published_scores,
    signature,
)
_NO_FONTS = (
    "The fonts of ClinicDesk were not found: letters outside Western European are shown as ¿. "
    "Install ClinicDesk again to print them."
)
_NO_GLYPHS = (
    "Some letters of the name have no glyph in ClinicDesk's fonts and are shown as boxes. "
    "Compare the ID."
)


def patient_pdf(report: PatientReport, typefaces: Fonts | None = None) -> bytes:
    """Print a record. The same report gives the same bytes. typefaces: those shipped, if None."""
    faces = typefaces or fonts()
    sheet = Sheet(TITLE, report.printing, faces, identity(report))
    return sheet.pdf(list(_story(report, look_of(faces, report.printing.page_size))))


def identity(report: PatientReport) -> Identity:
    """What the banner of the window says, in its order (CUI PAB)."""
    patient = report.patient
    facts = [*_life(patient, report), ("Gender", gender_text(patient.summary.gender))]
    return Identity(banner_name(patient), [*facts, ("ID", mrn_text(patient.summary))])


def _life(patient: Patient, report: PatientReport) -> Iterator[tuple[str, str]]:
    person = patient.summary
    if not person.deceased:
        yield "Born", birth_text(person, report.today)
        return
    yield "Born", date_text(person.birth_date)
    yield "Died", died_text(person)
    if person.birth_date and person.deceased_on:
        yield "Age at Death", age_text(person.birth_date, person.deceased_on)


def _story(report: PatientReport, look: Look) -> Iterator[Flowable]:
    patient = report.patient
    yield Paragraph(TITLE, look.title)
    contact = " · ".join(filter(None, (patient.address, patient.phone, patient.email)))
    if contact:
        yield note(contact, look)
    yield from (note(words, look) for words in _font_troubles(report, look.fonts))
    for part in SECTIONS:
        yield from part(report, look)


def _font_troubles(report: PatientReport, faces: Fonts) -> Iterator[str]:
    if not faces.embedded:
        yield _NO_FONTS
    elif not faces.draws(banner_name(report.patient)):
        yield _NO_GLYPHS
