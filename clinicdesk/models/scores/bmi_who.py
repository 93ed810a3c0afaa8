"""Body mass index with the WHO categories for adults."""

from clinicdesk.models.scores.inputs import WEIGHT
from clinicdesk.models.scores.protocol import Quantity, Score, Value, Values, number
from clinicdesk.models.scores.tables import From

who_category = From(  # adults, of an unrounded BMI in kg/m2 (WHO TRS 894)
    "underweight",
    {18.5: "normal", 25: "overweight", 30: "obese_1", 35: "obese_2", 40: "obese_3"},
)


def body_mass_index(weight: float, height: float) -> float:
    """Divide weight by height squared.

    weight: kg (LOINC 29463-7).  height: cm (LOINC 8302-2).  Returns kg/m2 (LOINC 39156-5).
    """
    return weight * 10_000 / height**2  # in this order 64 kg at 160 cm are 25, not 24.999...


def _bmi(values: dict[str, Value]) -> Values:
    bmi = body_mass_index(number(values, "weight_kg"), number(values, "height_cm"))
    return {"bmi": bmi, "category": who_category(bmi)}


def _headline(values: Values) -> str:
    return f"BMI {values['bmi']:.1f} kg/m² - {str(values['category']).replace('_', ' ')}"


SCORE = Score(
    id="bmi_who",
    title="BMI (WHO)",
    version="2000.1",
    inputs=(
        WEIGHT,
        Quantity("height_cm", "Height", "cm", 54, 275, code="8302-2"),
    ),
    outputs=("bmi", "category"),
    citation="WHO. Obesity: preventing and managing the global epidemic. TRS 894. Geneva, 2000.",
    licence="Public definition; cite.",
    scope="Adults, not in pregnancy. For many Asian populations risk rises from 23 and 27.5.",
    formula=_bmi,
    headline=_headline,
)
