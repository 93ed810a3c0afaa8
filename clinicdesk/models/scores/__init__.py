"""Published scores by id: the id is the name of the score's file of test vectors."""

from collections.abc import Mapping

from clinicdesk.models.scores import (
    ada_risk_test,
    bmi_who,
    cha2ds2_vasc,
    child_pugh,
    ckd_epi_2021,
    curb_65,
    findrisc,
    has_bled,
    hit_6,
    hospital,
    id_migraine,
    kfre,
    lace,
    mews,
    midas,
    news2,
    qsofa,
    shock_index,
    sirs,
    wells_dvt,
    wells_pe,
)
from clinicdesk.models.scores.protocol import Score

SCORES: Mapping[str, Score] = {
    module.SCORE.id: module.SCORE
    for module in (
        *(news2, mews, qsofa, sirs, shock_index, curb_65),
        *(ckd_epi_2021, kfre),
        *(lace, hospital),
        *(findrisc, ada_risk_test),
        *(cha2ds2_vasc, has_bled),
        *(wells_pe, wells_dvt, child_pugh),
        *(id_migraine, midas, hit_6),
        *(bmi_who,),
    )
}
