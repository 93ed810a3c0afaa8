"""What is usual for each person: the vital signs and the blood that their measurements scatter
around.

Round numbers of textbook physiology, not a fitted population.
"""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Bools, Floats, Ints, Times
from clinicdesk.demo.people import People

CHILD_AGES = (0.0, 0.1, 1, 5, 12, 18)
CHILD_PULSE = (138.0, 135, 118, 98, 84, 74)
CHILD_BREATHS = (44.0, 40, 30, 23, 18, 15.5)
SYSTOLIC = (
    (0, 0.1, 1, 6, 12, 18, 40, 60, 80, 100),
    (68, 78, 92, 100, 108, 117, 121, 127, 133, 130),
)
DIASTOLIC = ((0, 0.1, 1, 6, 12, 18, 45, 60, 80, 100), (42, 48, 54, 60, 65, 72, 79, 79, 75, 70))


@dataclass(frozen=True, slots=True)
class Usual:
    """One element a person. egfr: mL/min/1.73 m2 of today, egfr_loss: per year."""

    pulse: Floats
    breaths: Floats
    saturation: Floats
    systolic: Floats
    diastolic: Floats
    temperature: Floats
    egfr: Floats
    egfr_loss: Floats
    albuminuria: Floats  # mg/g
    hba1c: Floats  # %
    ldl: Floats  # mg/dL
    hdl: Floats
    triglycerides: Floats
    haemoglobin: Floats  # g/dL
    tsh: Floats  # m[IU]/L


def usual(rng: np.random.Generator, people: People) -> Usual:
    """Draw each person's own level once."""
    count, age = len(people), people.age
    hypertensive, short_of_breath = people.has("I10"), people.has("J44.9")
    egfr, loss = _kidneys(rng, people)
    diabetic, statin = people.has("E11.9"), people.has("E78.5")

    def around(middle: Floats, spread: float) -> Floats:
        return np.asarray(middle + rng.normal(0, spread, count))

    pulse = np.interp(age, CHILD_AGES, CHILD_PULSE) + 5 * people.has("I48.9")
    saturation = 97.6 - 0.012 * np.maximum(age - 40, 0) - 4.2 * short_of_breath
    systolic = (
        np.interp(age, *SYSTOLIC) + 10 * hypertensive + 0.35 * (people.bmi - 25) * (age >= 18)
    )
    diastolic = (
        np.interp(age, *DIASTOLIC) + 5 * hypertensive + 0.2 * (people.bmi - 25) * (age >= 18)
    )
    habitus = np.clip(people.bmi - 25, -5, 15)
    return Usual(
        pulse=around(pulse + 3 * (people.smoker == 2), 6),
        breaths=around(np.interp(age, CHILD_AGES, CHILD_BREATHS) + 2 * short_of_breath, 1),
        saturation=np.minimum(around(saturation, 0.6), 99.4),
        systolic=around(systolic, 8),
        diastolic=around(diastolic, 5),
        temperature=rng.normal(36.6, 0.15, count),
        egfr=egfr,
        egfr_loss=loss,
        albuminuria=_albuminuria(rng, people, egfr),
        hba1c=_hba1c(rng, people),
        ldl=_clip(around(np.where(statin, 104.0, 118 + habitus), 26), 40, 260),
        hdl=_clip(around(np.where(people.female, 60.0, 50) - 0.8 * habitus, 10), 24, 100),
        triglycerides=np.exp(around(np.log(105) + 0.025 * habitus + 0.25 * diabetic, 0.35)),
        haemoglobin=_haemoglobin(rng, people, egfr),
        tsh=np.exp(around(np.log(np.where(people.has("E03.9"), 4.2, 1.7)), 0.45)),
    )


def ckd_epi_2021(creatinine: Floats, age: Floats, female: Bools) -> Floats:
    """The eGFR a laboratory prints beside a creatinine: mg/dL, years; mL/min/1.73 m2.

    Inker et al., NEJM 2021, doi:10.1056/NEJMoa2102953. Kept here because the demonstration knows
    nothing of the models; a test holds both to the same answer.
    """
    kappa, alpha = np.where(female, 0.7, 0.9), np.where(female, -0.241, -0.302)
    ratio = creatinine / kappa
    curve = np.minimum(ratio, 1) ** alpha * np.maximum(ratio, 1) ** -1.2
    return np.asarray(142 * curve * 0.9938**age * np.where(female, 1.012, 1.0))


def creatinine_for(egfr: Floats, age: Floats, female: Bools) -> Floats:
    """The creatinine (mg/dL) whose eGFR this is."""
    kappa, alpha = np.where(female, 0.7, 0.9), np.where(female, -0.241, -0.302)
    curve = egfr / (142 * 0.9938**age * np.where(female, 1.012, 1.0))
    return np.asarray(kappa * np.where(curve > 1, curve ** (1 / alpha), curve ** (-1 / 1.2)))


def egfr_at(levels: Usual, who: Ints, years_ago: Floats) -> Floats:
    """A kidney loses a little every year."""
    return np.asarray(np.clip(levels.egfr[who] + levels.egfr_loss[who] * years_ago, 6, 128))


def time_of_day(when: Times) -> Floats:
    """Hours since midnight."""
    return np.asarray((when - when.astype("datetime64[D]")) / np.timedelta64(60, "m"))


def wave(when: Times, peak: float) -> Floats:
    """A day's rhythm between -1 and 1, highest at the hour `peak`."""
    return np.asarray(np.cos(2 * np.pi * (time_of_day(when) - peak) / 24))


def _clip(values: Floats, low: float, high: float) -> Floats:
    return np.asarray(np.clip(values, low, high))


def _kidneys(rng: np.random.Generator, people: People) -> tuple[Floats, Floats]:
    healthy = rng.normal(np.interp(people.age, (18, 40, 60, 80, 100), (112, 103, 88, 74, 66)), 8)
    egfr = np.where(people.has("N18.3"), rng.uniform(32, 58, len(people)), np.maximum(healthy, 61))
    egfr = np.where(people.has("N18.4"), rng.uniform(16, 29, len(people)), egfr)
    ill = people.has("N18.3") | people.has("N18.4")
    loss = np.where(ill, rng.gamma(2.5, 1.1, len(people)), rng.normal(0.8, 0.3, len(people)))
    return egfr, loss


def _albuminuria(rng: np.random.Generator, people: People, egfr: Floats) -> Floats:
    middle = np.log(9) + 1.1 * people.has("E11.9") + 0.045 * np.maximum(60 - egfr, 0)
    return np.asarray(np.clip(np.exp(rng.normal(middle, 0.8)), 2, 4200))


def _hba1c(rng: np.random.Generator, people: People) -> Floats:
    well = np.clip(rng.normal(5.35 + 0.015 * (people.bmi - 25), 0.22, len(people)), 4.6, 6.4)
    ill = np.clip(7.1 + rng.gamma(1.6, 0.7, len(people)) - 0.5, 6.3, 11.8)
    hba1c = np.where(people.has("E11.9"), ill, well)
    for place, one in enumerate(people.characters):
        hba1c[place] = hba1c[place] if one.hba1c is None else one.hba1c
    return hba1c


def _haemoglobin(rng: np.random.Generator, people: People, egfr: Floats) -> Floats:
    middle = np.where(people.female & (people.age > 13), 13.4, 14.8)
    middle = middle - 2.3 * people.has("D50.9") - 0.065 * np.maximum(45 - egfr, 0)
    return np.asarray(rng.normal(middle, 0.7))
