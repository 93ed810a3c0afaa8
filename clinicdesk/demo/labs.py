"""Laboratory results that belong together: one blood draw, several panels.

Every third patient's laboratory reports in SI units; the importer brings both to one.
"""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Bools, Floats, Ints, Times, birthdays, years_at
from clinicdesk.demo.diagnoses import DIAGNOSES
from clinicdesk.demo.people import People
from clinicdesk.demo.physiology import Usual, ckd_epi_2021, creatinine_for, egfr_at
from clinicdesk.demo.readings import Readings, Test, of, unmeasured
from clinicdesk.demo.visits import Visits

FEVER = np.array([diagnosis.fever for diagnosis in DIAGNOSES])
EGFR = Test("98979-8", "mL/min/{1.73_m2}")
NEVER_TAKEN = 0.02  # of the tests of a panel: haemolysed, lost, forgotten


@dataclass(frozen=True, slots=True)
class Assay:
    """A test in both worlds: printed SI value = (value - offset) / factor."""

    test: Test
    si: Test
    factor: float = 1.0
    offset: float = 0.0


def _same(code: str, unit: str, places: int = 0) -> Assay:
    """A test that every laboratory reports alike."""
    return Assay(Test(code, unit, places), Test(code, unit, places))


CREATININE = Assay(Test("2160-0", "mg/dL", 2), Test("2160-0", "umol/L"), 0.01130966)
UREA = _same("22664-7", "mmol/L", 1)
SODIUM = _same("2951-2", "mmol/L")
POTASSIUM = _same("2823-3", "mmol/L", 1)
BICARBONATE = _same("1963-8", "mmol/L")
CALCIUM = Assay(Test("17861-6", "mg/dL", 1), Test("17861-6", "mmol/L", 2), 4.0078)
PHOSPHATE = Assay(Test("2777-1", "mg/dL", 1), Test("2777-1", "mmol/L", 2), 3.0974)
ALBUMIN = Assay(Test("1751-7", "g/dL", 1), Test("1751-7", "g/L"), 0.1)
ALBUMINURIA = Assay(Test("9318-7", "mg/g"), Test("9318-7", "mg/mmol", 1), 8.8402)
HBA1C = Assay(Test("4548-4", "%", 1), Test("4548-4", "mmol/mol"), 0.09148, 2.152)
FASTING_GLUCOSE = Assay(Test("1558-6", "mg/dL"), Test("1558-6", "mmol/L", 1), 18.0156)
LOAD_GLUCOSE = Assay(Test("1518-0", "mg/dL"), Test("1518-0", "mmol/L", 1), 18.0156)
CHOLESTEROL = Assay(Test("2093-3", "mg/dL"), Test("2093-3", "mmol/L", 2), 38.67)
HDL = Assay(Test("2085-9", "mg/dL"), Test("2085-9", "mmol/L", 2), 38.67)
LDL = Assay(Test("13457-7", "mg/dL"), Test("13457-7", "mmol/L", 2), 38.67)
TRIGLYCERIDES = Assay(Test("2571-8", "mg/dL"), Test("2571-8", "mmol/L", 2), 88.57)
HAEMOGLOBIN = Assay(Test("718-7", "g/dL", 1), Test("718-7", "g/L"), 0.1)
HAEMATOCRIT = _same("4544-3", "%", 1)
LEUCOCYTES = Assay(Test("6690-2", "10*3/uL", 1), Test("6690-2", "10*9/L", 1))
PLATELETS = Assay(Test("777-3", "10*3/uL"), Test("777-3", "10*9/L"))
MCV = _same("787-2", "fL")
ALT = _same("1742-6", "U/L")
AST = _same("1920-8", "U/L")
BILIRUBIN = Assay(Test("1975-2", "mg/dL", 1), Test("1975-2", "umol/L"), 0.0584659)
CRP = _same("1988-5", "mg/L")
TSH = _same("3016-3", "m[IU]/L", 2)
NT_PROBNP = _same("33762-6", "pg/mL")
INR = _same("6301-6", "{INR}", 1)


