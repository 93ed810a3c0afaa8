"""The tables that measures count, as far as a filter leaves them."""

from dataclasses import dataclass
from typing import Generic

import narwhals.stable.v2 as nw

from clinicdesk.domain.measure import Filter
from clinicdesk.etl.frames import FrameT, completed_years, surely

AGE_GROUPS = ("0-17", "18-34", "35-49", "50-64", "65+")
_UNTIL = (18, 35, 50, 65)
ADULT, SENIOR = 18, 65


@dataclass(frozen=True, slots=True)
class Tables(Generic[FrameT]):
    """Gold, with the age of each patient today."""

    patients: FrameT
    encounters: FrameT
    diagnoses: FrameT
    prescriptions: FrameT


def filtered(gold: Tables[FrameT], asked: Filter, today: int) -> Tables[FrameT]:
    """The rows that the filter leaves. today: 20261120, on the clinic's calendar."""
    patients = gold.patients.with_columns(age=_age(today)).with_columns(age_group=age_group())
    for name in ("age_group", "gender", "risk_level"):
        if wanted := getattr(asked, name):
            patients = patients.filter(surely(nw.col(name) == wanted))
    diagnoses = _in_period(gold.diagnoses, asked)
    if asked.diagnosis:
        diagnoses = diagnoses.filter(_named(asked.diagnosis))
        having = diagnoses.select("patient_id").unique()
        patients = patients.join(having, on="patient_id", how="semi")
    encounters = _in_period(gold.encounters, asked)
    if asked.class_:
        encounters = encounters.filter(nw.col("class") == asked.class_)
    return Tables(
        patients,
        _theirs(encounters, patients),
        _theirs(diagnoses, patients),
        _theirs(_in_period(gold.prescriptions, asked), patients),
    )


def age_group() -> nw.Expr:
    """One of `AGE_GROUPS`; "" where no age is known."""
    age, group = nw.col("age"), nw.lit("")
    group = nw.when(surely(age >= _UNTIL[-1])).then(nw.lit(AGE_GROUPS[-1])).otherwise(group)
    for name, until in reversed(list(zip(AGE_GROUPS, _UNTIL, strict=False))):
        group = nw.when(surely(age < until)).then(nw.lit(name)).otherwise(group)
    return group


def _age(today: int) -> nw.Expr:
    """From the birth date, else from an age that somebody wrote down on a day."""
    written = nw.col("age_years") + completed_years(nw.col("age_true_on"), nw.lit(today))
    return nw.coalesce(completed_years(nw.col("born"), nw.lit(today)), written)


def _in_period(table: FrameT, asked: Filter) -> FrameT:
    """Rows of these days; one without a day is in no period."""
    if asked.first is not None:
        table = table.filter(surely(nw.col("day") >= asked.first))
    if asked.last is not None:
        table = table.filter(surely(nw.col("day") <= asked.last))
    return table


def _named(diagnosis: str) -> nw.Expr:
    wanted = diagnosis.strip()
    code = nw.col("code").fill_null("").str.to_uppercase().str.starts_with(wanted.upper())
    words = nw.col("text").fill_null("").str.to_lowercase()
    return code | words.str.contains(wanted.lower(), literal=True)


def _theirs(table: FrameT, patients: FrameT) -> FrameT:
    return table.join(patients.select("patient_id"), on="patient_id", how="semi")
