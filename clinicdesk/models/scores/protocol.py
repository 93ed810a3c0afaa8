"""A published score: typed inputs with units and limits, a formula, and where it is from."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import UserFacingError

Value = float | str
Given = Mapping[str, Value | None]  # as it came: numbers, or text still to be read
Values = dict[str, float | int | str | None]

Spellings = tuple[tuple[str, str], ...]  # as somebody may write it -> the option meant


class CannotScore(UserFacingError):
    """A score that must not be given a number: `code` for scripts, `missing` the inputs' names."""

    def __init__(self, code: str, message: str, missing: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a UCUM unit; outside its limits the score is not valid and is refused."""

    name: str
    label: str
    unit: str
    low: float
    high: float
    code: str = ""  # LOINC
    above_low: bool = False  # `low` itself is outside
    below_high: bool = False  # `high` itself is outside

    def read(self, raw: Value) -> float:
        """The number, once it is one and within the limits."""
        try:
            value = float(raw)
        except ValueError:
            raise CannotScore("invalid_value", f"{self.label} is not a number.") from None
        if not isfinite(value):
            raise CannotScore("invalid_value", f"{self.label} is not a number.")
        if not self._holds(value):
            raise CannotScore(
                "out_of_range", f"{self.label} is outside what this score is valid for: {self}."
            )
        return value

    def _holds(self, value: float) -> bool:
        low = value > self.low if self.above_low else value >= self.low
        high = value < self.high if self.below_high else value <= self.high
        return low and high

    def __str__(self) -> str:
        low = f"{'above ' if self.above_low else ''}{self.low:,g}"
        high = f"{'below ' if self.below_high else ''}{self.high:,g}"
        return f"{low} to {high} {printed_unit(self.unit)}".rstrip()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words or codes; `spellings` are other ways to write one of them."""

    name: str
    label: str
    options: tuple[str, ...]
    code: str = ""  # LOINC
    spellings: Spellings = ()
    unit: str = ""

    def read(self, raw: Value) -> str:
        """The option meant by `raw`, whatever its case; 1 and 1.0 are the same."""
        text = f"{raw:g}" if isinstance(raw, float | int) else raw.strip().removesuffix(".0")
        wanted = dict(self.spellings).get(text.casefold(), text).casefold()
        for option in self.options:
            if option.casefold() == wanted:
                return option
        known = ", ".join(self.options)
        raise CannotScore("invalid_value", f"{self.label} must be one of: {known}.")


Input = Quantity | Choice


@dataclass(frozen=True, slots=True)
class Score:
    """One published score. Pure: the same inputs give the same answer."""

    id: str
    title: str
    version: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    citation: str
    licence: str
    scope: str  # whom it is meant for, and whom not
    formula: Callable[[dict[str, Value]], Values]  # gets inputs already read and in range
    headline: Callable[[Values], str]
    needed: Callable[[Given], Collection[str]] | None = None  # None: every input

    def missing(self, given: Given) -> list[str]:
        """The names of the inputs that are needed and not there, in the score's order."""
        needed = self.needed(given) if self.needed else {each.name for each in self.inputs}
        return [
            each.name for each in self.inputs if each.name in needed and absent(given, each.name)
        ]

    def calculate(self, given: Given) -> Values:
        """Calculate from numbers or from text.

        Raise `CannotScore` when an input is missing, unreadable or outside its limits.
        """
        if missing := self.missing(given):
            labels = ", ".join(self.label(name) for name in missing)
            raise CannotScore("missing_input", f"{self.title} needs: {labels}.", missing)
        return self.formula(self.read(given))

    def read(self, given: Given) -> dict[str, Value]:
        """Every input that is there, read and within its limits."""
        return {
            each.name: each.read(value)
            for each in self.inputs
            if (value := given.get(each.name)) is not None and not absent(given, each.name)
        }

    def label(self, name: str) -> str:
        return self.input(name).label

    def input(self, name: str) -> Input:
        return next(each for each in self.inputs if each.name == name)


def absent(given: Given, name: str) -> bool:
    """Whether nothing was given; an empty text is nothing, zero is a number."""
    value = given.get(name)
    return value is None or (isinstance(value, str) and not value.strip())


SEX = Choice(
    "sex",
    "Sex",
    ("male", "female"),
    code="46098-0",
    spellings=(("m", "male"), ("f", "female")),
)
AGE_CODE = "30525-0"
YES_NO: Spellings = (("yes", "1"), ("no", "0"), ("true", "1"), ("false", "0"))


def number(values: Mapping[str, Value], name: str) -> float:
    """A quantity that `read` has already made a number."""
    return float(values[name])
