"""Vital signs on the ward: a full set every four or six hours, with the rhythm of the day.

A stay has a course of acuity from 0 (well) to 1 (gravely ill); every sign follows it from the
patient's own level, each in its direction: NEWS2 is about 0-2 below 0.2 and 7 or more above 0.7.
"""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Bools, Floats, Ints, Texts, Times, texts
from clinicdesk.demo.cast import Course
from clinicdesk.demo.diagnoses import DIAGNOSES
from clinicdesk.demo.people import People
from clinicdesk.demo.physiology import Usual, wave
from clinicdesk.demo.readings import (
    ALERTNESS,
    BREATHS,
    DIASTOLIC,
    OXYGEN,
    PULSE,
    SATURATION,
    SYSTOLIC,
    TEMPERATURE,
    Readings,
    of,
    unmeasured,
    words,
)
from clinicdesk.demo.visits import Visits

FEVER = np.array([diagnosis.fever for diagnosis in DIAGNOSES])
LUNGS = np.array([diagnosis.lungs for diagnosis in DIAGNOSES])


@dataclass(frozen=True, slots=True)
class Sets:
    """The moments somebody stood at a bed. stay: row of Visits.  acuity: 0-1."""

    stay: Ints
    at: Times
    acuity: Floats


def readings(
    rng: np.random.Generator,
    people: People,
    visits: Visits,
    levels: Usual,
    as_of: np.datetime64,
) -> list[Readings]:
    """Every sign of every set, with the gaps of a busy ward; the cast is watched closely."""
    sets = _rounds(rng, visits, as_of)
    who, at, count = visits.who[sets.stay], sets.at, len(sets.stay)
    reason, adult = visits.reason[sets.stay], visits.age[sets.stay] >= 16
    ill = np.where(adult, sets.acuity, sets.acuity * 0.15)
    noise = rng.normal(0, 1, (6, count))
    oxygen = _oxygen(ill, LUNGS[reason], noise[5])
    pulse = levels.pulse[who] + 4.5 * wave(at, 16) + 46 * ill + 3.2 * noise[0]
    breaths = levels.breaths[who] + 0.6 * wave(at, 15) + 12 * ill + 1.0 * noise[1]
    drop = 3.5 + 7.5 * LUNGS[reason]
    saturation = levels.saturation[who] - drop * ill + 0.35 * oxygen + 0.7 * noise[2]
    systolic = levels.systolic[who] + 7 * wave(at, 15) - 34 * ill + 5 * noise[3]
    pressure = np.clip(systolic, 52, 215)
    diastolic = levels.diastolic[who] + 4 * wave(at, 15) - 17 * ill + 3 * noise[3]
    fever = FEVER[reason] * ill**0.8 * (adult | (FEVER[reason] == 0))
    temperature = levels.temperature[who] + 0.28 * wave(at, 17.5) + fever + 0.12 * noise[4]
    busy = (who >= len(people.characters)).astype(np.float64)
    took_pressure = rng.random(count) > 0.015 * busy
    return [
        of(PULSE, who, at, unmeasured(rng, np.clip(pulse, 38, 190), 0.01 * busy)),
        of(BREATHS, who, at, unmeasured(rng, np.clip(breaths, 8, 62), 0.03 * busy)),
        of(SATURATION, who, at, unmeasured(rng, np.clip(saturation, 74, 100), 0.02 * busy)),
        of(SYSTOLIC, who, at, np.where(took_pressure, pressure, np.nan)),
        of(DIASTOLIC, who, at, np.where(took_pressure, _below(diastolic, pressure), np.nan)),
        of(TEMPERATURE, who, at, unmeasured(rng, np.clip(temperature, 34.5, 41), 0.05 * busy)),
        of(OXYGEN, who, at, oxygen),
        words(ALERTNESS, who, at, _alertness(rng, ill, adult, 0.02 * busy)),
    ]


def _rounds(rng: np.random.Generator, visits: Visits, as_of: np.datetime64) -> Sets:
    """At admission, then at 2, 6, 10, 14, 18, 22 h or at 0, 6, 12, 18 h, a little late."""
    stays = np.flatnonzero(visits.stay)
    worse = np.isin(visits.course[stays], (Course.WORSENING, Course.RELAPSE))
    every = np.where(worse | (rng.random(len(stays)) < 0.35), 240, 360)  # minutes
    offset = np.where(every == 240, 120, 0)
    admitted = visits.start[stays]
    minute = admitted.astype(np.int64)
    first = (minute - offset) // every + 1
    length = (visits.days[stays] * 1440).astype(np.int64)
    rounds = np.maximum((minute + length - offset - 45) // every - first + 1, 0)
    stay = np.repeat(np.arange(len(stays)), rounds + 1)
    number = np.arange(len(stay)) - np.repeat(np.cumsum(rounds + 1) - rounds - 1, rounds + 1)
    due = (first[stay] + number - 1) * every[stay] + offset[stay]
    due = np.where(number == 0, minute[stay] + 5, due + rng.integers(0, 41, len(stay)))
    at = due.astype("datetime64[m]")
    since = (at - admitted[stay]) / np.timedelta64(1, "D")
    acuity = _acuity(rng, visits.course[stays], visits.days[stays], stay, since)
    past = at < as_of
    return Sets(stays[stay][past], at[past], acuity[past])


def _acuity(
    rng: np.random.Generator, course: Ints, days: Floats, stay: Ints, since: Floats
) -> Floats:
    """How ill at each set. days: length of the stay; since: days since admission."""
    worst = rng.uniform(0.78, 1.0, len(course))[stay]
    calm = rng.uniform(0.03, 0.2, len(course))[stay]
    bend = (days * rng.uniform(0.5, 0.72, len(course)))[stay]
    recovering = calm + 0.85 * (worst - calm) * np.exp(-since / 1.1)
    worsening = calm + (worst - calm) / (1 + np.exp(-(since - bend) * 5))
    relapse = calm + (worst - calm) * np.exp(-(((since - bend) / 0.7) ** 2))
    paths = np.stack([calm, recovering, worsening, relapse])
    path = paths[course[stay], np.arange(len(stay))]
    return np.asarray(np.clip(path + rng.normal(0, 0.025, len(stay)), 0, 1))


def _oxygen(ill: Floats, lungs: Floats, luck: Floats) -> Floats:
    """Litres a minute; 0 is air."""
    need = np.maximum(ill - 0.42 + 0.04 * luck, 0) * lungs
    return np.where(need > 0.02, np.clip(np.round(1 + 16 * need), 1, 15), 0.0)


def _below(diastolic: Floats, systolic: Floats) -> Floats:
    return np.asarray(np.clip(np.minimum(diastolic, systolic - 14), 28, 130))


def _alertness(rng: np.random.Generator, ill: Floats, adult: Bools, missing: Floats) -> Texts:
    """ACVPU; the gravely ill are confused or answer to voice only. missing: share not written."""
    luck = rng.random(len(ill))
    confused = adult & (ill > 0.84) & (luck < 0.55)
    voice = adult & (ill > 0.93) & (luck < 0.3)
    said = np.where(voice, "V", np.where(confused, "C", "A"))
    return texts(np.where(rng.random(len(ill)) < missing, "", said))
