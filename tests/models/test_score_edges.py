"""The traps that other implementations fell into, one by one, and what holds for every sum."""

from collections.abc import Mapping
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.models.scores import CALCULATIONS, SCORES
from clinicdesk.models.scores.icd10 import CHARLSON, ELIXHAUSER, found, weighed
from clinicdesk.models.scores.igan_prediction import SCORE as IGAN
from clinicdesk.models.scores.protocol import (
    CannotScore,
    Choice,
    Input,
    Listed,
    Quantity,
    Value,
    Values,
    Word,
)
from clinicdesk.models.scores.seniors_at_risk import counts, versions
from clinicdesk.models.scores.tables import Bounds

ADDITIVE = sorted(id for id, score in SCORES.items() if score.parts)

PLAIN: Mapping[str, Mapping[str, Value]] = {
    "findrisc": {
        "age": 40,
        "sex": "male",
        "bmi": 22,
        "waist_cm": 80,
        "active_30min_daily": "1",
        "daily_veg_fruit": "1",
        "bp_meds": "0",
        "history_high_glucose": "0",
        "family_history": "none",
    },
    "ada_risk_test": {
        "age": 30,
        "sex": "male",
        "first_degree_family": "0",
        "hypertension": "0",
        "physically_active": "1",
        "bmi": 22,
    },
    "curb_65": {
        "confusion": "0",
        "urea_mmol_l": 5,
        "rr": 18,
        "sbp": 120,
        "dbp": 70,
        "age": 50,
    },
    "child_pugh": {
        "bilirubin_mg_dl": 1,
        "albumin_g_dl": 4,
        "inr": 1,
        "ascites": "none",
        "encephalopathy_grade": 0,
    },
    "lace": {"los_days": 0, "acute_admission": "0", "charlson": 0, "ed_visits_6mo": 0},
    "sirs": {"temp_c": 37, "hr": 80, "rr": 16, "paco2_mmhg": 40, "wbc_10e3_ul": 8, "bands_pct": 2},
    "meld_na": {
        "creatinine_mg_dl": 1,
        "bilirubin_mg_dl": 1,
        "inr": 1,
        "sodium_mmol_l": 137,
        "dialysis": "0",
    },
    "kdigo_stage": {"egfr": 90, "uacr_mg_g": 10},
    "mews": {"rr": 12, "hr": 75, "sbp": 120, "temp_c": 37, "avpu": "A"},
    "shock_index": {"hr": 60, "sbp": 100},
    "has_bled": {
        "uncontrolled_htn_sbp_gt160": "0",
        "abnormal_renal": "0",
        "abnormal_liver": "0",
        "stroke": "0",
        "bleeding": "0",
        "labile_inr": "0",
        "age": 50,
        "antiplatelet_nsaid": "0",
        "alcohol_ge8_week": "0",
    },
}


def answer(score: str, **changes: Value | None) -> Values:
    return CALCULATIONS[score].calculate({**PLAIN[score], **changes})


