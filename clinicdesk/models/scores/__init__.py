"""Published scores by id: the id is the name of the score's file of test vectors."""

from collections.abc import Mapping

from clinicdesk.models.scores import (
    ada_risk_test,
    age_groups,
    ascvd_pce_2013,
    bmi_who,
    cha2ds2_vasc,
    charlson_elixhauser,
    child_pugh,
    ckd_epi_2021,
    cockcroft_gault,
    curb_65,
    findrisc,
    framingham_cvd_2008,
    has_bled,
    hit_6,
    hospital,
    ichd3_migraine_with_aura,
    ichd3_migraine_without_aura,
    id_migraine,
    igan_prediction,
    kdigo_stage,
    kfre,
    lace,
    meld_3_0,
    meld_na,
    mews,
    midas,
    news2,
    qsofa,
    score2,
    seniors_at_risk,
    shock_index,
    sirs,
    unit_conversions,
    visit_risk_index,
    wells_dvt,
    wells_pe,
)
from clinicdesk.models.scores.protocol import Score

SCORES: Mapping[str, Score] = {
    module.SCORE.id: module.SCORE
    for module in (
        *(news2, mews, qsofa, sirs, shock_index, curb_65),
        *(ckd_epi_2021, kdigo_stage, kfre, igan_prediction, cockcroft_gault),
        *(lace, hospital, charlson_elixhauser),
        *(findrisc, ada_risk_test),
        *(score2, ascvd_pce_2013, framingham_cvd_2008, cha2ds2_vasc, has_bled),
        *(wells_pe, wells_dvt, child_pugh, meld_3_0, meld_na),
        *(id_migraine, midas, hit_6, ichd3_migraine_without_aura, ichd3_migraine_with_aura),
        *(bmi_who, visit_risk_index, seniors_at_risk),
    )
}

# What `calc` also does, which is no score: a group and a conversion.
CALCULATIONS: Mapping[str, Score] = {
    **SCORES,
    age_groups.SCORE.id: age_groups.SCORE,
    unit_conversions.SCORE.id: unit_conversions.SCORE,
}
