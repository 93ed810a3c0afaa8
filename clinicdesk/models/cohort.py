"""The inputs of a model for everybody at once: columns of gold in, a matrix out.

What it finds for somebody is what `features` finds in that record; a test holds the two together.
Models of a stay or of vital signs by the hour ask for more than gold has: they are asked for one
patient at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.domain.units import Conversion, normal_unit
from clinicdesk.models.card import AGE, CardInput, ModelCard
from clinicdesk.models.features import ADULT, BMI, CREATININE, EGFR, HEIGHT, WEIGHT
from clinicdesk.models.problems import is_problem

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest number of one code for everybody, NaN without one.

    value: in the catalogue's unit.  at: ms UTC.  day: of the clinic, 20261120; of creatinine alone,
    whose age counts.
    """

    value: Floats
    at: Floats
    day: Floats | None = None


@dataclass(frozen=True, slots=True)
class Problems:
    """Lists of problems. rows: places in `Cohort.ids`; kind: which of the distinct kinds."""

    rows: Whole
    kind: Whole
    kinds: Sequence[tuple[str, str]]  # code and words


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody alive, in the order of `ids`.

    born, age_true_on: 20261120.  age_years: written down on `age_true_on`.  today: 20261120.
    """

    ids: Whole
    gender: NDArray[np.object_]
    born: Floats
    age_years: Floats
    age_true_on: Floats
    newest: Mapping[str, Newest]
    problems: Problems
    today: int

    def age_on(self, day: Floats | float) -> Floats:
        """Completed years, by the day of birth, else by an age that was written down once."""
        by_birth = _years(self.born, day)
        return np.where(
            np.isnan(by_birth), self.age_years + _years(self.age_true_on, day), by_birth
        )

    def value(self, code: str, unit: str) -> tuple[Floats, Floats]:
        """Everybody's newest number of a code in a unit, and when it was; NaN without one."""
        nothing = np.full(len(self.ids), np.nan)
        known, concept = self.newest.get(code), catalog().by_code(code)
        if known is None or concept is None:
            return nothing, nothing
        if normal_unit(unit) == normal_unit(concept.unit):
            return known.value, known.at
        step = concept.conversion(unit)
        return (nothing, nothing) if step is None else (_back(step, known.value), known.at)


def asks_gold_alone(card: ModelCard) -> bool:
    """Whether everything the model can find in a record is in gold."""
    return not any(each.found for each in card.inputs)


def matrix(card: ModelCard, people: Cohort) -> Floats:
    """The inputs of the card for everybody: (n, inputs), NaN for missing."""
    return np.column_stack([_column(wanted, people) for wanted in card.inputs])


def enough(card: ModelCard, x: Floats) -> NDArray[np.bool_]:
    """Who has the minimum, and no value that cannot be."""
    names = [each.name for each in card.inputs]
    minimum = [names.index(name) for name in card.minimum]
    low = np.array([each.low for each in card.inputs])
    high = np.array([each.high for each in card.inputs])
    impossible = (x < low) | (x > high)
    return np.asarray(~np.isnan(x[:, minimum]).any(axis=1) & ~impossible.any(axis=1))


def in_scope(card: ModelCard, people: Cohort, x: Floats) -> NDArray[np.bool_]:
    """For whom the model was made, as far as sex, age, values and problems say."""
    made_for = np.isin(people.gender, [str(each) for each in card.sexes])
    age = people.age_on(people.today)
    young = age < card.minimum_age if card.age else np.zeros(len(x), dtype=bool)
    low = np.array([-np.inf if i.scope_low is None else i.scope_low for i in card.inputs])
    high = np.array([np.inf if i.scope_high is None else i.scope_high for i in card.inputs])
    beyond = ((x < low) | (x > high)).any(axis=1)
    ill = _has(people, card.outcome_codes, card.outcome_words)
    return np.asarray(made_for & ~young & ~beyond & ~ill)


def _column(wanted: CardInput, people: Cohort) -> Floats:
    if wanted.conditions:
        has = _has(people, wanted.conditions, wanted.condition_words)
        return np.where(has, 1.0, np.nan)
    if wanted.code == AGE:
        return people.age_on(people.today)
    known = [people.value(code, wanted.unit) for code in (wanted.code, *wanted.also) if code]
    if wanted.code == BMI:
        return _newer([*known, _calculated_bmi(people)])
    if wanted.code == EGFR:
        return _newer([*known, _calculated_egfr(people)])
    return _first([value for value, _ in known], len(people.ids))


def _first(values: Sequence[Floats], rows: int) -> Floats:
    """The first that is known: another test only stands in for one that is missing."""
    found = np.full(rows, np.nan)
    for each in values:
        found = np.where(np.isnan(found), each, found)
    return found


def _newer(known: Sequence[tuple[Floats, Floats]]) -> Floats:
    """The newest; of two of one instant the earlier in the list, as measured before calculated."""
    value, at = known[0]
    for other, then in known[1:]:
        use = ~np.isnan(other) & (np.isnan(value) | (then > at))
        value, at = np.where(use, other, value), np.where(use, then, at)
    return value


def _calculated_bmi(people: Cohort) -> tuple[Floats, Floats]:
    weight, at = people.value(WEIGHT, "kg")
    height, _ = people.value(HEIGHT, "cm")
    return weight / (height / 100) ** 2, at


def _calculated_egfr(people: Cohort) -> tuple[Floats, Floats]:
    """CKD-EPI 2021 at the age of the day of the creatinine, of adults whose sex is known."""
    creatinine, at = people.value(CREATININE, "mg/dL")
    known = people.newest.get(CREATININE)
    day = known.day if known and known.day is not None else np.nan
    age = people.age_on(day)
    female = people.gender == str(AdministrativeGender.FEMALE)
    can = (age >= ADULT) & (female | (people.gender == str(AdministrativeGender.MALE)))
    ratio = creatinine / np.where(female, 0.7, 0.9)
    alpha, factor = np.where(female, -0.241, -0.302), np.where(female, 1.012, 1.0)
    shape = np.minimum(ratio, 1.0) ** alpha * np.maximum(ratio, 1.0) ** -1.200
    rate = 142 * shape * 0.9938**age * factor
    return np.where(can, rate, np.nan), at


def _has(people: Cohort, codes: Sequence[str], words: Sequence[str]) -> NDArray[np.bool_]:
    """Who has such a problem: each distinct kind is judged once."""
    kinds = people.problems.kinds
    told = np.array([is_problem(code, text, codes, words) for code, text in kinds], dtype=bool)
    has = np.zeros(len(people.ids), dtype=bool)
    if len(told):
        has[people.problems.rows[told[people.problems.kind]]] = True
    return has


def _years(since: Floats, day: Floats | float) -> Floats:
    return np.asarray(np.floor((day - since) / 10_000))


def _back(step: Conversion, canonical: Floats) -> Floats:
    return (canonical - step.offset) / step.factor