@pytest.mark.parametrize(
    ("score", "output", "change", "expected"),
    [
        ("findrisc", "total", {"bmi": 24.9}, 0),
        ("findrisc", "total", {"bmi": 30.0}, 1),
        ("findrisc", "total", {"bmi": 30.1}, 3),
        ("findrisc", "total", {"waist_cm": 94}, 3),
        ("findrisc", "total", {"waist_cm": 102}, 3),
        ("findrisc", "total", {"waist_cm": 102.5}, 4),
        ("findrisc", "total", {"waist_cm": 88, "sex": "female"}, 3),
        ("findrisc", "total", {"age": 64}, 3),
        ("findrisc", "total", {"age": 65}, 4),
        ("ada_risk_test", "total", {}, 1),
        ("ada_risk_test", "total", {"gestational_dm": "1"}, 1),  # answered for a man
        ("ada_risk_test", "total", {"sex": "female", "gestational_dm": "1"}, 1),
        ("curb_65", "total", {"urea_mmol_l": 7.0}, 0),
        ("curb_65", "total", {"urea_mmol_l": 7.01}, 1),
        ("curb_65", "total", {"dbp": 60}, 1),
        ("curb_65", "total", {"sbp": 90}, 0),
        ("curb_65", "total", {"sbp": 89, "dbp": None}, 1),  # one low pressure is enough
        ("child_pugh", "total", {"inr": 2.25}, 6),
        ("child_pugh", "total", {"inr": 2.31}, 7),
        ("child_pugh", "total", {"albumin_g_dl": 3.5}, 6),
        ("child_pugh", "total", {"albumin_g_dl": 2.79}, 7),
        ("lace", "total", {"los_days": 0.5}, 0),
        ("lace", "total", {"los_days": 6}, 4),
        ("lace", "total", {"los_days": 7}, 5),
        ("lace", "total", {"charlson": 6}, 5),
        ("lace", "total", {"ed_visits_6mo": 9}, 4),
        ("sirs", "total", {"temp_c": 38}, 0),
        ("sirs", "total", {"wbc_10e3_ul": 12.1, "bands_pct": None}, 1),
        ("sirs", "total", {"rr": 21, "paco2_mmhg": None}, 1),
        ("meld_na", "meld_na", {"sodium_mmol_l": 125}, 6),  # no sodium at 11 and below
        ("meld_na", "meld_i", {"dialysis": "1", "creatinine_mg_dl": 0.8}, 20),
        ("kdigo_stage", "combined", {"uacr_mg_g": 300}, "G1A2"),
        ("kdigo_stage", "combined", {"egfr": 59.9, "uacr_mg_g": 300.1}, "G3aA3"),
        ("mews", "total", {"rr": 8}, 2),
        ("mews", "total", {"rr": 8.9}, 2),  # below 9
        ("mews", "total", {"temp_c": 38.4}, 0),
        ("mews", "total", {"hr": 129}, 2),
        ("shock_index", "band", {"hr": 90}, "above_usual"),
        ("shock_index", "band", {"hr": 91}, "concerning"),
        ("shock_index", "band", {"hr": 100}, "high"),
        ("has_bled", "total", {"age": 65}, 0),
        ("has_bled", "total", {"age": 66}, 1),
    ],
)
def test_where_others_went_wrong(
    score: str, output: str, change: dict[str, Value | None], expected: object
) -> None:
    assert answer(score, **change)[output] == expected


def test_a_code_counts_in_every_group_it_belongs_to_and_severe_stands_for_mild() -> None:
    assert [group.name for group in found(ELIXHAUSER, [" i13.0 "])] == ["chf", "hypc"]
    assert weighed(found(ELIXHAUSER, ["I130"]), "van_walraven2009") == 7
    assert weighed(found(CHARLSON, ["K70.3", "K76.6"]), "charlson1987") == 3
    assert weighed(found(CHARLSON, ["C50.9", "C79.5"]), "charlson1987") == 6
    assert weighed(found(CHARLSON, ["B24"]), "quan2011") == 4


def test_no_code_at_all_is_not_no_disease() -> None:
    charlson = SCORES["charlson_elixhauser"]
    with pytest.raises(CannotScore, match="ICD-10"):
        charlson.calculate({"age": 70, "icd10_codes": " "})
    assert charlson.calculate({"age": 70, "icd10_codes": "none"})["charlson_1987"] == 0


def test_the_baseline_of_the_biopsy_tool_at_60_months() -> None:
    """With every term at its centre the risk is one minus the printed survival."""
    given = {
        "model": "at_biopsy",
        "egfr": 8.8**2,
        "sbp": 97,
        "dbp": 97,
        "proteinuria_g_day": 1.0942,
        "mest_m": 0,
        "mest_e": 0,
        "mest_s": 0,
        "mest_t": 0,
        "age": 38,
        "rasb": 0,
        "immunosuppression": 0,
        "months": 60,
    }
    result = IGAN.calculate(given)
    assert float(result["linear_predictor"] or 0) == pytest.approx(0, abs=0.001)
    assert 1 - float(result["risk"] or 0) == pytest.approx(0.94176, abs=0.0002)


def test_questionnaires_keep_no_wording() -> None:
    for id in ("hit_6", "midas"):
        assert all(each.label.startswith("Item ") for each in SCORES[id].inputs)
        assert "wording" in SCORES[id].licence


def test_more_days_than_three_months_are_said() -> None:
    answers = {"q1": 60, "q2": 40, "q3": 0, "q4": 0, "q5": 0}
    assert "more days" in str(SCORES["midas"].calculate(answers)["warning"])
    with pytest.raises(CannotScore, match="whole number"):
        SCORES["midas"].calculate({**answers, "q1": 1.5})


def test_the_terms_of_the_aura_criteria_are_checked() -> None:
    aura = CALCULATIONS["ichd3_migraine_with_aura"].input("aura_types")
    assert aura.read(" visual ; sensory ") == "visual;sensory"
    assert aura.read("none") == ""
    with pytest.raises(CannotScore, match="brainstem"):
        aura.read("visual;dancing")


