"""Whom a record is about: numbers with the systems that gave them, and what speaks for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from clinicdesk.domain.patient import AgeStatement, PatientId

OWN = ""  # the clinic's own numbers, or those of which nobody said whose they are
_BETWEEN = "|"  # as in a token of FHIR's search: system|value


class Number(NamedTuple):
    """A patient's number and the system that gave it: only both together mean somebody."""

    system: str
    value: str

    @property
    def key(self) -> str:
        """The number as one text: `system|value`."""
        return f"{self.system}{_BETWEEN}{self.value}"


def number_of(key: str) -> Number:
    """The number that `Number.key` wrote; a text without a bar is a number of the clinic's own."""
    system, bar, value = key.rpartition(_BETWEEN)
    return Number(system, value) if bar else Number(OWN, key)


class Trait(StrEnum):
    """What two records of people are compared by."""

    NUMBER = "number"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class Agreement(StrEnum):
    SAME = "same"
    CLOSE = "close"  # a slip of a finger would explain the difference
    OTHER = "other"
    UNKNOWN = "unknown"  # one of the two says nothing


class Bin(StrEnum):
    """What becomes of a person in a file."""

    MATCH = "match"  # is this patient
    REVIEW = "review"  # may be; somebody must say
    NEW = "new"  # is nobody in the store


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a person. gender: FHIR's, `unknown` where nothing is said."""

    family_name: str = field(default="", repr=False)
    given_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    age: AgeStatement | None = field(default=None, repr=False)
    gender: str = field(default="unknown", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one trait says. weight: log2 of how much likelier it is in two records of one person.

    why: what was noticed, "" where nothing is to be said.
    """

    trait: Trait
    agreement: Agreement
    weight: float
    why: str = ""
    incoming: str = field(default="", repr=False)
    known: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patient whom a person in a file may be. weight: log2 of the odds, all evidence together.

    restricted: the record is open to few, so `known` is left out of the evidence.
    """

    patient_id: PatientId
    number: Number = field(repr=False)
    evidence: Sequence[Evidence]
    weight: float
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a file, and who that may be. why: one sentence for people.

    candidates: the likeliest first.  decided: the row id of a patient, `new` or `hold` where
    somebody said so.  measurements_only: the file names a number and nothing else of the person.
    """

    number: Number = field(repr=False)
    details: Details = field(repr=False)
    bin: Bin
    why: str
    file: str
    row: int
    candidates: Sequence[Candidate] = ()
    decided: str = ""
    measurements_only: bool = False

    @property
    def key(self) -> str:
        """Under which a plan answers who this is."""
        return self.number.key


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in the files of an import. counts: how many there are of each kind.

    persons: those to look at, reviews first; of a bin with many, the first ones.
    """

    counts: dict[Bin, int]
    persons: Sequence[Person] = field(repr=False)

    def of(self, bin: Bin) -> list[Person]:
        """Those of one kind, as far as they are kept."""
        return [person for person in self.persons if person.bin is bin]

    @property
    def asked(self) -> list[Person]:
        """Those of whom somebody must say who they are, and nobody has yet."""
        return [person for person in self.of(Bin.REVIEW) if not person.decided]


NOBODY = People(dict.fromkeys(Bin, 0), ())
