"""Published scores by id: the id is the name of the score's file of test vectors."""

from collections.abc import Mapping

from clinicdesk.models.scores import bmi_who, ckd_epi_2021, kfre, news2
from clinicdesk.models.scores.protocol import Score

SCORES: Mapping[str, Score] = {
    module.SCORE.id: module.SCORE for module in (news2, ckd_epi_2021, kfre, bmi_who)
}
