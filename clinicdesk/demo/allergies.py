"""What people cannot tolerate, and what it did to them."""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Ints, Texts, texts
from clinicdesk.demo.people import People

ASKED = 0.7  # of those without an allergy were asked, and said so
NONE = "No known allergies"
SEVERITIES = ("mild", "moderate", "severe")
ALWAYS_SEVERE = frozenset({"Anaphylaxis", "Angioedema", "Gastric bleeding"})


@dataclass(frozen=True, slots=True)
class Substance:
    name: str
    category: str
    reactions: tuple[str, ...]


_DRUG_RASH = ("Rash", "Urticaria", "Nausea and vomiting")
SUBSTANCES = (
    Substance("Penicillin V", "medication", ("Urticaria", "Rash", "Anaphylaxis")),
    Substance("Amoxicillin", "medication", _DRUG_RASH),
    Substance("Trimethoprim", "medication", _DRUG_RASH),
    Substance("Ibuprofen", "medication", ("Wheezing", "Gastric pain", "Angioedema")),
    Substance("Aspirin", "medication", ("Wheezing", "Gastric bleeding")),
    Substance("Latex", "environment", ("Contact dermatitis", "Urticaria")),
    Substance("Peanut", "food", ("Anaphylaxis", "Swelling of the lips")),
    Substance("Bee venom", "environment", ("Swelling of the arm", "Anaphylaxis")),
)


@dataclass(frozen=True, slots=True)
class Allergies:
    """One element an allergy. who: row of People.  substance: row of SUBSTANCES."""

    who: Ints
    substance: Ints
    reaction: Texts
    severity: Texts


def draw(rng: np.random.Generator, people: People) -> Allergies:
    """What each allergy of these people did; now and then nobody wrote it down."""
    names = [substance.name for substance in SUBSTANCES]
    who = np.flatnonzero(people.allergy != "")
    substance = np.array([names.index(name) for name in people.allergy[who]], dtype=np.int64)
    reactions = [SUBSTANCES[row].reactions for row in substance]
    luck = rng.integers(0, 12, len(who))
    told = texts([each[n % len(each)] for each, n in zip(reactions, luck, strict=True)])
    written = rng.random(len(who)) >= 0.12 * (who >= len(people.characters))
    usual = rng.choice(SEVERITIES, len(who), p=(0.45, 0.4, 0.15))
    severity = texts(np.where(np.isin(told, list(ALWAYS_SEVERE)), "severe", usual))
    return Allergies(
        who=who,
        substance=substance,
        reaction=texts(np.where(written, told, "")),
        severity=texts(np.where(written, severity, "")),
    )


def answers(rng: np.random.Generator, people: People) -> Texts:
    """The column of the patients' file: that there is none, where somebody asked."""
    asked = (people.allergy == "") & (rng.random(len(people)) < ASKED)
    return texts(np.where(asked, NONE, ""))
