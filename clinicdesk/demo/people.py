"""Who the patients are: names, ages, bodies, habits and what they live with."""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo import names
from clinicdesk.demo.arrays import (
    DAYS_A_YEAR,
    NEVER,
    Bools,
    Floats,
    Ints,
    Texts,
    Times,
    texts,
    years_at,
)
from clinicdesk.demo.cast import CAST, Character
from clinicdesk.demo.diagnoses import CHRONIC_INDEX, draw_chronic

AGE_GROUPS = ((0, 5), (5, 18), (18, 35), (35, 50), (50, 65), (65, 80), (80, 99))
AGE_SHARES = (0.06, 0.09, 0.17, 0.20, 0.22, 0.19, 0.07)
GROWTH_AGES = (0, 0.5, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18)
GROWTH = (0.29, 0.39, 0.44, 0.51, 0.60, 0.68, 0.75, 0.81, 0.87, 0.94, 0.98, 1.0)
CHILD_BMI = ((0, 0.3, 1, 3, 6, 10, 14, 18), (13.3, 16.2, 17.0, 15.8, 15.4, 16.8, 19.6, 22.0))
STREETS = ("Alder", "Bakery", "Canal", "Dovecote", "Elm", "Foundry", "Garden", "Harbour", "Inkwell",
           "Juniper", "Kiln", "Lantern", "Mill", "Nightingale", "Orchard", "Priory")  # fmt: skip
TOWNS = ("Fenwick Vale", "Marlowe Bridge", "Saint Osyn", "Upper Tarn", "Wrenhaven")
PAYERS = ("Public", "Private", "Mutual", "Self-pay")
ALLERGENS = ("Penicillin V", "Amoxicillin", "Trimethoprim", "Ibuprofen", "Latex", "Peanut",
             "Bee venom", "Aspirin")  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """One element a person in every column.

    bmi: kg/m2 of today.  adult_height: cm.  smoker: 0 never, 1 formerly, 2 now.
    chronic: a row a person, a column a condition of `diagnoses.CHRONIC`.
    """

    mrn: Texts
    family: Texts
    given: Texts
    gender: Texts
    female: Bools  # whose physiology to follow
    born: Times
    registered: Times
    pregnancies: Ints  # 0 for whom the question is not asked
    died: Times
    age: Floats
    bmi: Floats
    adult_height: Floats
    smoker: Ints
    alcohol: Ints
    activity: Ints
    address: Texts
    phone: Texts
    insurance: Texts
    allergy: Texts
    chronic: Bools
    characters: tuple[Character, ...]  # the first of these people

    def __len__(self) -> int:
        return len(self.mrn)

    def height_at(self, who: Ints, when: Times) -> Floats:
        """Height in cm; children grow."""
        age = years_at(self.born[who], when)
        return self.adult_height[who] * np.interp(age, GROWTH_AGES, GROWTH)

    def has(self, code: str) -> Bools:
        """Who lives with the chronic condition."""
        column: Bools = self.chronic[:, CHRONIC_INDEX[code]]
        return column


