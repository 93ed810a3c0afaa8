"""Prescriptions that fit the diagnosis, the kidneys and the allergies of whoever gets them."""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Bools, Floats, Ints, Texts, Times, texts
from clinicdesk.demo.diagnoses import CHRONIC_INDEX
from clinicdesk.demo.people import People
from clinicdesk.demo.physiology import Usual
from clinicdesk.demo.visits import CODES, Visits

HANDED_OUT = 0.85  # of the visits for a reason get its drug
RENEWED = 0.25  # of the visits for something else renew one for good
LONG = 28  # days of supply, from which a drug is taken for good
PENICILLINS = {"Penicillin V", "Amoxicillin"}
LOST_VISIT = 0.03  # of the prescriptions do not say at which visit


@dataclass(frozen=True, slots=True)
class Drug:
    """One line of a prescription. taken: share of those with the diagnosis who get it.

    a_day: tablets, puffs or mL.  kidneys: lowest eGFR at which it is given.
    rival: of two with the same word, each person gets one.
    """

    name: str
    category: str
    dosage: str
    reasons: tuple[str, ...]
    taken: float
    a_day: float = 1
    days: int = 28
    kidneys: float = 0
    rival: str = ""
    ages: tuple[float, float] = (16, 120)


DRUGS = (
    Drug("Ramipril 5 mg capsule", "ACE inhibitor", "5 mg by mouth once daily",
         ("I10", "I50.9", "N18.3"), 0.42, rival="renin"),
    Drug("Losartan 50 mg tablet", "Angiotensin receptor blocker", "50 mg by mouth once daily",
         ("I10", "N18.3", "N18.4"), 0.26, rival="renin"),
    Drug("Amlodipine 5 mg tablet", "Calcium channel blocker", "5 mg by mouth once daily",
         ("I10",), 0.45),
    Drug("Indapamide 1.5 mg modified-release tablet", "Thiazide-like diuretic",
         "1.5 mg by mouth every morning", ("I10",), 0.18, kidneys=30),
    Drug("Metformin 500 mg tablet", "Biguanide", "1 g by mouth twice daily with meals",
         ("E11.9",), 0.8, 4, kidneys=45),
    Drug("Empagliflozin 10 mg tablet", "SGLT2 inhibitor", "10 mg by mouth once daily",
         ("E11.9", "I50.9"), 0.35, kidneys=20),
    Drug("Insulin glargine 100 units/mL prefilled pen", "Long-acting insulin",
         "18 units subcutaneously at bedtime", ("E11.9",), 0.2, 0.18),
    Drug("Gliclazide 80 mg tablet", "Sulfonylurea", "80 mg by mouth with breakfast",
         ("E11.9",), 0.15, kidneys=40),
    Drug("Sodium bicarbonate 500 mg capsule", "Alkali", "1 g by mouth three times daily",
         ("N18.4",), 0.4, 6),
    Drug("Alfacalcidol 0.25 microgram capsule", "Vitamin D analogue",
         "0.25 microgram by mouth once daily", ("N18.4",), 0.35),
    Drug("Tiotropium 18 microgram inhalation capsule", "Long-acting muscarinic antagonist",
         "18 microgram inhaled once daily", ("J44.9",), 0.7, days=30),
    Drug("Salbutamol 100 microgram/dose inhaler", "Short-acting beta-2 agonist",
         "2 puffs when needed, up to four times daily", ("J44.9", "J45.9"), 0.8, 4, 50,
         ages=(4, 120)),
    Drug("Beclometasone 100 microgram/dose inhaler", "Inhaled corticosteroid",
         "2 puffs twice daily, rinse the mouth afterwards", ("J45.9",), 0.7, 4, 50,
         ages=(5, 120)),
    Drug("Prednisolone 5 mg tablet", "Corticosteroid", "30 mg by mouth every morning for 5 days",
         ("J44.1",), 0.85, 6, 5),
    Drug("Apixaban 5 mg tablet", "Oral anticoagulant", "5 mg by mouth twice daily",
         ("I48.9",), 0.65, 2, kidneys=25, rival="clot"),
    Drug("Warfarin 3 mg tablet", "Oral anticoagulant", "As directed by the INR, once daily",
         ("I48.9",), 0.2, rival="clot"),
    Drug("Bisoprolol 2.5 mg tablet", "Beta blocker", "2.5 mg by mouth once daily",
         ("I48.9", "I25.9", "I50.9"), 0.6),
    Drug("Aspirin 75 mg dispersible tablet", "Antiplatelet", "75 mg by mouth once daily",
         ("I25.9", "I21.9"), 0.75),
    Drug("Atorvastatin 20 mg tablet", "Statin", "20 mg by mouth at night",
         ("E78.5", "I25.9"), 0.8),
    Drug("Furosemide 40 mg tablet", "Loop diuretic", "40 mg by mouth every morning",
         ("I50.9",), 0.8),
    Drug("Sumatriptan 50 mg tablet", "Triptan", "50 mg by mouth at the onset of a migraine",
         ("G43.9",), 0.6, 0.2, ages=(18, 65)),
    Drug("Propranolol 40 mg tablet", "Beta blocker", "40 mg by mouth twice daily",
         ("G43.9", "F41.1"), 0.25, 2),
    Drug("Sertraline 50 mg tablet", "SSRI", "50 mg by mouth once daily",
         ("F32.9", "F41.1"), 0.6, rival="mood"),
    Drug("Mirtazapine 15 mg tablet", "Tetracyclic antidepressant", "15 mg by mouth at bedtime",
         ("F32.9",), 0.2, rival="mood"),
    Drug("Levothyroxine 75 microgram tablet", "Thyroid hormone",
         "75 microgram by mouth every morning before food", ("E03.9",), 0.95, ages=(10, 120)),
    Drug("Paracetamol 500 mg tablet", "Analgesic", "1 g by mouth up to four times daily",
         ("M17.9", "M54.5", "R51", "S93.4", "J06.9"), 0.5, 8, 14),
    Drug("Ibuprofen 400 mg tablet", "NSAID", "400 mg by mouth three times daily with food",
         ("M54.5", "S93.4"), 0.35, 3, 7, kidneys=60, ages=(16, 70)),
    Drug("Alendronic acid 70 mg tablet", "Bisphosphonate",
         "70 mg by mouth once weekly, upright and fasting", ("M81.9",), 0.8, 1 / 7, kidneys=35),
    Drug("Omeprazole 20 mg capsule", "Proton pump inhibitor", "20 mg by mouth before breakfast",
         ("K21.9",), 0.85),
    Drug("Tamsulosin 400 microgram modified-release capsule", "Alpha blocker",
         "400 microgram by mouth after breakfast", ("N40",), 0.7, days=30),
    Drug("Ferrous fumarate 210 mg tablet", "Iron", "210 mg by mouth once daily", ("D50.9",), 0.85,
         ages=(12, 120)),
    Drug("Donepezil 5 mg tablet", "Cholinesterase inhibitor", "5 mg by mouth at bedtime",
         ("F03",), 0.4),
    Drug("Amoxicillin 500 mg capsule", "Penicillin", "500 mg by mouth three times daily",
         ("J20.9", "J18.9", "J44.1"), 0.55, 3, 7, rival="germs"),
    Drug("Doxycycline 100 mg capsule", "Tetracycline", "100 mg by mouth once daily, 200 mg day 1",
         ("J20.9", "J18.9", "J44.1"), 0.35, 1.15, 7, rival="germs"),
    Drug("Amoxicillin 250 mg/5 mL oral suspension", "Penicillin",
         "250 mg by mouth three times daily", ("H66.9",), 0.5, 15, 5, ages=(1, 12)),
    Drug("Nitrofurantoin 100 mg modified-release capsule", "Urinary antibacterial",
         "100 mg by mouth twice daily with food", ("N39.0",), 0.6, 2, 5, kidneys=45,
         rival="urine"),
    Drug("Trimethoprim 200 mg tablet", "Antibacterial", "200 mg by mouth twice daily", ("N39.0",),
         0.35, 2, 3, kidneys=30, rival="urine"),
    Drug("Flucloxacillin 500 mg capsule", "Penicillin", "500 mg by mouth four times daily",
         ("L03.1",), 0.8, 4, 7),
    Drug("Oral rehydration salts", "Electrolytes", "1 sachet in 200 mL water after loose stools",
         ("A09.9",), 0.5, 4, 3, ages=(1, 120)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prescriptions:
    """One element a line. visit: row of Visits.  drug: row of DRUGS."""

    visit: Ints
    drug: Ints
    quantity: Floats
    refills: Ints
    linked: Bools  # whether the line names its visit

    def __len__(self) -> int:
        return len(self.visit)


def draw(rng: np.random.Generator, people: People, visits: Visits, takes: Bools) -> Prescriptions:
    """Prescribe for the reason of a visit, and renew what a patient takes for good.

    takes: of `taken`.
    """
    found: list[tuple[Ints, Ints]] = []
    for number, drug in enumerate(DRUGS):
        due = _asked_for(rng, drug, visits) | _renewed(rng, drug, people, visits)
        due &= takes[visits.who, number] & ~visits.present
        due &= (visits.age >= drug.ages[0]) & (visits.age <= drug.ages[1])
        rows = np.flatnonzero(due)
        found.append((rows, np.full(len(rows), number)))
    visit = np.concatenate([rows for rows, _ in found])
    drug_row = np.concatenate([numbers for _, numbers in found])
    order = np.lexsort((drug_row, visit))
    visit, drug_row = visit[order], drug_row[order]
    long_term = np.array([drug.days >= LONG for drug in DRUGS])[drug_row]
    return Prescriptions(
        visit=visit,
        drug=drug_row,
        quantity=np.array([np.ceil(drug.a_day * drug.days) for drug in DRUGS])[drug_row],
        refills=np.where(long_term, rng.integers(1, 7, len(visit)), 0),
        linked=rng.random(len(visit)) >= LOST_VISIT,
    )


def _asked_for(rng: np.random.Generator, drug: Drug, visits: Visits) -> Bools:
    """The visits whose reason the drug treats."""
    reasons = np.isin(visits.reason, [CODES.index(code) for code in drug.reasons])
    return np.asarray(reasons & (rng.random(len(visits)) < HANDED_OUT))


def _renewed(rng: np.random.Generator, drug: Drug, people: People, visits: Visits) -> Bools:
    """Visits for another reason at which a drug for life is renewed; the last of all is one."""
    columns = [CHRONIC_INDEX[code] for code in drug.reasons if code in CHRONIC_INDEX]
    ill: Bools = np.asarray(people.chronic[:, columns].any(axis=1) & (drug.days >= LONG))
    last = np.append(visits.who[1:] != visits.who[:-1], True) | np.append(visits.present[1:], False)
    return np.asarray(ill[visits.who] & ~visits.stay & (last | (rng.random(len(visits)) < RENEWED)))


def taken(rng: np.random.Generator, people: People, levels: Usual) -> Bools:
    """Who gets which drug if they have its reason: a row a person, a column a drug."""
    takes = np.zeros((len(people), len(DRUGS)), dtype=bool)
    luck: dict[str, Floats] = {}
    used: dict[str, Floats] = {}
    for column, drug in enumerate(DRUGS):
        rival = drug.rival or drug.name
        share = luck.setdefault(rival, rng.random(len(people)))
        start = used.get(rival, np.zeros(len(people)))
        takes[:, column] = (share >= start) & (share < start + drug.taken)
        used[rival] = start + drug.taken
        takes[:, column] &= levels.egfr >= drug.kidneys
        takes[:, column] &= _tolerated(drug, people.allergy)
    takes[:, number_of("Propranolol")] &= ~people.chronic[:, CHRONIC_INDEX["J45.9"]]
    return takes


def _tolerated(drug: Drug, allergy: Texts) -> Bools:
    """Whether the drug is not what the patient is allergic to; one penicillin stands for all."""
    families = PENICILLINS if drug.category == "Penicillin" else {drug.name.split()[0]}
    return np.array([substance not in families for substance in allergy], dtype=bool)


def number_of(name: str) -> int:
    """The row of the drug whose name begins so."""
    return next(row for row, drug in enumerate(DRUGS) if drug.name.startswith(name))


def prescribed_on(prescriptions: Prescriptions, visits: Visits) -> Times:
    """The day of the visit."""
    return visits.start[prescriptions.visit].astype("datetime64[D]")


def column(prescriptions: Prescriptions, name: str) -> Texts:
    """A column of DRUGS, a line each."""
    return texts([str(getattr(drug, name)) for drug in DRUGS])[prescriptions.drug]
