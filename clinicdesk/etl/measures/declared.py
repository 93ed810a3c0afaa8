"""Which rows each measure counts; its words are data, in `resources/catalog/measures.toml`."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import narwhals.stable.v2 as nw

from clinicdesk.domain.measure import Definition, Kind, Look, Page
from clinicdesk.etl.frames import said, surely
from clinicdesk.etl.measures.counting import Declared, Rows, as_hit
from clinicdesk.etl.measures.tables import ADULT, SENIOR, Tables
from clinicdesk.resources import resource

HIGH_SEVERITY, FAST_HEART, SOON = 7, 100, 30  # of 10; /min; days
_STAY = "IMP"
_ALL = nw.lit("All")
_Tables = Tables[Any]


@cache
def declared() -> Mapping[str, Declared]:
    """Every measure by name, in the order in which they are shown."""
    text = resource("catalog", "measures.toml").read_text(encoding="utf-8")
    return {each["name"]: _declared(each) for each in tomllib.loads(text)["measure"]}


def _declared(entry: dict[str, Any]) -> Declared:
    groups, most = tuple(entry.pop("groups", ())), entry.pop("most", 12)
    page, kind, look = Page(entry.pop("page")), Kind(entry.pop("kind")), Look(entry.pop("look"))
    definition = Definition(page=page, kind=kind, look=look, **entry)
    return Declared(definition, _ROWS[definition.name], groups, most)


def _patients(tables: _Tables, key: nw.Expr = _ALL, **more: nw.Expr) -> Rows:
    rows: Rows = tables.patients.select("patient_id", key.alias("key"), **more)
    return rows


def _visits(tables: _Tables, key: nw.Expr = _ALL, **more: nw.Expr) -> Rows:
    rows: Rows = tables.encounters.select("patient_id", key.alias("key"), **more)
    return rows


def _diagnoses(tables: _Tables, **more: nw.Expr) -> Rows:
    rows: Rows = tables.diagnoses.select("patient_id", _called().alias("key"), **more)
    return rows


def _prescriptions(tables: _Tables) -> Rows:
    rows: Rows = tables.prescriptions.select("patient_id", _ALL.alias("key"))
    return rows


def _life_stage() -> nw.Expr:
    age = nw.col("age")
    grown = nw.when(surely(age >= SENIOR)).then(nw.lit("senior")).otherwise(nw.lit("adult"))
    young = nw.when(surely(age < ADULT)).then(nw.lit("child")).otherwise(grown)
    return nw.when(age.is_null()).then(nw.lit("")).otherwise(young)


def _stays(tables: _Tables) -> _Tables:
    stays = tables.encounters.filter((nw.col("class") == _STAY) & ~nw.col("days").is_null())
    return Tables(tables.patients, stays, tables.diagnoses, tables.prescriptions)


def _seniors(tables: _Tables) -> _Tables:
    old = tables.patients.filter(surely(nw.col("age") >= SENIOR))
    return Tables(old, tables.encounters, tables.diagnoses, tables.prescriptions)


def _again() -> nw.Expr:
    return surely(nw.col("readmitted_after") <= SOON).cast(nw.Float64)


def _high() -> nw.Expr:
    return as_hit(nw.col("risk_level") == "high", said(nw.col("risk_level")))


def _month() -> nw.Expr:
    """202611 as 2026-11."""
    month = nw.col("month").cast(nw.String)
    return nw.concat_str(month.str.slice(0, 4), nw.lit("-"), month.str.slice(4, 2))


def _called() -> nw.Expr:
    """What a diagnosis is called: its words, else its code."""
    words = nw.col("text").fill_null("")
    return nw.when(words == "").then(nw.col("code").fill_null("")).otherwise(words)


def _there(name: str) -> nw.Expr:
    return ~nw.col(name).is_null()


def _yes(name: str) -> nw.Expr:
    return as_hit(nw.col(name) == "yes", said(nw.col(name)))


def _above(name: str, limit: float) -> nw.Expr:
    return as_hit(nw.col(name) > limit, _there(name))


_ROWS: Mapping[str, Callable[[_Tables], Rows]] = {
    "patients": _patients,
    "age": lambda t: _patients(t, value=nw.col("age")),
    "bmi": lambda t: _patients(t, value=nw.col("bmi")),
    "smokers": lambda t: _patients(t, hit=_yes("smoker")),
    "gender": lambda t: _patients(t, nw.col("gender")),
    "age_groups": lambda t: _patients(t, nw.col("age_group")),
    "life_stage": lambda t: _patients(t, _life_stage()),
    "bmi_category": lambda t: _patients(t, nw.col("bmi_category")),
    "visits": _visits,
    "prescriptions": _prescriptions,
    "stay": lambda t: _visits(_stays(t), value=nw.col("days")),
    "severity": lambda t: _visits(t, value=nw.col("severity")),
    "high_severity": lambda t: _visits(t, hit=_above("severity", HIGH_SEVERITY - 0.5)),
    "prescribed": lambda t: _visits(t, value=nw.col("prescriptions").cast(nw.Float64)),
    "readmission": lambda t: _visits(_stays(t), hit=_again()),
    "readmitted": lambda t: _visits(t, hit=_above("readmitted", 0)),
    "died": lambda t: _patients(t, hit=_there("died").cast(nw.Float64)),
    "months": lambda t: _visits(t, _month()),
    "diagnoses": _diagnoses,
    "diagnosis_severity": lambda t: _diagnoses(t, value=nw.col("severity")),
    "risk_level": lambda t: _patients(t, nw.col("risk_level")),
    "high_risk": lambda t: _patients(t, hit=_high()),
    "risk_by_age": lambda t: _patients(t, nw.col("age_group"), hit=_high()),
    "heart_rate": lambda t: _patients(t, nw.col("age_group"), value=nw.col("heart_rate")),
    "fast_seniors": lambda t: _patients(_seniors(t), hit=_above("heart_rate", FAST_HEART)),
}
