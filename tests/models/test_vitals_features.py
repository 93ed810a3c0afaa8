"""The models over time are told the same of a stay in training and of a patient's record."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clinicdesk.errors import BadInput
from clinicdesk.models.learned.vitals_table import Stay, ahead, by_hour, read_stays, thinned
from clinicdesk.models.scores import SCORES
from clinicdesk.models.scores.news2 import CHARTS
from clinicdesk.models.vitals_features import (
    HOURS,
    VITALS,
    chart_points,
    features,
    known_core,
    names,
    news2_of,
)

Floats = NDArray[np.float64]

HEADER = "HR|O2Sat|Temp|SBP|MAP|DBP|Resp|Age|ICULOS|SepsisLabel"


def stay_of(hours: int, seed: int, missing: float = 0.4) -> Floats:
    """A made-up stay: plausible vital signs, many of them not taken."""
    rng = np.random.default_rng(seed)
    middle, spread = [95, 94, 37.5, 110, 65, 20], [25, 4, 1.2, 25, 15, 6]
    values = rng.normal(middle, spread, (hours, len(VITALS))).round(1)
    values[:, 1] = values[:, 1].clip(50, 100)
    return np.where(rng.random(values.shape) < missing, np.nan, values)


def row(hours: Floats, name: str, at: int = -1) -> float:
    return float(features(hours)[at, names().index(name)])


@pytest.mark.parametrize("item", CHARTS)
def test_a_column_of_vital_signs_gets_the_points_of_the_chart(item: str) -> None:
    values = np.linspace(5, 260, 5101).round(2)
    one_by_one = [CHARTS[item](value) for value in values]
    assert chart_points(CHARTS[item], values).tolist() == one_by_one


def test_the_five_items_are_the_news2_of_the_same_vital_signs() -> None:
    """Oxygen and consciousness are not among them: on air and alert they give no points."""
    rows = stay_of(400, 3, missing=0.0).clip(20, 100)
    rows[:, 2] = rows[:, 2].clip(30, 42) + 0.05  # halves of a tenth go up
    score = SCORES["news2"]
    at = {"hr": 0, "spo2": 1, "temp_c": 2, "sbp": 3, "rr": 5}
    rest = {"spo2_scale": "1", "supplemental_o2": "0", "acvpu": "A"}
    expected = [
        score.calculate({**{name: float(v[i]) for name, i in at.items()}, **rest})["total"]
        for v in rows
    ]
    assert news2_of(rows).tolist() == expected


def test_the_last_32_hours_say_what_the_whole_stay_says() -> None:
    """A record is read over 32 hours; training reads the stay. Both end in the same row."""
    for seed in range(40):
        stay = stay_of(HOURS + seed, seed, missing=0.7)
        whole, end = features(stay)[-1], features(stay[-HOURS:])[-1]
        np.testing.assert_allclose(end, whole, rtol=1e-12)


def test_no_hour_knows_what_comes_after_it() -> None:
    stay = stay_of(60, 8)
    other = np.vstack([stay[:30], stay_of(30, 9)])
    np.testing.assert_array_equal(features(stay)[:30], features(other)[:30])


def test_a_value_stands_for_8_hours_and_no_longer() -> None:
    stay = np.full((10, len(VITALS)), np.nan)
    stay[0] = [120, 90, 38.5, 95, 60, 25]
    assert row(stay, "hr_now", 8) == 120
    assert np.isnan(row(stay, "hr_now", 9))
    assert known_core(stay).tolist() == [True] + [False] * 9


def test_means_spreads_and_changes_look_back_6_hours() -> None:
    stay = np.full((8, len(VITALS)), np.nan)
    stay[:, 0] = [80, 90, np.nan, 100, np.nan, np.nan, 110, 120]
    assert row(stay, "hr_mean_6h") == pytest.approx(110)
    assert row(stay, "hr_sd_6h") == pytest.approx(np.std([100, 110, 120]))
    assert row(stay, "hr_change_6h") == 120 - 90
    assert np.isnan(row(stay, "hr_sd_6h", 0))  # of one value there is no spread


def test_what_is_ahead_ends_with_the_stay() -> None:
    quiet, ill = [80, 98, 37.0, 120, 70, 15], [135, 90, 39.5, 85, 50, 30]
    stays = [Stay(np.array([quiet] * 3 + [ill], dtype=float), 70.0), Stay(np.array([ill]), 60.0)]
    hours = by_hour(stays)
    highest, last = ahead(hours, 2)
    total = hours.news2[3]
    assert hours.left.tolist() == [3, 2, 1, 0, 0]
    np.testing.assert_array_equal(highest, [0, total, total, np.nan, np.nan])
    np.testing.assert_array_equal(last, [0, total, np.nan, np.nan, np.nan])


def test_a_thinned_stay_keeps_every_fourth_hour() -> None:
    stay = thinned(Stay(stay_of(12, 1, missing=0.0), 50.0), every=4, first=1)
    assert np.flatnonzero(~np.isnan(stay.hours[:, 0])).tolist() == [1, 5, 9]


def test_an_archive_is_read_hour_by_hour(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        {"p1.psv": f"{HEADER}\n90|97|NaN|120|80|60|18|71|1|0\n999|97|37|120|80|60|18|71|2|0\n"},
    )
    (stay,) = read_stays(path)
    assert stay.age == 71
    np.testing.assert_array_equal(stay.hours[0], [90, 97, np.nan, 120, 60, 18])
    assert np.isnan(stay.hours[1, 0])  # a rate of 999 is an artefact


@pytest.mark.parametrize(
    "text", ["", f"{HEADER}\n", "HR|Temp\n80|37\n", f"{HEADER}\nfast|97|37|120|80|60|18|71|1|0\n"]
)
def test_a_member_that_is_no_stay_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"p1\.psv"):
        read_stays(archive(tmp_path, {"p1.psv": text}))


def test_a_file_that_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "stays.tar.xz").write_bytes(b"HR|Temp")
    with pytest.raises(BadInput, match="not an archive"):
        read_stays(tmp_path / "stays.tar.xz")


def archive(folder: Path, members: dict[str, str]) -> Path:
    path = folder / "stays.tar.xz"
    with tarfile.open(path, "w:xz") as file:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            file.addfile(info, io.BytesIO(text.encode()))
    return path
