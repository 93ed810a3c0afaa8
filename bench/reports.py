"""Printing patient reports, beside bare reportlab setting the same words on the same pages."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from time import perf_counter
from zoneinfo import ZoneInfo

from reportlab.graphics.shapes import Drawing, Line, PolyLine
from reportlab.lib.colors import lightgrey, whitesmoke
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from bench.frame import Figure, answer, measure
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation, ObservationId
from clinicdesk.domain.patient import AdministrativeGender, Patient, PatientId, PatientSummary
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.fonts import fonts
from clinicdesk.reports.look import look_of
from clinicdesk.reports.patient import SECTIONS, patient_pdf
from clinicdesk.reports.printing import PageSize, Printing

REPORTS = 100
ROUNDS = 5
NOW = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
VITALS = ("8480-6", "8462-4", "8867-4", "9279-1", "59408-5", "8310-5")
READINGS = 24


@dataclass(frozen=True, slots=True)
class Words:
    """A table or a paragraph, as text alone."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()


def ours() -> float:
    records = [_record(random.Random(number)) for number in range(REPORTS)]
    patient_pdf(records[0])
    began = perf_counter()
    for record in records:
        patient_pdf(record)
    return (perf_counter() - began) * 1000 / REPORTS


def bare() -> float:
    return _bare("NotoSans-Regular")


def unembedded() -> float:
    return _bare("Helvetica")


WAYS = {"ours": ours, "limit": bare, "peer": unembedded}


def figures() -> Iterator[Figure]:
    yield Figure(
        name="patient report",
        task=f"{REPORTS} reports of three pages, five charts each, in one run",
        unit="ms",
        **measure("bench.reports", WAYS, ROUNDS),
        limit_is="bare reportlab with the same words and lines, the same fonts embedded",
        peer_is="the same in Helvetica, which no file carries: Western letters only",
        goal=1.5,
    )


def _bare(font: str) -> float:
    records = [_record(random.Random(number)) for number in range(REPORTS)]
    taken = [list(_words(record)) for record in records]
    _plain(taken[0], records[0], font)
    began = perf_counter()
    for words, record in zip(taken, records, strict=True):
        _plain(words, record, font)
    return (perf_counter() - began) * 1000 / REPORTS


def _words(record: PatientReport) -> Iterator[Words]:
    """What our report says, before the clock starts."""
    look = look_of(fonts(), PageSize.A4)
    for part in SECTIONS:
        for flowable in part(record, look):
            if isinstance(flowable, Table):
                cells = [[_text(each) for each in row] for row in flowable._cellvalues]  # noqa: SLF001 - ours to see
                yield Words(cells, flowable._argW)  # noqa: SLF001 - ours to see
            elif isinstance(flowable, Paragraph):
                yield Words([[flowable.getPlainText()]])


def _text(cell: object) -> str:
    if isinstance(cell, list):
        return " ".join(map(_text, cell))
    return cell.getPlainText() if isinstance(cell, Paragraph) else str(cell)


def _plain(words: Sequence[Words], record: PatientReport, font: str) -> bytes:
    """The page a programmer would write in an afternoon."""
    style = ParagraphStyle("plain", fontName=font, fontSize=8.2, leading=10.6)
    story: list[Flowable] = []
    for each in words:
        if not each.widths:
            story.append(Paragraph(each.rows[0][0], style))
        else:
            cells = [[Paragraph(c, style) if len(c) > 12 else c for c in row] for row in each.rows]
            story.append(_table(cells, each.widths, font))
    story += _drawings(record.vitals)
    out = BytesIO()
    document = SimpleDocTemplate(out, initialFontName=font, invariant=1)

    def frame(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(font, 8)
        canvas.drawString(40, 800, f"{record.patient.summary.family_name}, page {document.page}")
        canvas.drawString(40, 20, record.printing.line)

    document.build(story, onFirstPage=frame, onLaterPages=frame)
    return out.getvalue()


def _table(cells: Sequence[Sequence[object]], widths: Sequence[float], font: str) -> Table:
    style = [
        ("FONT", (0, 0), (-1, -1), font, 8.2, 10.6),
        ("FONT", (0, 0), (-1, 0), font.replace("Regular", "Bold"), 7.2, 9),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, lightgrey),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [None, whitesmoke]),
    ]
    return Table(cells, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _drawings(readings: Sequence[Observation]) -> Iterator[Drawing]:
    """A line for each vital sign over its grid."""
    for code in VITALS[1:]:
        values = [r.value or 0 for r in readings if r.code == code]
        low, high = min(values), max(values)
        drawing = Drawing(440, 40)
        for x in range(0, 440, 60):
            drawing.add(Line(x, 0, x, 40, strokeColor=lightgrey))
        points = [
            p for n, v in enumerate(values) for p in (n * 18, (v - low) / (high - low + 1) * 40)
        ]
        drawing.add(PolyLine(points))
        yield drawing


def _record(rng: random.Random) -> PatientReport:
    name = "".join(rng.choices("abcdefghijklmnop", k=9)).title()
    person = PatientSummary(
        PatientId(1),
        f"M{rng.randrange(10**6):07}",
        name,
        "Ann",
        date(1950, 1, 1),
        AdministrativeGender.FEMALE,
    )
    labs = [c.code for c in catalog().concepts if c.category == "lab" and not c.coded]
    return PatientReport(
        Printing("Bench", "bench", "clinician", NOW, ZoneInfo("Europe/London"), NOW),
        Patient(person),
        conditions=[Condition(n, "", f"E1{n}", f"Condition {n}", None, None) for n in range(8)],
        medications=[
            MedicationRequest(
                n,
                "",
                "",
                "",
                f"Drug {n} 25 MG Oral Tablet",
                "",
                "25 mg once daily",
                None,
                None,
                None,
                date(2026, 1, 1),
                None,
                "",
            )
            for n in range(10)
        ],
        vitals=[
            _reading(code, rng, NOW - timedelta(hours=3 * n))
            for n in reversed(range(READINGS))
            for code in VITALS
        ],
        latest=[_reading(code, rng, NOW - timedelta(days=9)) for code in labs[:40]],
    )


def _reading(code: str, rng: random.Random, at: datetime) -> Observation:
    concept = catalog()[code]
    limits = concept.plausible
    value = round(
        rng.uniform(limits.low or 1, min(limits.high or 9, 3 * (limits.low or 1) + 60)), 1
    )
    return Observation(
        ObservationId(rng.randrange(10**9)),
        code,
        concept.display,
        at,
        value,
        "",
        concept.unit,
        str(value),
        concept.unit,
    )


if __name__ == "__main__":
    answer(WAYS)
