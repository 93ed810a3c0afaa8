"""A published score: typed inputs with units and limits, a formula, and where it is from."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import inf, isfinite

from clinicdesk.domain.units import printed_unit
from clinicdesk.errors import UserFacingError
from clinicdesk.models.scores.tables import Bounds, Part, bounds, still_needed

Value = float | str
Given = Mapping[str, Value | None]  # as it came: numbers, or text still to be read
Values = dict[str, float | int | str | None]

Spellings = tuple[tuple[str, str], ...]  # as somebody may write it -> the option meant


class CannotScore(UserFacingError):
    """A score that must not be given a number.

    code: for scripts.  missing: names of inputs.  bounds: of an additive score that lacks some.
    """

    def __init__(
        self,
        code: str,
        message: str,
        missing: Sequence[str] = (),
        bounds: Bounds | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.missing = tuple(missing)
        self.bounds = bounds


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
    whole: bool = False  # a count: half of one cannot be

    def read(self, raw: Value) -> float:
        """The number, once it is one and within the limits."""
        try:
            value = float(raw)
        except ValueError:
            raise CannotScore("invalid_value", f"{self.label} is not a number.") from None
        if not isfinite(value):
            raise CannotScore("invalid_value", f"{self.label} is not a number.")
        if self.whole and not value.is_integer():
            raise CannotScore("invalid_value", f"{self.label} is not a whole number.")
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


@dataclass(frozen=True, slots=True)
class Listed:
    """Several words or codes with semicolons between; kept as text, read by `listed`.

    options: empty for codes of a system, which are not checked here.
    """

    name: str
    label: str
    options: tuple[str, ...] = ()
    code: str = ""  # LOINC
    unit: str = ""

    def read(self, raw: Value) -> str:
        """The entries without spaces around them; "none" says that there are none."""
        words = listed(str(raw))
        strange = [word for word in words if self.options and word not in self.options]
        if strange:
            known = ", ".join((*self.options, "none"))
            raise CannotScore("invalid_value", f"{self.label} must be of: {known}.")
        return ";".join(words)


def listed(text: str) -> list[str]:
    """The entries of a list with semicolons."""
    words = [word.strip() for word in text.split(";")]
    return [word for word in words if word and word.casefold() != "none"]


@dataclass(frozen=True, slots=True)
class Word:
    """A name as it is written."""

    name: str
    label: str
    code: str = ""  # LOINC
    unit: str = ""

    def read(self, raw: Value) -> str:
        """The text without spaces around it."""
        return str(raw).strip()


Input = Quantity | Choice | Listed | Word


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
    parts: tuple[Part, ...] = ()  # the lines of an additive score
    ceiling: float = inf  # what the sum is cut to
    tally: Callable[[Sequence[Given]], Sequence[str]] | None = None  # lines about many people

    def missing(self, given: Given) -> list[str]:
        """The names of the inputs that are needed and not there, in the score's order."""
        needed = self._needed(given)
        return [
            each.name for each in self.inputs if each.name in needed and absent(given, each.name)
        ]

    def _needed(self, given: Given) -> Collection[str]:
        if self.needed:
            return self.needed(given)
        if self.parts:
            return still_needed(self.parts, dict(self._readable(given)))
        return {each.name for each in self.inputs}

    def _readable(self, given: Given) -> Iterator[tuple[str, Value]]:
        for each, value in self._present(given):
            with suppress(CannotScore):
                yield each.name, each.read(value)

    def calculate(self, given: Given) -> Values:
        """Calculate from numbers or from text.

        Raise `CannotScore` when an input is missing, unreadable or outside its limits.
        """
        if missing := self.missing(given):
            raise self._refusal(given, missing)
        return self.formula(self.read(given))

    def bounds(self, given: Given) -> Bounds | None:
        """Bound an additive score from what is known; None when nothing of it is, or it is none.

        Raise `CannotScore` for a value that is there and cannot be.
        """
        return bounds(self.parts, self.read(given), self.ceiling)

    def _refusal(self, given: Given, missing: Sequence[str]) -> CannotScore:
        labels = ", ".join(self.label(name) for name in missing)
        try:
            between = self.bounds(given)
        except CannotScore:  # a value that cannot be bounds nothing
            between = None
        if between is None:
            return CannotScore("missing_input", f"{self.title} needs: {labels}.", missing)
        message = f"{self.title} {between}, missing: {labels}."
        return CannotScore("missing_input", message, missing, between)

    def read(self, given: Given) -> dict[str, Value]:
        """Every input that is there, read and within its limits."""
        return {each.name: each.read(value) for each, value in self._present(given)}

    def _present(self, given: Given) -> Iterator[tuple[Input, Value]]:
        for each in self.inputs:
            value = given.get(each.name)
            if value is not None and not absent(given, each.name):
                yield each, value

    def card(self) -> str:
        """What the score is, as JSON: stored beside its results."""
        fields = ("id", "title", "version", "outputs", "citation", "licence", "scope")
        said = {name: getattr(self, name) for name in fields}
        return json.dumps({**said, "inputs": [asdict(each) for each in self.inputs]})

    def label(self, name: str) -> str:
        return self.input(name).label

    def input(self, name: str) -> Input:
        return next(each for each in self.inputs if each.name == name)


def absent(given: Given, name: str) -> bool:
    """Whether nothing was given; an empty text is nothing, zero is a number."""
    value = given.get(name)
    return value is None or (isinstance(value, str) and not value.strip())


def number(values: Mapping[str, Value], name: str) -> float:
    """A quantity that `read` has already made a number."""
    return float(values[name])
