"""ICHD-3 1.2 migraine with aura (2018: 3 of 6), its subforms, and 1.5.2 where one is short."""

from collections.abc import Collection

from clinicdesk.models.scores.ichd3_migraine_without_aura import (
    CITATION,
    LICENCE,
    diagnosis_headline,
    judged,
)
from clinicdesk.models.scores.inputs import count, yes_no
from clinicdesk.models.scores.protocol import Listed, Score, Value, Values, listed, number

_AURAS = ("visual", "sensory", "speech", "motor", "brainstem", "retinal")
_NAME = "migraine_with_aura"
_CHARACTER = (
    yes_no("gradual_spread_ge5min", "A symptom spreads over 5 minutes and more"),
    yes_no("two_or_more_in_succession", "Two or more symptoms in succession"),
    yes_no("each_symptom_5_60min", "Each lasts 5 to 60 minutes (motor up to 72 hours)"),
    yes_no("unilateral_symptom", "A symptom is on one side"),
    yes_no("positive_symptom", "A symptom is positive"),
    yes_no("headache_within_60min", "Headache with it or within 60 minutes"),
)


def _subtype(auras: Collection[str], *, headache: bool) -> str:
    for aura, name in (
        ("motor", "1.2.3_hemiplegic"),
        ("retinal", "1.2.4_retinal"),
        ("brainstem", "1.2.2_brainstem"),
    ):
        if aura in auras:
            return name
    return f"1.2.1.{'1' if headache else '2'}_typical_aura_with{'' if headache else 'out'}_headache"


def _with_aura(values: dict[str, Value]) -> Values:
    auras = listed(str(values["aura_types"]))
    character = sum(values[each.name] == "1" for each in _CHARACTER)
    criteria = [
        number(values, "attacks") >= 2,
        bool(auras),
        character >= 3,
        values["other_dx_excluded"] == "1",
    ]
    diagnosis = judged(criteria, _NAME)
    headache = values["headache_within_60min"] == "1"
    return {
        "diagnosis": diagnosis,
        "subtype": _subtype(auras, headache=headache) if diagnosis == _NAME else "",
        "n_C_of_6": character,
    }


SCORE = Score(
    id="ichd3_migraine_with_aura",
    title="ICHD-3 migraine with aura",
    version="2018.1",
    inputs=(
        count("attacks", "Attacks in life", 100_000),
        Listed("aura_types", "Fully reversible aura symptoms", _AURAS),
        *_CHARACTER,
        yes_no("other_dx_excluded", "Not better accounted for by another diagnosis"),
    ),
    outputs=("diagnosis", "subtype", "n_C_of_6"),
    citation=CITATION,
    licence=LICENCE,
    scope=(
        "People with attacks of aura. Criteria of 2018, three of six in C; the draft of 2013 asked "
        "for two of four. In support of a clinician's diagnosis: a transient ischaemic attack is "
        "excluded first."
    ),
    formula=_with_aura,
    headline=diagnosis_headline,
)
