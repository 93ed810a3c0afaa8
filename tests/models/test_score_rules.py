"""Bands at their edges, refusals, bounds, and what must rise or fall whatever the numbers."""

from math import nextafter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clinicdesk.domain.assessment import assess
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.models.scores import SCORES
from clinicdesk.models.scores.bmi_who import body_mass_index, who_category
from clinicdesk.models.scores.ckd_epi_2021 import egfr_ckd_epi_2021, g_category
from clinicdesk.models.scores.kfre import action
from clinicdesk.models.scores.protocol import CannotScore, Given, Quantity, Score
from clinicdesk.models.scores.tables import Bounds

WELL = {
    "rr": 16,
    "spo2": 97,
    "spo2_scale": "1",
    "supplemental_o2": "0",
    "sbp": 120,
    "hr": 72,
    "acvpu": "A",
    "temp_c": 37.0,
}
KIDNEY = {
    "model_vars": "4",
    "years": "5",
    "north_america": "1",
    "age": 60,
    "sex": "male",
    "egfr": 30,
    "uacr_mg_g": 300,
}


def news2(**changes: object) -> dict[str, object]:
    return dict(SCORES["news2"].calculate({**WELL, **changes}))


def kfre(**changes: object) -> float:
    return float(SCORES["kfre"].calculate({**KIDNEY, **changes})["risk"] or 0)


@pytest.mark.parametrize(
    ("name", "points", "edges"),
    [
        ("rr", "rr_pts", {8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3}),
        ("spo2", "spo2_pts", {91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0}),
        ("sbp", "sbp_pts", {90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3}),
        (
            "hr",
            "hr_pts",
            {40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3},
        ),
        (
            "temp_c",
            "temp_pts",
            {35.0: 3, 35.04: 3, 35.05: 1, 36.0: 1, 36.1: 0, 38.0: 0, 38.1: 1, 39.0: 1, 39.1: 2},
        ),
        ("acvpu", "consciousness_pts", {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}),
        ("supplemental_o2", "o2_pts", {"0": 0, "1": 2}),
    ],
)
def test_every_edge_of_the_news2_chart(name: str, points: str, edges: dict[object, int]) -> None:
    assert {edge: news2(**{name: edge})[points] for edge in edges} == edges


@pytest.mark.parametrize(
    ("oxygen", "edges"),
    [
        ("0", {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}),
        ("1", {83: 3, 85: 2, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3}),
    ],
)
def test_scale_2_on_air_and_on_oxygen(oxygen: str, edges: dict[int, int]) -> None:
    points = {
        spo2: news2(spo2=spo2, spo2_scale="2", supplemental_o2=oxygen)["spo2_pts"] for spo2 in edges
    }
    assert points == edges


@pytest.mark.parametrize(
    ("changes", "band", "monitoring"),
    [
        ({}, "low", "min_12h"),
        ({"rr": 11}, "low", "min_4_6h"),
        ({"acvpu": "C"}, "low_medium", "min_1h"),
        ({"rr": 22, "hr": 112, "temp_c": 38.5}, "medium", "min_1h"),
        ({"rr": 22, "hr": 112, "temp_c": 39.5, "sbp": 105}, "high", "continuous"),
    ],
)
def test_the_triggers_of_news2(changes: dict[str, object], band: str, monitoring: str) -> None:
    result = news2(**changes)
    assert (result["risk_band"], result["monitoring"]) == (band, monitoring)


@pytest.mark.parametrize(
    ("name", "points", "between"),
    [
        ("rr", "rr_pts", {8.4: 1, 24.6: 2}),
        ("spo2", "spo2_pts", {91.4: 2, 91.6: 2, 95.5: 0}),
        ("sbp", "sbp_pts", {90.4: 2, 219.6: 0}),
        ("hr", "hr_pts", {40.4: 1, 90.6: 0, 130.6: 2}),
    ],
)
def test_a_limit_of_the_chart_is_reached_and_not_rounded_to(
    name: str, points: str, between: dict[float, int]
) -> None:
    assert {value: news2(**{name: value})[points] for value in between} == between


@given(
    st.sampled_from(["rr", "spo2", "sbp", "hr", "temp_c"]),
    st.floats(10, 100) | st.floats(100, 330) | st.floats(34, 36),
)
def test_a_vital_sign_is_critical_exactly_when_it_scores_three(name: str, value: float) -> None:
    wanted = SCORES["news2"].input(name)
    assume(isinstance(wanted, Quantity) and wanted.low <= value <= wanted.high)
    points = news2(**{name: value})[f"{name.removesuffix('_c')}_pts"]
    level = assess(catalog()[wanted.code], value, AdministrativeGender.FEMALE, 50)
    assert level.critical == (points == 3)


vitals = st.fixed_dictionaries(
    {
        "rr": st.floats(1, 120),
        "spo2": st.floats(20, 100),
        "spo2_scale": st.sampled_from("12"),
        "supplemental_o2": st.sampled_from("01"),
        "sbp": st.floats(20, 375),
        "hr": st.floats(10, 350),
        "acvpu": st.sampled_from("ACVPU"),
        "temp_c": st.floats(20, 45),
    }
)


@given(vitals, st.sets(st.sampled_from(sorted(WELL))))
def test_bounds_hold_whatever_is_missing(values: dict[str, float | str], gone: set[str]) -> None:
    total = int(SCORES["news2"].calculate(values)["total"] or 0)
    partial: Given = {name: value for name, value in values.items() if name not in gone}
    limits = SCORES["news2"].bounds(partial)
    assert limits is None or limits.low <= total <= limits.high
    if not gone:
        assert limits == Bounds(total, total)


