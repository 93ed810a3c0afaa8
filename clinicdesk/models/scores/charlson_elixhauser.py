"""Charlson index (1987, Quan 2011, with age) and Elixhauser by van Walraven, from ICD-10 codes."""

from math import exp

from clinicdesk.models.scores.answers import PUBLISHED
from clinicdesk.models.scores.icd10 import CHARLSON, ELIXHAUSER, found, weighed
from clinicdesk.models.scores.inputs import CONDITIONS, age
from clinicdesk.models.scores.protocol import Score, Value, Values, listed, number
from clinicdesk.models.scores.tables import From

_age_points = From(0, {50: 1, 60: 2, 70: 3, 80: 4})


def _charlson(values: dict[str, Value]) -> Values:
    codes = listed(str(values["icd10_codes"]))
    present = found(CHARLSON, codes)
    original = weighed(present, "charlson1987")
    years = _age_points(number(values, "age"))
    return {
        "groups": ";".join(group.name for group in present),
        "charlson_1987": original,
        "charlson_quan2011": weighed(present, "quan2011"),
        "age_points": years,
        "age_adjusted_1987": original + years,
        "elixhauser_van_walraven": weighed(found(ELIXHAUSER, codes), "van_walraven2009"),
        "survival_10y": 0.983 ** exp(0.9 * (original + years)),
    }


def _headline(values: Values) -> str:
    charlson, with_age = values["charlson_1987"], values["age_adjusted_1987"]
    return (
        f"Charlson {charlson} (with age {with_age}), Elixhauser {values['elixhauser_van_walraven']}"
    )


SCORE = Score(
    id="charlson_elixhauser",
    title="Charlson and Elixhauser",
    version="2011.1",
    inputs=(age(), CONDITIONS),
    outputs=(
        "groups",
        "charlson_1987",
        "charlson_quan2011",
        "age_points",
        "age_adjusted_1987",
        "elixhauser_van_walraven",
        "survival_10y",
    ),
    citation=(
        "Charlson ME, et al. J Chronic Dis 1987;40:373-83. doi:10.1016/0021-9681(87)90171-8; Quan "
        "H, et al. Am J Epidemiol 2011;173:676-82. doi:10.1093/aje/kwq433; codes: Quan H, et al. "
        "Med Care 2005;43:1130-9. doi:10.1097/01.mlr.0000182534.19832.83; van Walraven C, et al. "
        "Med Care 2009;47:626-33. doi:10.1097/MLR.0b013e31819432e5"
    ),
    licence=PUBLISHED,
    scope=(
        "Adults. Counts the conditions that are coded in ICD-10; one that is not recorded is not "
        "thereby absent."
    ),
    formula=_charlson,
    headline=_headline,
)