@dataclass(frozen=True, slots=True)
class Draws:
    """Tubes of blood. acute: 0-1, how inflamed; in_bed: taken during a stay."""

    who: Ints
    at: Times
    age: Floats
    years_ago: Floats
    acute: Floats
    in_bed: Bools

    def __len__(self) -> int:
        return len(self.who)

    def some(self, which: Bools) -> "Draws":
        """The tubes for which `which` holds."""
        return Draws(
            self.who[which],
            self.at[which],
            self.age[which],
            self.years_ago[which],
            self.acute[which],
            self.in_bed[which],
        )


class Laboratory:
    """Prints results of the draws of one batch of people."""

    def __init__(self, rng: np.random.Generator, people: People, levels: Usual) -> None:
        self._rng, self._people, self._levels = rng, people, levels
        self._si = np.arange(len(people)) % 3 == 1
        self.results: list[Readings] = []

    def kidneys(self, draws: Draws) -> None:
        """Creatinine, its eGFR, urea and the salts."""
        egfr = egfr_at(self._levels, draws.who, draws.years_ago) * (1 - 0.25 * draws.acute)
        female = self._people.female[draws.who]
        creatinine = creatinine_for(egfr, draws.age, female) * self._noise(draws, 1.0, 0.045)
        printed = self._print(CREATININE, draws, creatinine, missing=0)
        years = birthdays(self._people.born[draws.who], draws.at).astype(np.float64)
        reported = np.round(ckd_epi_2021(printed, years, female))
        self.results.append(of(EGFR, draws.who, draws.at, reported))
        worn = np.maximum(60 - egfr, 0)
        self._print(UREA, draws, 5.2 + 0.2 * worn + self._noise(draws, 0, 0.8))
        self._print(SODIUM, draws, 139.5 - 4 * draws.acute + self._noise(draws, 0, 2))
        self._print(POTASSIUM, draws, 4.2 + 0.016 * worn + self._noise(draws, 0, 0.28))
        self._print(BICARBONATE, draws, 25.5 - 0.1 * worn + self._noise(draws, 0, 1.4))

    def kidney_damage(self, draws: Draws) -> None:
        """What a nephrologist adds."""
        egfr = egfr_at(self._levels, draws.who, draws.years_ago)
        worn = np.maximum(50 - egfr, 0)
        leak = self._levels.albuminuria[draws.who] * np.exp(self._noise(draws, 0, 0.25))
        self._print(ALBUMINURIA, draws, np.maximum(leak, 2))
        self._print(PHOSPHATE, draws, 3.5 + 0.028 * worn + self._noise(draws, 0, 0.3))
        self._print(CALCIUM, draws, 9.4 - 0.01 * worn + self._noise(draws, 0, 0.25))
        self._print(ALBUMIN, draws, 4.2 - 0.006 * worn + self._noise(draws, 0, 0.2))

    def sugar(self, draws: Draws) -> None:
        """HbA1c and the fasting glucose that goes with it (ADAG, less the meals)."""
        hba1c = self._levels.hba1c[draws.who] + 0.06 * draws.years_ago
        hba1c = np.maximum(hba1c + self._noise(draws, 0, 0.12), 4.2)
        self._print(HBA1C, draws, hba1c)
        glucose = 28.7 * hba1c - 46.7 - 14 + self._noise(draws, 0, 5)
        self._print(FASTING_GLUCOSE, draws, np.maximum(glucose, 62))

    def tolerance(self, draws: Draws) -> None:
        """Plasma glucose two hours after 75 g of glucose: steeper than the HbA1c."""
        hba1c = self._levels.hba1c[draws.who]
        glucose = 112 + 62 * (hba1c - 5.35) + self._noise(draws, 0, 14)
        self._print(LOAD_GLUCOSE, draws, np.maximum(glucose, 60))

    def lipids(self, draws: Draws) -> None:
        """Total = LDL + HDL + triglycerides / 5 (Friedewald)."""
        who = draws.who
        ldl = np.maximum(self._levels.ldl[who] + self._noise(draws, 0, 8), 30)
        hdl = np.maximum(self._levels.hdl[who] + self._noise(draws, 0, 3), 20)
        fat = np.clip(self._levels.triglycerides[who] * self._noise(draws, 1, 0.12), 40, 390)
        self._print(LDL, draws, ldl)
        self._print(HDL, draws, hdl)
        self._print(TRIGLYCERIDES, draws, fat)
        self._print(CHOLESTEROL, draws, ldl + hdl + fat / 5)

    def blood_count(self, draws: Draws) -> None:
        """Haemoglobin and the haematocrit it implies; white cells follow inflammation."""
        haemoglobin = self._levels.haemoglobin[draws.who] - 0.8 * draws.acute
        haemoglobin = np.clip(haemoglobin + self._noise(draws, 0, 0.25), 6.2, 18.5)
        anaemic = self._people.has("D50.9")[draws.who]
        self._print(HAEMOGLOBIN, draws, haemoglobin)
        self._print(HAEMATOCRIT, draws, 2.95 * haemoglobin + self._noise(draws, 0, 0.5))
        white = np.exp(self._noise(draws, 0, 0.18)) * (6.6 + 9 * draws.acute)
        self._print(LEUCOCYTES, draws, white)
        self._print(PLATELETS, draws, np.exp(self._noise(draws, 0, 0.2)) * (250 + 60 * anaemic))
        self._print(MCV, draws, 90.5 - 13 * anaemic + self._noise(draws, 0, 3))

    def liver(self, draws: Draws) -> None:
        """The enzymes, a little higher with weight and drink."""
        people, who = self._people, draws.who
        strain = 0.02 * (people.bmi[who] - 25) + 0.25 * (people.alcohol[who] == 2)
        self._print(ALT, draws, 22 * np.exp(strain + self._noise(draws, 0, 0.32)))
        self._print(AST, draws, 23 * np.exp(0.7 * strain + self._noise(draws, 0, 0.25)))
        self._print(BILIRUBIN, draws, 0.6 * np.exp(self._noise(draws, 0, 0.35)))

    def inflammation(self, draws: Draws) -> None:
        crp = np.exp(self._noise(draws, 0, 0.5)) * (1.6 + 170 * draws.acute**1.5)
        self._print(CRP, draws, np.clip(crp, 1, 380))

    def thyroid(self, draws: Draws) -> None:
        self._print(TSH, draws, self._levels.tsh[draws.who] * self._noise(draws, 1, 0.12))

    def heart(self, draws: Draws) -> None:
        self._print(NT_PROBNP, draws, np.exp(self._noise(draws, np.log(1500), 0.6)))

    def clotting(self, draws: Draws) -> None:
        self._print(INR, draws, np.clip(self._noise(draws, 2.5, 0.45), 1.2, 4.8))

    def _noise(self, draws: Draws, middle: float, spread: float) -> Floats:
        return self._rng.normal(middle, spread, len(draws))

    def _print(
        self, assay: Assay, draws: Draws, values: Floats, missing: float = NEVER_TAKEN
    ) -> Floats:
        """Print in the units of each patient's laboratory; return what a reader would read."""
        values = unmeasured(self._rng, values, missing)
        si = self._si[draws.who]
        abroad = np.round((values - assay.offset) / assay.factor, assay.si.places)
        for test, which, shown in ((assay.test, ~si, values), (assay.si, si, abroad)):
            self.results.append(of(test, draws.who[which], draws.at[which], shown[which]))
        at_home = np.round(values, assay.test.places)
        return np.where(si, abroad * assay.factor + assay.offset, at_home)


