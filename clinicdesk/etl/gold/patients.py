"""One row a patient: what counts, charts and risks ask of people (the measures of dashboards)."""

from dataclasses import dataclass
from typing import Generic

import narwhals.stable.v2 as nw

from clinicdesk.domain.habits import MEANINGS, UNTOLD
from clinicdesk.etl.frames import FrameT, said

OVERWEIGHT, OBESE, UNDERWEIGHT = 25, 30, 18.5  # kg/m2, WHO


@dataclass(frozen=True, slots=True)
class Known(Generic[FrameT]):
    """The newest values of some codes: patient_id, value or text, at (ms UTC)."""

    bmi: FrameT
    weight: FrameT  # kg
    height: FrameT  # cm
    heart_rate: FrameT
    smoking: FrameT
    alcohol: FrameT


def patients(people: FrameT, known: Known[FrameT]) -> FrameT:
    """The patients with their body mass index, habits, heart rate and risk level.

    people: patient_id, gender, born (20261120), age_years, age_true_on, died (days), all of them
    missing where nobody knows. An age is left to the reader: it changes every day.
    """
    frame = people
    for name, values in (
        ("measured", known.bmi),
        ("weight", known.weight),
        ("height", known.height),
        ("heart_rate", known.heart_rate),
    ):
        frame = frame.join(_renamed(values, name, "value"), on="patient_id", how="left")
    for name, words in (("smoker", known.smoking), ("alcohol", known.alcohol)):
        frame = frame.join(_habit(words, name), on="patient_id", how="left")
    frame = frame.with_columns(*_body_mass_index(), nw.col("smoker", "alcohol").fill_null(""))
    return frame.with_columns(_risk_level(), _bmi_category()).select(*_COLUMNS)


_COLUMNS = (
    "patient_id",
    "gender",
    "born",
    "age_years",
    "age_true_on",
    "died",
    "bmi",
    "bmi_at",
    "bmi_category",
    "heart_rate",
    "heart_rate_at",
    "smoker",
    "alcohol",
    "risk_level",
)


def _renamed(values: FrameT, name: str, what: str) -> FrameT:
    return values.select("patient_id", nw.col(what).alias(name), nw.col("at").alias(f"{name}_at"))


def _body_mass_index() -> list[nw.Expr]:
    """What was recorded, or what weight and height make where the weight is newer."""
    metres = nw.col("height") / 100
    computed = nw.col("weight") / (metres * metres)
    newer = nw.col("measured").is_null() | (nw.col("weight_at") > nw.col("measured_at"))
    use = newer & ~computed.is_null()
    return [
        nw.when(use).then(computed).otherwise(nw.col("measured")).alias("bmi"),
        nw.when(use).then(nw.col("weight_at")).otherwise(nw.col("measured_at")).alias("bmi_at"),
    ]


def _habit(words: FrameT, name: str) -> FrameT:
    """Who has the habit; told once for each way of saying it."""
    told = words.select("text").unique().with_columns(_meaning().alias(name))
    return words.join(told, on="text", how="left").select("patient_id", name)


def _meaning() -> nw.Expr:
    """Yes or no for a word of smoking or drinking, "" where it says neither."""
    words = nw.concat_str(nw.col("text").str.strip_chars().str.to_lowercase(), nw.lit(" "))
    told = nw.lit("")
    for start, yes_or_no in reversed(MEANINGS):
        told = nw.when(words.str.starts_with(start)).then(nw.lit(yes_or_no)).otherwise(told)
    return nw.when(words.str.contains(UNTOLD, literal=True)).then(nw.lit("")).otherwise(told)


def _risk_level() -> nw.Expr:
    """High: obese and smoking. Medium: one of them, or overweight and smoking. Else low.

    "" where body mass index or smoking is not known: it is not guessed.
    """
    bmi, smokes = nw.col("bmi"), nw.col("smoker") == "yes"
    level = nw.when((bmi >= OBESE) & smokes).then(nw.lit("high"))
    told = level.when((bmi >= OBESE) | smokes).then(nw.lit("medium")).otherwise(nw.lit("low"))
    known = ~bmi.is_null() & said(nw.col("smoker"))
    return nw.when(known).then(told).otherwise(nw.lit("")).alias("risk_level")


def _bmi_category() -> nw.Expr:
    bmi = nw.col("bmi")
    category = nw.when(bmi >= OBESE).then(nw.lit("obese"))
    category = category.when(bmi >= OVERWEIGHT).then(nw.lit("overweight"))
    category = category.when(bmi >= UNDERWEIGHT).then(nw.lit("normal"))
    return (
        category.when(bmi < UNDERWEIGHT)
        .then(nw.lit("underweight"))
        .otherwise(nw.lit(""))
        .alias("bmi_category")
    )
