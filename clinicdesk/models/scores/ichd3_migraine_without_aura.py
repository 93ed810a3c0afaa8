"""ICHD-3 1.1 migraine without aura, and 1.5.1 where one criterion is short."""

from clinicdesk.models.scores.answers import words
from clinicdesk.models.scores.inputs import count, yes_no
from clinicdesk.models.scores.protocol import Quantity, Score, Value, Values, number

_CHARACTER = (
    yes_no("unilateral", "On one side"),
    yes_no("pulsating", "Pulsating"),
    yes_no("moderate_severe", "Moderate or severe"),
    yes_no("aggravated_by_activity", "Worse with, or causing avoidance of, activity"),
)
LICENCE = "Classification: copyright IHS. The rules are coded here in our words; cite."
CITATION = (
    "International Classification of Headache Disorders, 3rd edition. Cephalalgia 2018;38:1-211. "
    "doi:10.1177/0333102417738202"
)


def judged(criteria: list[bool], name: str) -> str:
    """The diagnosis with every criterion, probable with all but one, else not met."""
    short = criteria.count(False)
    return (name, f"probable_{name}")[short] if short < 2 else "not_met"


def _without_aura(values: dict[str, Value]) -> Values:
    character = sum(values[each.name] == "1" for each in _CHARACTER)
    light_and_sound = values["photophobia"] == values["phonophobia"] == "1"
    associated = (values["nausea_vomiting"] == "1") + light_and_sound
    criteria = [
        number(values, "lifetime_attacks") >= 5,
        4 <= number(values, "duration_h") <= 72,
        character >= 2,
        associated >= 1,
        values["other_dx_excluded"] == "1",
    ]
    diagnosis = judged(criteria, "migraine_without_aura")
    return {"diagnosis": diagnosis, "n_C": character, "n_D": associated}


def diagnosis_headline(values: Values) -> str:
    return f"ICHD-3: {words(values['diagnosis'])}"


SCORE = Score(
    id="ichd3_migraine_without_aura",
    title="ICHD-3 migraine without aura",
    version="2018.1",
    inputs=(
        count("lifetime_attacks", "Attacks in life", 100_000),
        Quantity("duration_h", "Duration untreated", "h", 0, 10_000),
        *_CHARACTER,
        yes_no("nausea_vomiting", "Nausea or vomiting"),
        yes_no("photophobia", "Light disturbs"),
        yes_no("phonophobia", "Sound disturbs"),
        yes_no("other_dx_excluded", "Not better accounted for by another diagnosis"),
    ),
    outputs=("diagnosis", "n_C", "n_D"),
    citation=CITATION,
    licence=LICENCE,
    scope=(
        "Adults: attacks of 4 to 72 hours. Under 18 years 2 hours are enough, which is not coded "
        "here. Criteria in support of a clinician's diagnosis."
    ),
    formula=_without_aura,
    headline=diagnosis_headline,
)
