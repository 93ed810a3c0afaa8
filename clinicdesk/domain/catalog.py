"""The observation catalogue: concepts by LOINC code, name or synonym, with units and limits."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from clinicdesk.domain.patient import AdministrativeGender
from clinicdesk.domain.units import Conversion, normal_unit
from clinicdesk.resources import resource


@dataclass(frozen=True, slots=True)
class Range:
    """Closed interval in the canonical unit; None is open."""

    low: float | None
    high: float | None

    def __contains__(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def known(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class Concept:
    """One vital sign or laboratory test in its canonical UCUM unit."""

    code: str  # LOINC
    name: str  # short: HR, SBP, Creatinine
    display: str  # the LOINC name
    category: str  # vital, lab
    unit: str  # UCUM, canonical
    conversions: Mapping[str, Conversion]  # normalised unit -> canonical
    units: Sequence[str]  # UCUM, what a result may be written in; the canonical one first
    plausible: Range  # outside: cannot be
    reference: Range  # adults
    reference_by_gender: Mapping[AdministrativeGender, Range]
    synonyms: Sequence[str]
    alternative_codes: Sequence[str]  # interchangeable with `code`
    note: str = field(repr=False)

    def reference_for(self, gender: AdministrativeGender) -> Range:
        """The adult reference range; an unknown range is open, and then nothing is `normal`."""
        return self.reference_by_gender.get(gender, self.reference)

    @property
    def unitless(self) -> bool:
        """Whether the value is a count, a score or a ratio that nobody writes a unit for."""
        return self.unit.startswith("{") or self.unit == "[pH]"

    @property
    def coded(self) -> bool:
        """Whether a result is a letter or a word (ACVPU), not a number."""
        return self.unit == "{code}"

    def conversion(self, unit: str) -> Conversion | None:
        """How to reach the canonical unit from `unit`, None when that is not known."""
        return self.conversions.get(normal_unit(unit))


class Catalog:
    """Every concept, found by primary or alternative code, or by a name people use."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._by_code = {code: c for c in concepts for code in c.alternative_codes}
        self._by_code |= {c.code: c for c in concepts}
        self._by_name = {plain(name): c for c in reversed(concepts) for name in _names(c)}

    def by_code(self, code: str) -> Concept | None:
        return self._by_code.get(code)

    def by_name(self, name: str) -> Concept | None:
        """The concept people mean by a column header or a test name, whatever case and spaces."""
        return self._by_name.get(plain(name))

    def __getitem__(self, code: str) -> Concept:
        return self._by_code[code]


@cache
def catalog() -> Catalog:
    """The catalogue that ships with the program."""
    concepts = [_concept(row) for row in _rows("observations_catalog.csv")]
    apart = _rows("kept_apart.csv")
    return Catalog([v for concept in concepts for v in _told_apart(concept, apart)])


def plain(name: str) -> str:
    """A name without case, spaces, underscores and signs, to compare."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def check_digit_holds(loinc: str) -> bool:
    """Whether the LOINC code's last digit is the mod-10 check digit of the others."""
    number, _, digit = loinc.partition("-")
    if not (number.isdigit() and digit.isdigit()):
        return False
    odd = str(int(number[::-1][::2][::-1]) * 2)
    total = sum(map(int, odd)) + sum(map(int, number[::-1][1::2]))
    return -total % 10 == int(digit)


def _rows(name: str) -> list[dict[str, str]]:
    with resource("catalog", name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _told_apart(concept: Concept, apart: Sequence[Mapping[str, str]]) -> list[Concept]:
    """The concept with its interchangeable codes alone, and each variant as its own concept.

    A variant (another eGFR equation) shares units and limits, but no line and no synonym.
    """
    rows = [row for row in apart if row["loinc"] in concept.alternative_codes]
    other = {row["loinc"] for row in rows}
    own = tuple(code for code in concept.alternative_codes if code not in other)
    variants = [
        replace(
            concept,
            code=row["loinc"],
            name=row["name"],
            display=f"{row['name']}: {row['reason']}",
            synonyms=(),
            alternative_codes=(),
        )
        for row in rows
        if row["relation"] == "variant"
    ]
    return [replace(concept, alternative_codes=own), *variants]


def _names(concept: Concept) -> tuple[str, ...]:
    return (concept.name, concept.display, *concept.synonyms)


def _concept(row: dict[str, str]) -> Concept:
    conversions = {normal_unit(row["ucum_unit"]): Conversion()}
    units = {normal_unit(row["ucum_unit"]): row["ucum_unit"]}
    for entry in filter(None, row["alt_units"].split(";")):
        unit, factor, *offset = entry.split(":")
        units.setdefault(normal_unit(unit), unit)
        conversions[normal_unit(unit)] = Conversion(
            float(factor), float(offset[0] if offset else 0)
        )
    by_gender = {
        gender: _range(row[f"ref_low_{gender}"], row[f"ref_high_{gender}"])
        for gender in (AdministrativeGender.MALE, AdministrativeGender.FEMALE)
    }
    return Concept(
        code=row["loinc"],
        name=row["short_name"],
        display=row["display"],
        category=row["category"],
        unit=row["ucum_unit"],
        conversions=conversions,
        units=tuple(units.values()),
        plausible=_range(row["plausible_min"], row["plausible_max"]),
        reference=_range(row["ref_low"], row["ref_high"]),
        reference_by_gender={g: r for g, r in by_gender.items() if r.known},
        synonyms=tuple(filter(None, row["synonyms"].split(";"))),
        alternative_codes=tuple(
            entry.split("=")[0] for entry in filter(None, row["alt_loinc"].split(";"))
        ),
        note=row["note"],
    )


def _range(low: str, high: str) -> Range:
    return Range(float(low) if low else None, float(high) if high else None)
