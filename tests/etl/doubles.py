"""People who do not exist, and the same people as another hospital wrote them down; seeded.

`python -m tests.etl.doubles FOLDER` writes a set as CSV: the weights of `resources/linkage` were
estimated from one. Slips are as often as in Christen, Data Matching (2012), chapter 7.
"""

import csv
import random
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from clinicdesk.demo import names
from clinicdesk.demo.people import STREETS, TOWNS
from clinicdesk.domain.identity import Details

_HOSTS = ("post", "letters", "mailbox")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NEWEST = date(2025, 12, 31)
_LIFE = 90 * 365  # days


@dataclass(frozen=True, slots=True)
class Doubles:
    """known: those in the store.  incoming: those in a file.  truth: of each of these, the place
    in `known` of the same person, None of somebody new.
    """

    known: Sequence[Details]
    incoming: Sequence[Details]
    truth: Sequence[int | None]


def doubles(seed: int, known: int, again: int, new: int) -> Doubles:
    """A store, a file of `again` of its people and of `new` ones who may look like them."""
    rng = random.Random(seed)
    people = _people(rng, seed, known)
    places = rng.sample(range(known), again)
    fresh = [_newcomer(rng, people, each) for each in _people(rng, seed + 1, new)]
    file = [(_again(rng, people[place]), place) for place in places]
    both: list[tuple[Details, int | None]] = [*file, *((person, None) for person in fresh)]
    rng.shuffle(both)
    return Doubles(people, [person for person, _ in both], [place for _, place in both])


def _people(rng: random.Random, seed: int, count: int) -> list[Details]:
    draw = np.random.default_rng(seed)
    female = draw.random(count) < 0.515
    family, given = names.draw(draw, female)
    return [
        Details(
            str(family[i]),
            str(given[i]),
            _NEWEST - timedelta(days=rng.randrange(_LIFE)),
            gender="female" if female[i] else "male",
            phone=f"0{rng.randrange(100, 999)} {rng.randrange(10**6, 10**7)}",
            email=_email(rng, str(given[i])),
            address=_address(rng),
        )
        for i in range(count)
    ]


def _email(rng: random.Random, given: str) -> str:
    return f"{_plain(given).replace(' ', '')}.{rng.randrange(10_000)}@{rng.choice(_HOSTS)}.example"


def _address(rng: random.Random) -> str:
    return f"{rng.randrange(1, 99)} {rng.choice(STREETS)} Street, {rng.choice(TOWNS)}"


def _newcomer(rng: random.Random, known: Sequence[Details], person: Details) -> Details:
    """Somebody new: now and then a twin, a namesake or a parent's namesake of somebody known."""
    kind, other = rng.random(), rng.choice(known)
    if kind < 0.02:  # a twin
        return replace(other, given_name=person.given_name, gender=person.gender, email="")
    if kind < 0.05:  # a namesake
        return replace(person, family_name=other.family_name, given_name=other.given_name)
    if kind < 0.06 and other.birth_date:  # a son with his father's name, at home
        born = other.birth_date + timedelta(days=rng.randrange(7000, 14000))
        return replace(other, birth_date=born, email=person.email)
    return person


def _again(rng: random.Random, person: Details) -> Details:
    """The same person as somebody else wrote them down."""
    family, given = _names(rng, person)
    return Details(
        family,
        given,
        _birth(rng, person.birth_date),
        gender=_gender(rng, person.gender),
        phone=_changed(rng, person.phone, f"0{rng.randrange(10**9)}", missing=0.3, other=0.25),
        email=_changed(rng, person.email, _email(rng, given), missing=0.5, other=0.1),
        address=_changed(rng, person.address, _address(rng), missing=0.15, other=0.3),
    )


def _names(rng: random.Random, person: Details) -> tuple[str, str]:
    family, given = person.family_name, person.given_name
    if rng.random() < 0.3:
        family, given = _plain(family), _plain(given)
    if rng.random() < 0.05 and person.gender == "female":
        family = rng.choice(("Newley", "Overton", "Prentice", "Quillon")) + family[:1].lower()
    if rng.random() < 0.06:
        family = _slip(rng, family)
    if rng.random() < 0.05:
        given = _slip(rng, given)
    if rng.random() < 0.03:
        given = given[:1] + "."
    elif rng.random() < 0.08:
        given += f" {rng.choice(('Maria', 'Lee', 'Jean', 'Noor'))}"
    if rng.random() < 0.03:
        family, given = given, family
    return (family.upper(), given.upper()) if rng.random() < 0.2 else (family, given)


def _birth(rng: random.Random, born: date | None) -> date | None:
    kind = rng.random()
    if born is None or kind < 0.02:
        return None
    if kind < 0.05 and born.day <= 12:
        return date(born.year, born.day, born.month)
    if kind < 0.07:
        return _other_digit(rng, born)
    return born


def _other_digit(rng: random.Random, born: date) -> date:
    digits = list(f"{born:%Y%m%d}")
    for _ in range(20):
        changed = digits.copy()
        changed[rng.randrange(2, 8)] = str(rng.randrange(10))
        try:
            return date.fromisoformat("".join(changed))
        except ValueError:
            continue
    return born


def _gender(rng: random.Random, gender: str) -> str:
    kind = rng.random()
    if kind < 0.02:
        return "unknown"
    return ("male" if gender == "female" else "female") if kind < 0.024 else gender


def _changed(rng: random.Random, text: str, new: str, *, missing: float, other: float) -> str:
    kind = rng.random()
    if kind < missing:
        return ""
    return new if kind < missing + other else text


def _slip(rng: random.Random, name: str) -> str:
    """One letter wrong, lost, doubled or in its neighbour's place."""
    if len(name) < 4:
        return name
    at = rng.randrange(1, len(name) - 1)
    return rng.choice(
        (
            name[:at] + rng.choice(_LETTERS) + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )
    )


def _plain(name: str) -> str:
    """A name from a system that knows no accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def main(folder: Path) -> None:
    """Write a set of 20,000 known people and 10,000 in a file, 6,000 of them known."""
    found = doubles(4711, 20_000, 6_000, 4_000)
    for name, people in (("known", found.known), ("incoming", found.incoming)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("id", *asdict(people[0])))
            writer.writerows((i, *asdict(each).values()) for i, each in enumerate(people))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