def readings(
    rng: np.random.Generator,
    people: People,
    visits: Visits,
    levels: Usual,
    *,
    warfarin: Bools,
    as_of: np.datetime64,
) -> list[Readings]:
    """Every laboratory result: at some visits, and on admission and other mornings of a stay.

    warfarin: who takes it for atrial fibrillation, and so has the INR checked.
    """
    laboratory = Laboratory(rng, people, levels)
    draws = _draws(rng, people, visits, as_of)
    who, luck = draws.who, rng.random(len(draws))
    renal = people.has("N18.3") | people.has("N18.4")
    diabetic, bed, clinic = people.has("E11.9")[who], draws.in_bed, ~draws.in_bed
    first = np.append(True, who[1:] != who[:-1]) & clinic
    last = np.append((who[1:] != who[:-1]) | bed[1:], True) & clinic
    laboratory.kidneys(draws)
    laboratory.blood_count(draws.some(bed | (luck < 0.75)))
    laboratory.kidney_damage(draws.some(clinic & ((renal[who] & (luck < 0.8)) | diabetic & first)))
    laboratory.sugar(draws.some(clinic & (diabetic | (luck < 0.3) | first)))
    heavy = people.bmi[who] >= 28
    laboratory.tolerance(draws.some(clinic & ~diabetic & heavy & (last | (luck < 0.1))))
    laboratory.lipids(draws.some(clinic & ((luck > 0.6) | first)))
    laboratory.liver(draws.some(clinic & (luck > 0.7)))
    laboratory.inflammation(draws.some(bed | (luck < 0.15)))
    laboratory.thyroid(draws.some(clinic & (people.has("E03.9")[who] | (luck < 0.06))))
    laboratory.heart(draws.some(people.has("I50.9")[who] & (luck < 0.7)))
    laboratory.clotting(draws.some((people.has("I48.9") & warfarin)[who]))
    return laboratory.results


