"""The vital signs: the latest with their ages and what came before, then their course."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus import CondPageBreak, Flowable, Paragraph

from clinicdesk.domain.assessment import ADULT
from clinicdesk.domain.catalog import Range, catalog
from clinicdesk.domain.display import age_years, date_text, elapsed_text, instant_text, result_text
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.units import printed_unit
from clinicdesk.reports.blocks import Cell, Column, bold_rows, cell, empty, note, section, table
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.look import GAP, Look
from clinicdesk.reports.readings import HOW_TO_READ, flag_of, name_of, original_of, range_of
from clinicdesk.reports.time_axis import TimeAxis, time_axis
from clinicdesk.reports.vitals_chart import Panel, VitalsChart

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
_COLUMNS = (
    Column("Vital sign", 0.165),
    Column("Latest", 0.10, "RIGHT"),
    Column("Unit", 0.08),
    Column("Flag", 0.075),
    Column("Reference", 0.145),
    Column("Taken", 0.165),
    Column("Age", 0.065),
    Column("Before that", 0.205),
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """low, high: the ends of the axis, the same for every patient and period, as in the window."""

    code: str
    title: str
    low: float
    high: float
    grid: Sequence[float]


_PRESSURE = _Scale(SYSTOLIC, "Blood pressure", 40, 220, (60, 100, 140, 180))
_SCALES = (
    _PRESSURE,
    _Scale("8867-4", "Heart rate", 30, 150, (60, 100)),
    _Scale("9279-1", "Respiratory rate", 5, 40, (12, 20, 30)),
    _Scale("59408-5", "SpO₂", 80, 100, (85, 90, 95)),
    _Scale("8310-5", "Temperature", 34, 41, (36, 38, 40)),
)
_CAPTION = 22  # points: two lines
_CHARTED = (DIASTOLIC, *(scale.code for scale in _SCALES))


@dataclass(frozen=True, slots=True)
class _Taken:
    """One measurement; with `low` a blood pressure whose two values were taken together."""

    main: Observation
    low: Observation | None = None

    @property
    def at(self) -> datetime:
        return self.main.effective_at

    @property
    def both(self) -> Sequence[Observation]:
        return [self.main, self.low] if self.low else [self.main]

    @property
    def text(self) -> str:
        return "/".join(result_text(reading) for reading in self.both)


def vital_signs(report: PatientReport, look: Look) -> list[Flowable]:
    """A line for each vital sign ever recorded, and the chart of those that vary by the hour."""
    courses = _courses(report.vitals)
    if not courses:
        words = "No vital signs recorded: none were measured here or imported."
        return section("Vital signs", look, empty(words, look))
    order = [concept.code for concept in catalog().concepts if concept.code in courses]
    rows = [_row(courses[code], report, look) for code in order]
    styles = [style for column in (1, 3) for style in bold_rows(range(len(rows)), column, look)]
    signs = table(_COLUMNS, rows, look, *styles)
    content = [signs, note(HOW_TO_READ, look), *_chart(courses, report, look)]
    return section("Vital signs", look, *content)


def _courses(readings: Sequence[Observation]) -> Mapping[str, Sequence[_Taken]]:
    """What was measured of each sign, oldest first; pressures of one instant are one reading.

    A diastolic pressure alone has a line of its own while no later pressure is known.
    """
    low = {reading.effective_at: reading for reading in readings if reading.code == DIASTOLIC}
    courses: dict[str, list[_Taken]] = {}
    paired = set()
    for reading in sorted(readings, key=lambda r: r.effective_at):
        partner = low.get(reading.effective_at) if reading.code == SYSTOLIC else None
        if partner:
            paired.add(partner.id)
        courses.setdefault(reading.code, []).append(_Taken(reading, partner))
    alone = [taken for taken in courses.pop(DIASTOLIC, []) if taken.main.id not in paired]
    newer = alone and (SYSTOLIC not in courses or alone[-1].at > courses[SYSTOLIC][-1].at)
    return courses | ({DIASTOLIC: alone} if newer else {})


def _row(course: Sequence[_Taken], report: PatientReport, look: Look) -> list[Cell]:
    latest, zone = course[-1], report.printing.zone
    ranges = (range_of(reading, report.patient.summary) for reading in latest.both)
    return [
        _name(latest, look),
        cell(latest.text, look) if latest.main.value is None else latest.text,
        cell(printed_unit(latest.main.unit), look),
        _flag(latest, report),
        cell(" / ".join(filter(None, ranges)), look),
        instant_text(latest.at, zone),
        elapsed_text(latest.at, report.cut_off),
        _before(course, report, look),
    ]


def _name(taken: _Taken, look: Look) -> Paragraph:
    words = "Blood pressure" if taken.low else name_of(taken.main)
    origin = look.fonts.markup(original_of(taken.main))
    small = f'<br/><font size="6.8">{origin}</font>' if origin else ""
    return Paragraph(look.fonts.markup(words) + small, look.cell)


def _flag(taken: _Taken, report: PatientReport) -> str:
    """H or L; of a pressure with the side it is on, unless both are on the same."""
    flags = [flag_of(reading, report.patient.summary) for reading in taken.both]
    if len(set(flags)) == 1:
        return flags[0]
    return " ".join(
        f"{name} {flag}" for name, flag in zip(("sys", "dia"), flags, strict=True) if flag
    )


def _before(course: Sequence[_Taken], report: PatientReport, look: Look) -> Cell:
    if len(course) < 2:
        return ""
    day = course[-2].at.astimezone(report.printing.zone).date()
    return Paragraph(f"{course[-2].text} on {date_text(day)}", look.cell)


def _chart(
    courses: Mapping[str, Sequence[_Taken]], report: PatientReport, look: Look
) -> Iterator[Flowable]:
    instants = sorted({taken.at for code in _CHARTED for taken in courses.get(code, ())})
    if not instants:
        return
    axis = time_axis(instants, report.printing.zone)
    panels = [
        _panel(scale, courses[scale.code], report) for scale in _SCALES if scale.code in courses
    ]
    if not panels:
        return
    absent = [_in_a_sentence(scale.title) for scale in _SCALES if scale.code not in courses]
    earlier = sum(at < axis.start for at in instants)
    caption = note(_caption(axis, earlier, absent, _adult(report)), look)
    chart = VitalsChart(panels, axis, look, below=_CAPTION)
    yield CondPageBreak(chart.least_height + 2 * GAP)
    yield chart
    yield caption


def _panel(scale: _Scale, course: Sequence[_Taken], report: PatientReport) -> Panel:
    concept = catalog()[scale.code]
    normal = concept.reference_for(report.patient.summary.gender)
    return Panel(
        title=scale.title,
        unit=printed_unit(concept.unit),
        low=scale.low,
        high=scale.high,
        grid=scale.grid,
        normal=normal if _adult(report) else Range(None, None),
        latest=course[-1].text,
        points=() if scale is _PRESSURE else list(_points(course)),
        bars=list(_bars(course)) if scale is _PRESSURE else (),
    )


def _points(course: Sequence[_Taken]) -> Iterator[tuple[datetime, float]]:
    for taken in course:
        if taken.main.value is not None:
            yield taken.at, taken.main.value


def _bars(course: Sequence[_Taken]) -> Iterator[tuple[datetime, float, float]]:
    """Diastolic and systolic; a systolic pressure alone is a bar without length."""
    for taken in course:
        high, low = taken.main.value, taken.low.value if taken.low else taken.main.value
        if high is not None and low is not None:
            yield taken.at, low, high


def _adult(report: PatientReport) -> bool:
    """Whether the adult reference ranges may be drawn behind this person's readings."""
    return (age_years(report.patient.summary, report.today) or 0) >= ADULT


def _caption(axis: TimeAxis, earlier: int, absent: Sequence[str], shaded: bool) -> str:
    words = [f"{axis.window.name} up to the last reading; times in {axis.zone}."]
    if shaded:
        words.append("Shaded: adult reference range (blood pressure: systolic).")
    words.append(f"Lines join readings at most {axis.join_text} apart.")
    if earlier:
        words.append(f"{earlier} earlier reading{'s are' if earlier > 1 else ' is'} not drawn.")
    if absent:
        words.append(f"Not recorded: {', '.join(absent)}.")
    return " ".join(words)


def _in_a_sentence(title: str) -> str:
    """heart rate, but SpO₂."""
    return title if not title[1:].islower() else title.lower()