def draw(rng: np.random.Generator, count: int, first: int, as_of: np.datetime64) -> People:
    """Draw `count` people with record numbers from `first`; the cast has the lowest numbers."""
    characters = CAST[first - 1 : first - 1 + count]
    age = _ages(rng, count)
    female = rng.random(count) < 0.515
    family, given = names.draw(rng, female)
    gender = texts(np.where(female, "Female", "Male"))
    gender[rng.random(count) < 0.003] = "Other"
    gender[rng.random(count) < 0.003] = "Unknown"
    smoker = _smoking(rng, age)
    bmi = _bmi(rng, age)
    for place, one in enumerate(characters):
        age[place], bmi[place], smoker[place] = one.age, one.bmi, one.smoker
        family[place], given[place], gender[place] = one.family, one.given, one.gender
        female[place] = one.gender != "Male"
    died = _deaths(rng, age, as_of, characters)
    born = as_of - np.round(age * DAYS_A_YEAR).astype("timedelta64[D]")
    registered = _registered(rng, born, np.where(np.isnat(died), as_of, died))
    pregnancies = rng.poisson(np.interp(age, (17, 22, 30, 42), (0, 0.3, 1.2, 2.1))) * female
    chronic = draw_chronic(rng, age, female, bmi, smoker > 0)
    allergy = texts(np.where(rng.random(count) < 0.14, rng.choice(ALLERGENS, count), ""))
    for place, one in enumerate(characters):
        allergy[place] = one.allergy
        registered[place] = max(born[place], as_of - np.timedelta64(1400 + 61 * place, "D"))
        if one.pregnancies is not None:
            pregnancies[place] = one.pregnancies
        chronic[place] = [code in one.chronic for code in CHRONIC_INDEX]
    return People(
        mrn=texts([f"DEMO-{number:05d}" for number in range(first, first + count)]),
        family=family,
        given=given,
        gender=gender,
        female=female,
        born=born,
        registered=registered,
        pregnancies=pregnancies,
        died=died,
        age=age,
        bmi=bmi,
        adult_height=np.where(female, rng.normal(163, 6.3, count), rng.normal(176.5, 6.8, count)),
        smoker=smoker,
        alcohol=np.where(age < 16, 0, rng.choice(3, count, p=(0.3, 0.58, 0.12))),
        activity=rng.choice(3, count, p=(0.34, 0.46, 0.2)),
        address=_addresses(rng, count),
        phone=texts([f"01632 960{number:03d}" for number in rng.integers(0, 1000, count)]),
        insurance=texts(rng.choice(PAYERS, count, p=(0.72, 0.13, 0.1, 0.05))),
        allergy=allergy,
        chronic=chronic,
        characters=characters,
    )


def _ages(rng: np.random.Generator, count: int) -> Floats:
    low, high = np.array(AGE_GROUPS, dtype=float).T
    group = rng.choice(len(AGE_SHARES), count, p=AGE_SHARES)
    return np.asarray(rng.uniform(low[group], high[group]))


def _smoking(rng: np.random.Generator, age: Floats) -> Ints:
    now = np.interp(age, (15, 17, 30, 60, 85), (0, 0.1, 0.24, 0.18, 0.06))
    formerly = np.interp(age, (18, 30, 60, 85), (0, 0.1, 0.33, 0.4))
    luck = rng.random(len(age))
    return np.where(luck < now, 2, np.where(luck < now + formerly, 1, 0))


def _bmi(rng: np.random.Generator, age: Floats) -> Floats:
    middle = np.interp(age, (18, 30, 55, 75, 95), (22.8, 25.2, 27.4, 26.8, 23.5))
    adult = middle * np.exp(rng.normal(0, 0.165, len(age)))
    child = np.interp(age, *CHILD_BMI) * np.exp(rng.normal(0, 0.09, len(age)))
    return np.asarray(np.clip(np.where(age < 18, child, adult), 12.5, 54))


def _registered(rng: np.random.Generator, born: Times, last: Times) -> Times:
    """Some years before the last day, never before birth."""
    known: Times = last - (rng.gamma(2.2, 730, len(born)) + 20).astype("timedelta64[D]")
    return np.asarray(np.maximum(known, born))


def _deaths(
    rng: np.random.Generator,
    age: Floats,
    as_of: np.datetime64,
    characters: tuple[Character, ...],
) -> Times:
    chance = np.interp(age, (40, 60, 75, 90, 100), (0.0, 0.008, 0.04, 0.14, 0.25))
    when = as_of - rng.integers(5, 700, len(age)).astype("timedelta64[D]")
    died = np.where(rng.random(len(age)) < chance, when, NEVER)
    for place, one in enumerate(characters):
        ago = one.died_days_ago
        died[place] = NEVER if ago is None else as_of - np.timedelta64(ago, "D")
    return died


def _addresses(rng: np.random.Generator, count: int) -> Texts:
    homes = zip(
        rng.integers(1, 140, count),
        rng.choice(STREETS, count),
        rng.choice(TOWNS, count),
        strict=True,
    )
    return texts([f"{number} {street} Lane, {town}" for number, street, town in homes])
