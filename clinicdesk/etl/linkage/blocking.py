"""Find who in the store may be a person of the file, without comparing everybody with everybody.

Two records are compared when they share one of some keys: birth date with the first letter of
a name, a birth date one slip away with a whole name, both names where a birth date is unknown, the
phone, the email. A key is 64 bits;
the store is a sorted array of them, 12 bytes a key and no name in it: 100,000 people are 9 MB.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.domain.identity import Details
from clinicdesk.domain.patient import PatientId
from clinicdesk.etl.arrays import Ints, texts
from clinicdesk.etl.linkage.names import words_of
from clinicdesk.etl.linkage.traits import phone_key

Keys = NDArray[np.uint64]
MOST = 50  # patients that one key may bring: who shares it with more is not told apart by it
_WORDS = 2  # of each part of a name


@dataclass(frozen=True, slots=True)
class Index:
    """The keys of everybody in the store, sorted, and whose each is."""

    keys: Keys = field(repr=False)
    ids: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.keys)

    def similar(self, people: Sequence[Details]) -> list[list[PatientId]]:
        """Patients whom each person may be, each once; the rest is not worth a look."""
        found: list[list[PatientId]] = [[] for _ in people]
        if not len(self.keys) or not people:
            return found
        places, keys = _together([(i, key) for i, one in enumerate(people) for key in asked(one)])
        first = np.searchsorted(self.keys, keys, "left")
        count = np.searchsorted(self.keys, keys, "right") - first
        count[count > MOST] = 0
        into = np.repeat(places, count)
        at = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
        pairs = np.unique(np.stack([into, self.ids[at]]), axis=1)
        for place, id in pairs.T.tolist():
            found[place].append(PatientId(id))
        return found


def index(pages: Iterable[Sequence[tuple[PatientId, Details]]]) -> Index:
    """Make the index of the store, read a page at a time."""
    parts = [_together([(id, key) for id, one in page for key in kept(one)]) for page in pages]
    if not parts:
        return Index(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))
    ids, keys = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    order = np.argsort(keys, kind="stable")
    return Index(keys[order], ids[order])


def kept(one: Details) -> Iterator[str]:
    """The keys under which a patient is found."""
    names = _names(one)
    if one.birth_date:
        yield from _born(one.birth_date, {name[0] for name in names}, "b")
        yield from _born(one.birth_date, set(names), "w")
    yield from _names_alone(one, "n")
    if not one.birth_date:
        yield from _names_alone(one, "u")
    yield from _contact(one)


def asked(one: Details) -> Iterator[str]:
    """The keys by which a person is looked for: birth dates one slip away among them."""
    names = _names(one)
    if one.birth_date:
        yield from _born(one.birth_date, {name[0] for name in names}, "b")
        for day in _slips(one.birth_date):
            yield from _born(day, set(names), "w")
    yield from _names_alone(one, "u" if one.birth_date else "n")
    yield from _contact(one)


def _names_alone(one: Details, kind: str) -> Iterator[str]:
    """Two names: enough to look only where one of the two birth dates is unknown."""
    words = sorted({*_words(one.family_name), *_words(one.given_name)})
    return (f"{kind}|{first}|{second}" for first, second in combinations(words, 2))


def _contact(one: Details) -> Iterator[str]:
    if phone := phone_key(one.phone):
        yield f"p|{phone}"
    if one.email:
        yield f"e|{one.email.casefold()}"


def _names(one: Details) -> list[str]:
    return [*_words(one.family_name), *_words(one.given_name)]


def _words(name: str) -> tuple[str, ...]:
    return words_of(name)[:_WORDS]


def _born(day: date, names: Iterable[str], kind: str) -> Iterator[str]:
    return (f"{kind}|{day.toordinal()}|{name}" for name in names)


def _slips(day: date) -> Iterator[date]:
    """Days that become this one when two digits, or day and month, change places or one is off."""
    digits = f"{day:%Y%m%d}"
    written = {digits[:4] + digits[6:] + digits[4:6]}
    written |= {digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(7)}
    written |= {digits[:i] + other + digits[i + 1 :] for i in range(8) for other in "0123456789"}
    for each in sorted(written - {digits}):
        try:
            slip = date.fromisoformat(each)
        except ValueError:
            continue
        if abs(slip.year - day.year) <= _FARTHEST:
            yield slip


_FARTHEST = 100  # years


def _together(pairs: Sequence[tuple[int, str]]) -> tuple[Ints, Keys]:
    owners = np.array([owner for owner, _ in pairs], dtype=np.int64)
    keys = pd.util.hash_array(texts([key for _, key in pairs]), categorize=False)
    return owners, keys
