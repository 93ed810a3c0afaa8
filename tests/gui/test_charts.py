"""Charts keep peaks, leave gaps open, hold their scale, and can be read with the keyboard."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinicdesk.domain.assessment import Level
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.charts.series import Series, joined, thinned, usual_interval
from clinicdesk.ui.charts.time_axis import DAY, HOUR, Span, ticks
from clinicdesk.ui.charts.track_row import MARGIN, VALUES
from clinicdesk.ui.charts.vitals_panel import VitalsPanel
from clinicdesk.ui.charts.vitals_table import VitalsTable
from clinicdesk.ui.pages.patient import PatientServices
from clinicdesk.ui.palette import DARK
from clinicdesk.ui.patient_record import PatientRecord, read_record
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.vitals import PRESSURE, readings
from clinicdesk.ui.widgets.flag import flag_width
from tests.gui.conftest import show
from tests.gui.ward import observation
from tests.storage.factories import add_patient, database_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


# -- series -----------------------------------------------------------------------------------


@given(some.integers(1, 20_000), some.integers(50, 800), some.integers(0, 2**32 - 1))
def test_thinning_keeps_the_peaks(count: int, pixels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    series = Series(np.sort(rng.uniform(0, 1000, count)), rng.normal(70, 20, count))
    drawn = thinned(series, 0, 1000, pixels)
    assert drawn.y.max() == series.y.max()
    assert drawn.y.min() == series.y.min()
    assert len(drawn.x) <= max(4 * pixels, 2 * (pixels + 1))
    assert bool(np.all(np.diff(drawn.x) >= 0))


def test_a_gap_is_not_bridged() -> None:
    hours = np.array([0, 1, 2, 3, 30, 31]) * HOUR
    assert list(joined(hours, usual_interval(hours))) == [True, True, True, False, True, False]
    years = np.arange(4) * 365 * DAY
    assert list(joined(years, usual_interval(years))) == [True, True, True, False]
    assert list(joined(np.array([5.0]), 0.0)) == [False]


# -- the axis ---------------------------------------------------------------------------------


@given(
    start=some.integers(0, 1_900_000_000),
    length=some.sampled_from([HOUR, DAY, 7 * DAY, 30 * DAY, 366 * DAY, 30 * 366 * DAY]),
    pixels=some.integers(200, 1600),
)
def test_ticks_are_in_order_inside_and_not_too_many(start: int, length: float, pixels: int) -> None:
    span = Span(start, start + length)
    found = ticks(span, BERLIN, pixels)
    assert all(span.start <= tick.at <= span.end for tick in found)
    assert all(one.at < other.at for one, other in pairwise(found))
    assert len(found) <= max(pixels // 84, 2) + 1


def test_ticks_are_round_in_the_clinics_zone() -> None:
    start = datetime(2026, 11, 20, tzinfo=BERLIN).timestamp()
    found = ticks(Span(start, start + DAY), BERLIN, 600)
    assert [tick.text for tick in found][:3] == ["20-Nov-2026", "06:00", "12:00"]


def test_the_day_of_the_clock_change_has_its_hours_once() -> None:
    start = datetime(2026, 10, 25, tzinfo=BERLIN).timestamp()
    found = ticks(Span(start, start + 25 * HOUR), BERLIN, 4000)
    assert len({tick.at for tick in found}) == len(found) == 26
    assert sum(tick.text == "02:00" for tick in found) == 2


# -- the panel --------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> VitalsPanel:
    panel = VitalsPanel(BERLIN, theme)
    qtbot.addWidget(panel)
    panel.resize(760, 480)
    show(qtbot, panel)
    return panel


@pytest.fixture
def record(services: PatientServices, ward: list[PatientId]) -> PatientRecord:
    return read_record(services.records, ward[0], services.now(), services.today())


def test_all_signs_share_one_time_axis(panel: VitalsPanel, record: PatientRecord) -> None:
    panel.show_record(record)
    shown = [row for row in panel.rows if not row.isHidden()]
    assert len(shown) == 5
    spans = {tuple(row.track.getPlotItem().viewRange()[0]) for row in shown}
    assert spans == {(panel.span.start, panel.span.end)}
    assert panel._missing.text() == "Not recorded: Temperature"
    lefts = {row.track.getPlotItem().getViewBox().screenGeometry().left() for row in shown}
    assert len(lefts) == 1


def test_arrows_walk_from_reading_to_reading(
    qtbot: QtBot, panel: VitalsPanel, record: PatientRecord
) -> None:
    panel.show_record(record)
    times = sorted({o.effective_at.timestamp() for o in record.vitals})
    heart = panel.rows[0]
    for at in reversed(times[-3:]):
        qtbot.keyClick(panel, Qt.Key.Key_Left)
        assert panel.focus == at
        assert heart.shown_value == "72"
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    assert panel.focus == times[-2]
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.focus is None


def test_the_line_shows_nothing_where_nothing_was_read(
    panel: VitalsPanel, record: PatientRecord
) -> None:
    panel.show_record(record)
    panel.show_period("24 h")
    times = sorted({o.effective_at.timestamp() for o in record.vitals})
    panel._point((times[-1] + times[-2]) / 2)
    assert panel.rows[0].shown_value == "–"
    panel._point(times[-2] + panel.span.length * 0.005)
    assert panel.rows[0].shown_value == "72"


def test_periods_are_fixed_and_shift_instead_of_stretching(
    qtbot: QtBot, panel: VitalsPanel, record: PatientRecord
) -> None:
    panel.show_record(record)
    panel.show_period("24 h")
    assert panel.span.length == pytest.approx(DAY)
    before = panel.span
    qtbot.keyClick(panel, Qt.Key.Key_PageUp)
    assert panel.span.length == pytest.approx(DAY)
    assert panel.span.start < before.start
    qtbot.keyClick(panel, Qt.Key.Key_PageDown)
    assert panel.span == before


def test_two_patients_have_the_same_scales(
    panel: VitalsPanel, services: PatientServices, ward: list[PatientId]
) -> None:
    scales = []
    for patient in ward[:2]:
        panel.show_record(read_record(services.records, patient, services.now(), services.today()))
        scales.append([r.track.scale for r in panel.rows[:4]])
    assert scales[0] == scales[1] == [r.track.sign.scale for r in panel.rows[:4]]
    assert not any(row.track.widened for row in panel.rows)


def _one(clinic: Clinic, values: dict[str, float], born_years_ago: int = 60) -> PatientId:
    database = database_of(clinic)
    born = (NOW - timedelta(days=365.25 * born_years_ago + 30)).date()
    patient = add_patient(database, "X1", born=born)
    with database.writing() as session:
        for at, (code, value) in enumerate(values.items()):
            session.add(observation(patient, code, value, NOW - timedelta(hours=at)))
    return patient


def test_a_value_off_the_scale_widens_it_and_says_so(
    panel: VitalsPanel, clinic: Clinic, services: PatientServices
) -> None:
    patient = _one(clinic, {"8867-4": 210.0})
    panel.show_record(read_record(services.records, patient, NOW, services.today()))
    heart = panel.rows[0]
    assert heart.track.scale == (30, 210)
    assert heart._scale.text() == "Scale widened"


def test_an_implausible_value_is_left_out_and_counted(
    panel: VitalsPanel, clinic: Clinic, services: PatientServices
) -> None:
    patient = _one(clinic, {"8480-6": 11647.0, "8867-4": 80.0})
    panel.show_record(read_record(services.records, patient, NOW, services.today()))
    assert panel.rows[1].isHidden()
    assert "Blood pressure" in panel._missing.text()


def test_a_child_has_no_adult_band(
    panel: VitalsPanel, clinic: Clinic, services: PatientServices
) -> None:
    patient = _one(clinic, {"8867-4": 110.0}, born_years_ago=6)
    panel.show_record(read_record(services.records, patient, NOW, services.today()))
    heart = panel.rows[0]
    assert heart._scale.text() == "No reference range"
    assert not heart.track._backdrop.band.known


def test_pressures_of_one_instant_make_a_pair(record: PatientRecord) -> None:
    found = readings(PRESSURE, record.vitals)
    assert len(found) == 12
    assert all(r.low is not None and r.low.effective_at == r.at for r in found)


def test_the_table_has_the_newest_on_top(qtbot: QtBot, theme: Theme, record: PatientRecord) -> None:
    table = VitalsTable(BERLIN)
    qtbot.addWidget(table)
    table.show_record(record)
    times = [line.at for line in table.model.rows]
    assert times == sorted(times, reverse=True)
    assert table.model.rows[0].texts["8480-6"] == "128/84 mmHg"


def test_twenty_thousand_points_are_drawn_in_a_frame(
    qtbot: QtBot, panel: VitalsPanel, clinic: Clinic, services: PatientServices
) -> None:
    """Counted, not timed: no track draws more than a few points a pixel."""
    patient = _one(clinic, {})
    database = database_of(clinic)
    with database.writing() as session:
        session.add_all(
            observation(patient, "8867-4", 60.0 + at % 40, NOW - timedelta(minutes=at))
            for at in range(20_000)
        )
    panel.show_record(read_record(services.records, patient, NOW, services.today()))
    panel.show_period("All")
    line = panel.rows[0].track._line
    assert 100 < len(line.xData) <= 2 * panel.width()
    assert panel.rows[0].track.points_drawn == 0


def test_the_charts_follow_the_theme(
    panel: VitalsPanel, record: PatientRecord, theme: Theme
) -> None:
    panel.show_record(record)
    theme.use(DARK)
    picture = panel.rows[0].track.grab().toImage()
    assert picture.pixelColor(picture.width() - 1, 0).name() == DARK.surface.lower()


@pytest.mark.parametrize("level", Level)
def test_the_word_of_a_level_is_whole_beside_its_plot(qtbot: QtBot, level: Level) -> None:
    assert flag_width(level) <= VALUES - 2 * MARGIN
