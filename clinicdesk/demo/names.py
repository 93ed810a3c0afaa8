"""Believable names of several origins, for people who do not exist."""

import tomllib
from dataclasses import dataclass
from functools import cache

import numpy as np

from clinicdesk.demo.arrays import Bools, Texts, texts
from clinicdesk.resources import resource

COMPOUND = 0.04  # of the women keep their own name before the partner's


@dataclass(frozen=True, slots=True)
class Origin:
    share: float
    family_male: Texts
    family_female: Texts
    male: Texts
    female: Texts


@cache
def origins() -> tuple[Origin, ...]:
    """The lists that ship with the program."""
    with resource("demo", "names.toml").open("rb") as file:
        return tuple(_origin(entry) for entry in tomllib.load(file)["origin"])


def draw(rng: np.random.Generator, female: Bools) -> tuple[Texts, Texts]:
    """Family and given name for each person; both of one origin."""
    family, given = texts([""] * len(female)), texts([""] * len(female))
    shares = np.array([origin.share for origin in origins()])
    home = rng.choice(len(shares), len(female), p=shares / shares.sum())
    for number, origin in enumerate(origins()):
        for is_female, families, givens in (
            (True, origin.family_female, origin.female),
            (False, origin.family_male, origin.male),
        ):
            who = (home == number) & (female == is_female)
            family[who] = rng.choice(families, int(who.sum()))
            given[who] = rng.choice(givens, int(who.sum()))
    return _compounded(rng, family, female), given


def _compounded(rng: np.random.Generator, family: Texts, female: Bools) -> Texts:
    who = female & (rng.random(len(family)) < COMPOUND)
    pairs = zip(family[who], rng.permutation(family[who]), strict=True)
    family[who] = texts([f"{own}-{new}" if own != new else own for own, new in pairs])
    return family


def _origin(entry: dict[str, str]) -> Origin:
    pairs = [name.partition("/") for name in _split(entry["family"])]
    return Origin(
        share=float(entry["share"]),
        family_male=texts([his for his, _, _ in pairs]),
        family_female=texts([hers or his for his, _, hers in pairs]),
        male=texts(_split(entry["male"])),
        female=texts(_split(entry["female"])),
    )


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",")]