@given(st.floats(0.1, 29), st.floats(0.001, 1), st.integers(18, 119), st.booleans())
def test_more_creatinine_and_more_years_filter_less(
    creatinine: float, more: float, age: int, female: bool
) -> None:
    egfr = egfr_ckd_epi_2021(creatinine, age, female)
    assert egfr_ckd_epi_2021(creatinine + more, age, female) < egfr
    assert egfr_ckd_epi_2021(creatinine, age + 1, female) < egfr


@given(st.floats(1, 59), st.floats(0.1, 20_000), st.sampled_from("25"), st.sampled_from("01"))
def test_kidney_risk_falls_with_filtration_and_rises_with_albumin(
    egfr: float, uacr: float, years: str, region: str
) -> None:
    here = kfre(egfr=egfr, uacr_mg_g=uacr, years=years, north_america=region)
    assert 0 <= here <= 1
    assert kfre(egfr=egfr + 0.9, uacr_mg_g=uacr, years=years, north_america=region) <= here
    assert kfre(egfr=egfr, uacr_mg_g=uacr * 1.2, years=years, north_america=region) >= here
    assert kfre(egfr=egfr, uacr_mg_g=uacr, years="2") <= kfre(egfr=egfr, uacr_mg_g=uacr, years="5")


@pytest.mark.parametrize(
    ("egfr", "category"),
    [(90, "G1"), (60, "G2"), (45, "G3a"), (30, "G3b"), (15, "G4"), (14.999, "G5")],
)
def test_kidney_categories_at_their_edges(egfr: float, category: str) -> None:
    assert g_category(egfr) == category
    assert egfr < 15 or g_category(nextafter(egfr, 0)) != category


@pytest.mark.parametrize(
    ("bmi", "category"),
    [(18.5, "normal"), (25, "overweight"), (30, "obese_1"), (35, "obese_2"), (40, "obese_3")],
)
def test_body_mass_categories_at_their_edges(bmi: float, category: str) -> None:
    assert who_category(bmi) == category
    assert who_category(nextafter(bmi, 0)) != category


@pytest.mark.parametrize(
    ("weight", "height", "bmi"), [(64, 160, 25), (72.25, 170, 25), (81, 180, 25), (86.7, 170, 30)]
)
def test_a_weight_at_the_edge_is_at_the_edge(weight: float, height: float, bmi: float) -> None:
    assert body_mass_index(weight, height) == bmi


def test_what_kdigo_suggests_at_its_thresholds() -> None:
    assert "referral" in action(0.03, "5")
    assert action(0.029, "5") == action(0.10, "2") == ""
    assert "multidisciplinary" in action(0.101, "2")
    assert "replacement" in action(0.401, "2")


@pytest.mark.parametrize("score", SCORES.values(), ids=lambda each: each.id)
def test_an_empty_record_is_refused_with_the_list(score: Score) -> None:
    with pytest.raises(CannotScore) as refusal:
        score.calculate({})
    assert refusal.value.code == "missing_input"
    assert list(refusal.value.missing) == score.missing({}) != []
    assert all(score.label(name) in str(refusal.value) for name in refusal.value.missing)


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ("6", ("dm", "htn")),
        ("8", ("albumin_g_dl", "phosphate_mg_dl", "bicarbonate_mmol_l", "calcium_mg_dl")),
    ],
)
def test_the_longer_equations_need_more(variables: str, missing: tuple[str, ...]) -> None:
    with pytest.raises(CannotScore) as refusal:
        kfre(model_vars=variables)
    assert refusal.value.missing == missing


@pytest.mark.parametrize(
    ("id", "changes", "code"),
    [
        ("news2", {"spo2": 101}, "out_of_range"),
        ("news2", {"temp_c": "nan"}, "invalid_value"),
        ("news2", {"temp_c": "warm"}, "invalid_value"),
        ("news2", {"acvpu": "X"}, "invalid_value"),
        ("news2", {"acvpu": " "}, "missing_input"),
        ("kfre", {"egfr": 60}, "out_of_range"),
        ("kfre", {"uacr_mg_g": 0}, "out_of_range"),
        ("kfre", {"age": 17}, "out_of_range"),
        ("kfre", {"sex": "other"}, "invalid_value"),
        ("kfre", {"model_vars": "5"}, "invalid_value"),
    ],
)
def test_what_cannot_be_is_refused_without_quoting_it(
    id: str, changes: dict[str, object], code: str
) -> None:
    given = {**(WELL if id == "news2" else KIDNEY), **changes}
    with pytest.raises(CannotScore) as refusal:
        SCORES[id].calculate(given)
    assert refusal.value.code == code
    for value in changes.values():
        assert str(value).strip() == "" or f" {value}." not in str(refusal.value)


def test_text_and_numbers_read_alike() -> None:
    as_text = {name: f" {value} " for name, value in WELL.items()}
    assert SCORES["news2"].calculate(as_text) == SCORES["news2"].calculate(WELL)
    yes = SCORES["news2"].calculate({**WELL, "supplemental_o2": "Yes"})
    assert yes == SCORES["news2"].calculate({**WELL, "supplemental_o2": 1.0})


@pytest.mark.parametrize("score", SCORES.values(), ids=lambda each: each.id)
def test_units_and_limits_agree_with_the_catalogue(score: Score) -> None:
    for each in score.inputs:
        concept = catalog().by_code(each.code)
        if isinstance(each, Quantity) and concept:
            to_canonical = concept.conversion(each.unit)
            assert to_canonical, each.name
            low, high = to_canonical(each.low), to_canonical(each.high)
            assert low >= (concept.plausible.low or 0) or each.name == "uacr_mg_g"
            assert high <= (concept.plausible.high or high), each.name