def _draws(rng: np.random.Generator, people: People, visits: Visits, as_of: np.datetime64) -> Draws:
    burden = people.chronic.sum(axis=1)[visits.who]
    chance = np.where(visits.age < 14, 0.03, 0.14 + 0.06 * np.minimum(burden, 5))
    chance = np.where(visits.who < len(people.characters), 0.9, chance) * (visits.age > 1)
    at_clinic = ~visits.stay & (rng.random(len(visits)) < chance)
    clinic = np.flatnonzero(at_clinic)
    bed, morning = _mornings(visits)
    rows = np.concatenate([clinic, bed])
    at = np.concatenate([visits.start[clinic] + np.timedelta64(12, "m"), morning])
    since = np.maximum((at - visits.start[rows]) / np.timedelta64(1, "D"), 0)
    acute = np.where(visits.stay[rows], FEVER[visits.reason[rows]] / 2.6, 0) * np.exp(-since / 3)
    order = np.lexsort((at, visits.who[rows]))
    order = order[at[order] < as_of]
    who = visits.who[rows[order]]
    return Draws(
        who=who,
        at=at[order],
        age=years_at(people.born[who], at[order]),
        years_ago=years_at(at[order], np.full(len(order), as_of)),
        acute=acute[order],
        in_bed=visits.stay[rows[order]],
    )


def _mornings(visits: Visits) -> tuple[Ints, Times]:
    """Rows of Visits and instants: on admission, then at half past six every other day."""
    stays = np.flatnonzero(visits.stay & (visits.age >= 14))
    times = 1 + (visits.days[stays] // 2).astype(np.int64)
    row = np.repeat(stays, times)
    number = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    day = visits.start[row].astype("datetime64[D]") + (2 * number).astype("timedelta64[D]")
    at = day.astype("datetime64[m]") + np.timedelta64(6 * 60 + 30, "m")
    at = np.where(number == 0, visits.start[row] + np.timedelta64(35, "m"), at)
    end = visits.start[row] + (visits.days[row] * 1440).astype("timedelta64[m]")
    return row[at <= end], at[at <= end]
