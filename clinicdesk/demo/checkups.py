"""What is measured at a visit: pressure and pulse on the visit's line, the rest as results."""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Floats, Texts, numbers_as_text, texts
from clinicdesk.demo.diagnoses import DIAGNOSES
from clinicdesk.demo.people import GROWTH_AGES, People
from clinicdesk.demo.physiology import Usual, wave
from clinicdesk.demo.readings import (
    BMI,
    HEIGHT,
    PREGNANCIES,
    SATURATION,
    TEMPERATURE,
    WEIGHT,
    Readings,
    of,
    unmeasured,
)
from clinicdesk.demo.visits import Visits

FEVER = np.array([diagnosis.fever for diagnosis in DIAGNOSES])
LUNGS = np.array([diagnosis.lungs for diagnosis in DIAGNOSES])


@dataclass(frozen=True, slots=True)
class Written:
    """The three columns of a visit's line; "" where nobody measured."""

    blood_pressure: Texts
    heart_rate: Texts
    glucose: Texts


def on_the_line(rng: np.random.Generator, visits: Visits, levels: Usual) -> Written:
    """Blood pressure as `128/84`, pulse, and now and then a finger prick. Stays have a ward."""
    who, count = visits.who, len(visits)
    luck = rng.normal(0, 1, (3, count))
    systolic = levels.systolic[who] + 4 * wave(visits.start, 15) + 8 * luck[0]
    diastolic = levels.diastolic[who] + 2 * wave(visits.start, 15) + 4 * luck[0] + 2 * luck[1]
    diastolic = np.minimum(diastolic, systolic - 14)
    taken = ~visits.stay & (rng.random(count) < np.where(visits.age < 12, 0.1, 0.9))
    pulse = np.clip(levels.pulse[who] + 6 * FEVER[visits.reason] + 5 * luck[2], 42, 170)
    pulse = np.where(visits.stay, np.nan, unmeasured(rng, pulse, 0.12))
    pairs = [f"{high:.0f}/{low:.0f}" for high, low in zip(systolic, diastolic, strict=True)]
    return Written(
        blood_pressure=texts(np.where(taken, texts(pairs), "")),
        heart_rate=numbers_as_text(pulse, 0),
        glucose=numbers_as_text(_finger_prick(rng, visits, levels), 0),
    )


def readings(
    rng: np.random.Generator, people: People, visits: Visits, levels: Usual
) -> list[Readings]:
    """Weight, height and BMI; what the complaint asks for; the history of a new patient."""
    who, at = visits.who, visits.start + np.timedelta64(5, "m")
    child = visits.age < 18
    height = people.height_at(who, visits.start)
    build = _build(people, visits) * np.exp(rng.normal(0, 0.012, len(visits)))
    weight = build * (height / 100) ** 2
    cast = who < len(people.characters)
    weighed = cast | (rng.random(len(visits)) < np.where(child, 0.7, 0.5))
    measured = weighed & (cast | child | (rng.random(len(visits)) < 0.25))
    feverish, breathless = FEVER[visits.reason] > 0, LUNGS[visits.reason] > 0.5
    warmth = levels.temperature[who] + 0.6 * FEVER[visits.reason] * rng.random(len(visits))
    oxygen = levels.saturation[who] - 1.5 * breathless + rng.normal(0, 0.7, len(visits))
    ask = ~visits.stay & (rng.random(len(visits)) < np.where(feverish | breathless, 0.9, 0.15))
    asked = (np.append(-1, who[:-1]) != who) & people.female[who] & (visits.age >= 16)
    pregnancies = people.pregnancies[who].astype(np.float64)
    return [
        of(PREGNANCIES, who, at, _only(asked, pregnancies)),
        of(WEIGHT, who, at, _only(weighed, weight)),
        of(HEIGHT, who, at, _only(measured, height)),
        of(BMI, who, at, _only(weighed, weight / (np.round(height) / 100) ** 2)),
        of(TEMPERATURE, who, at, _only(ask, warmth)),
        of(SATURATION, who, at, _only(ask & (breathless | ~child), np.clip(oxygen, 80, 100))),
    ]


def _build(people: People, visits: Visits) -> Floats:
    """BMI on the day: today's, less what an adult gained since and a child has grown out of."""
    age_then, age_now = visits.age, people.age[visits.who]
    adult = 1 - 0.006 * (age_now - age_then)
    child = np.interp(age_then, GROWTH_AGES, _child_build()) / np.interp(
        age_now, GROWTH_AGES, _child_build()
    )
    return people.bmi[visits.who] * np.where(age_then < 18, child, adult)


def _child_build() -> tuple[float, ...]:
    return (13.3, 17.2, 17.0, 16.2, 15.5, 15.4, 15.9, 16.8, 18.2, 19.6, 21.0, 22.2)


def _finger_prick(rng: np.random.Generator, visits: Visits, levels: Usual) -> Floats:
    """Random glucose in mg/dL, 20-40 mg/dL above the fasting level after a meal."""
    fasting = 28.7 * levels.hba1c[visits.who] - 60
    value = fasting + rng.gamma(2, 10, len(visits)) + rng.normal(0, 8, len(visits))
    share = np.where(levels.hba1c[visits.who] >= 6.5, 0.7, 0.12)
    taken = ~visits.stay & (visits.age > 14) & (rng.random(len(visits)) < share)
    return _only(taken, np.maximum(value, 66))


def _only(which: np.ndarray, values: Floats) -> Floats:
    return np.where(which, values, np.nan)