@given(st.integers(0, 110), st.integers(1, 10), st.booleans(), st.booleans(), st.integers(0, 40))
def test_the_visit_index_is_its_sum(
    age: int, severity: int, smoker: bool, alcohol: bool, visits: int
) -> None:
    given = {
        "age": age,
        "severity": severity,
        "smoker": int(smoker),
        "alcohol": int(alcohol),
        "previous_visits": visits,
    }
    index = SCORES["visit_risk_index"].calculate(given)
    years = min(max((age - 30) / 50 * 30, 0), 30)
    parts = years + 5 * severity + 10 * smoker + 5 * alcohol + min(2 * visits, 15)
    total = min(parts, 100)
    assert isclose(float(index["total"] or 0), total)
    assert index["band"] == ("low" if total < 30 else "moderate" if total < 60 else "high")
    shown = SCORES["visit_risk_index"].headline(index)
    assert shown.count(" + ") == 4
    assert shown.endswith("cut to 100") == (parts > 100)


def test_seniors_are_flagged_by_versioned_limits_and_each_choice_is_counted() -> None:
    seniors = SCORES["seniors_at_risk"]
    quick = {"age": 70, "hr": 104, "news2": 1}
    assert seniors.calculate(quick)["flagged"] == 1
    assert seniors.calculate({**quick, "thresholds": "2026.1-narrow"})["flagged"] == 0
    assert seniors.calculate({"age": 64, "hr": 180, "news2": 20})["flagged"] == 0
    assert seniors.calculate({"age": 64})["flagged"] == 0
    assert seniors.calculate({"age": 65, "hr": 101})["reasons"] == "heart rate above 100"
    with pytest.raises(CannotScore) as refusal:
        seniors.calculate({"age": 80, "hr": 70})
    assert refusal.value.missing == ("news2",)
    counted = counts([quick, {"age": 80, "hr": 70}, {"age": 90, "hr": 70, "news2": 7}])
    assert counted.keys() == versions().keys()
    assert counted["2026.1"] == {"flagged": 2, "unknown": 1}
    assert counted["2026.1-narrow"] == {"flagged": 1, "not flagged": 1, "unknown": 1}


def anything(wanted: Input) -> st.SearchStrategy[Value]:
    if isinstance(wanted, Choice):
        return st.sampled_from(wanted.options)
    assert isinstance(wanted, Quantity)
    if wanted.whole:
        return st.integers(int(wanted.low), int(wanted.high))
    return st.floats(wanted.low, wanted.high)


@pytest.mark.parametrize("id", ADDITIVE)
@settings(max_examples=25)
@given(data=st.data())
def test_the_bounds_of_an_incomplete_sum_hold(id: str, data: st.DataObject) -> None:
    score = SCORES[id]
    everything = {each.name: data.draw(anything(each)) for each in score.inputs}
    gone = data.draw(st.sets(st.sampled_from([each.name for each in score.inputs])))
    total = float(score.calculate(everything)["total"] or 0)
    partial = {name: value for name, value in everything.items() if name not in gone}
    bounds = score.bounds(partial)
    if bounds:
        assert bounds.low - 1e-9 <= total <= bounds.high + 1e-9
    missing = score.missing(partial)
    assert set(missing) <= gone
    if missing:
        with pytest.raises(CannotScore) as refusal:
            score.calculate(partial)
        assert refusal.value.bounds == bounds
    else:
        assert score.calculate(partial)["total"] == total  # what was gone was not needed


def test_bounds_read_well() -> None:
    assert str(Bounds(4, 7)) == "4-7"
    assert str(Bounds(-2, 1)) == "-2 to 1"
    assert str(Bounds(3, 3)) == "3"


@pytest.mark.parametrize("id", sorted(SCORES))
def test_every_score_says_where_it_is_from_and_whom_for(id: str) -> None:
    score = SCORES[id]
    assert score.id == id
    assert score.version
    assert all((score.title, score.citation, score.licence, score.scope))
    for each in score.inputs:
        assert isinstance(each, Listed | Word) or each.label
        assert not isinstance(each, Quantity) or each.unit


def test_the_page_of_scores_names_every_one_with_its_version() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert {(id.strip("| `"), version) for id, version, *_ in rows} == {
        (score.id, score.version) for score in SCORES.values()
    }
