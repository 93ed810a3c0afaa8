"""Whether a column's cells bear its name out, and what they tell where no name does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clinicdesk.domain.catalog import catalog
from clinicdesk.etl.column_look import ENOUGH, Look
from clinicdesk.etl.targets import RESULT, Shape, is_result, targets
from clinicdesk.etl.vocabulary import readings

_RANGES: Mapping[str, tuple[float, float]] = {
    "patient.age": (0, 130),
    "encounter.severity": (1, 10),
    "encounter.length_of_stay": (0, 400),
    "medication.quantity": (0, 10_000),
    "medication.days_supply": (0, 400),
    "medication.refills": (0, 40),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """points: -1 (cannot be) to 1 (just so); 0 where nothing was seen."""

    points: float
    reason: str = ""


def fitting(target: str, look: Look, unit: str = "") -> Fit:
    """How the cells fit a target."""
    if not look.filled:
        return Fit(0)
    if is_result(target):
        return _result(target, look, unit)
    return _FITS[targets()[target].shape](target, look)


def _share(part: float, what: str) -> Fit:
    """A part of the cells is what all should be."""
    said = f"{part:.0%} of its cells are {what}."
    return Fit(part, said) if part >= ENOUGH else Fit(part - 1, f"But only {said}")


def _date(_: str, look: Look) -> Fit:
    return _share(max(look.dates, look.moments), "dates")


def _number(target: str, look: Look) -> Fit:
    if look.numeric < ENOUGH:
        return Fit(look.numeric - 1, f"But only {look.numeric:.0%} of its cells are numbers.")
    low, high = _RANGES[target]
    inside = float(((look.numbers >= low) & (look.numbers <= high)).mean())
    return _share(inside, f"between {low:g} and {high:g}")


def _word(target: str, look: Look) -> Fit:
    name = target.partition(".")[2]
    if readings(name, list(look.counts)):
        return Fit(1.0, "Its letters are some that such columns have.")
    return _share(look.words(name), "words that such columns have")


def _id(_: str, look: Look) -> Fit:
    if look.dates >= ENOUGH and not look.numeric >= ENOUGH:
        return Fit(-0.9, "But its cells are dates.")
    fractions = float((look.numbers % 1 != 0).mean()) if len(look.numbers) else 0.0
    return Fit(-0.9, "But its cells are decimals.") if fractions > 0.2 else Fit(0.5)


def _text(_: str, look: Look) -> Fit:
    if look.dates >= ENOUGH:
        return Fit(-0.9, "But its cells are dates.")
    return Fit(0.5) if look.lettered >= 0.5 else Fit(-0.7, "But its cells have no letters.")


def _code(target: str, look: Look) -> Fit:
    if target == "observation.code":
        return Fit(1.0, "Its cells are LOINC codes.") if look.loincs >= ENOUGH else Fit(0.2)
    if look.diagnoses >= ENOUGH:
        return Fit(1.0, "Its cells look like ICD-10 codes.")
    return Fit(-0.8, "But its cells are dates.") if look.dates >= ENOUGH else Fit(0.1)


def _unit(_: str, look: Look) -> Fit:
    return _share(look.units, "units of measurement")


def _email(_: str, look: Look) -> Fit:
    return _share(look.emails, "e-mail addresses")


def _phone(_: str, look: Look) -> Fit:
    return _share(look.phones, "telephone numbers")


def _value(_: str, look: Look) -> Fit:
    return Fit(-0.9, "But its cells are dates.") if look.dates >= ENOUGH else Fit(0.5)


_FITS: Mapping[Shape, Callable[[str, Look], Fit]] = {
    Shape.ID: _id,
    Shape.DATE: _date,
    Shape.NUMBER: _number,
    Shape.WORD: _word,
    Shape.CODE: _code,
    Shape.UNIT: _unit,
    Shape.EMAIL: _email,
    Shape.PHONE: _phone,
    Shape.TEXT: _text,
    Shape.VALUE: _value,
}


def _result(target: str, look: Look, unit: str) -> Fit:
    code, _, second = target.removeprefix(RESULT).partition("+")
    if second:
        return _share(look.pressures, "written as 128/84")
    concept = catalog().by_code(code)
    if concept is None or concept.coded:
        return Fit(-0.9, "But its cells are dates.") if look.dates >= ENOUGH else Fit(0.2)
    if look.pressures >= ENOUGH:
        return Fit(-0.9, "But its cells are written as 128/84.")
    if look.numeric < 0.6:
        return Fit(look.numeric - 1, f"But only {look.numeric:.0%} of its cells are numbers.")
    possible = look.plausible(concept, unit)
    if not possible and concept.plausible.known:
        return Fit(-0.8, "But no value is possible for it in any unit.")
    return Fit(possible, f"{possible:.0%} of its numbers are possible for it.")


def telling(look: Look) -> Iterator[tuple[str, float, str]]:
    """What cells tell without a name: target, score and reason."""
    if look.filled < 2:
        return
    if look.emails >= ENOUGH:
        yield "patient.email", 0.8, "Its cells are e-mail addresses."
    if look.pressures >= ENOUGH:
        yield f"{RESULT}8480-6+8462-4", 0.8, "Its cells are written as 128/84."
    if look.loincs >= ENOUGH and len(look.counts) > 1:
        yield "observation.code", 0.8, "Its cells are LOINC codes with the right check digit."
    if look.units >= ENOUGH and look.lettered >= ENOUGH and not look.words("gender"):
        yield "observation.unit", 0.7, "Its cells are units of measurement."
    if look.words("gender") >= 0.95 and len(look.counts) > 1 and look.lettered >= ENOUGH:
        yield "patient.gender", 0.75, "Its cells are words for male and female."
    if look.diagnoses >= 0.95 and len(look.counts) > 2:
        yield "encounter.reason_code", 0.5, "Its cells look like ICD-10 codes."
    yield from _by_distribution(look)


def _by_distribution(look: Look) -> Iterator[tuple[str, float, str]]:
    """A measurement by its values alone is a hint, never certain: many tests share a range."""
    if look.numeric < ENOUGH or len(look.counts) < 5:
        return
    low, high = np.quantile(look.numbers, [0.05, 0.95])
    for code in ("8310-5", "59408-5", "2951-2"):  # few other columns have such narrow values
        concept = catalog()[code]
        bottom, top = concept.reference.low, concept.reference.high
        if bottom is None or top is None:
            continue
        slack = max(top - bottom, 1)
        if low >= bottom - slack and high <= top + slack:
            yield f"{RESULT}{code}", 0.45, f"Its values, {low:g} to {high:g}, are those of many."
