"""A number as a sum a reader can check: base, one step for each input, the total."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor

from clinicdesk.domain.display import number_text
from clinicdesk.domain.risk import Contribution, RiskEstimate, Task
from clinicdesk.domain.units import printed_unit

STEPS = 10  # more are pooled: a chart of forty bars is not read


@dataclass(frozen=True, slots=True)
class Step:
    """One bar with one decimal, in the unit of its waterfall."""

    label: str
    value: str = field(repr=False)  # the input with its unit, "not recorded", "" for several
    points: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """base + the points of the steps = total, exactly, as shown.

    unit: UCUM of an amount; "%" where all are percentage points between 0 and 100.
    """

    base: float
    steps: Sequence[Step]
    total: float
    unit: str = "%"


def waterfall(estimate: RiskEstimate) -> Waterfall:
    """Round base and contributions to tenths so that what is shown adds up."""
    scale, unit = (1, estimate.unit) if estimate.task == Task.VALUE else (100, "%")
    contributions = _pooled(estimate.contributions)
    words = {each.name: each.text for each in estimate.inputs}
    exact = [estimate.base, *(c.contribution for c in contributions)]
    base, *tenths = _apportioned([10 * scale * x for x in exact], _tenths(scale * estimate.number))
    steps, at = [], base
    for contribution, change in zip(contributions, tenths, strict=True):
        steps.append(
            Step(
                contribution.label,
                words.get(contribution.feature) or _value(contribution),
                change / 10,
                at / 10,
                (at + change) / 10,
            )
        )
        at += change
    return Waterfall(base / 10, steps, at / 10, unit)


def moved_as_drawn(estimate: RiskEstimate) -> dict[str, float]:
    """How far each input moved the number, rounded as its bar is; in the number's own scale."""
    scale = 1 if estimate.task == Task.VALUE else 100
    pooled = _pooled(estimate.contributions)
    exact = [estimate.base, *(c.contribution for c in pooled)]
    _, *tenths = _apportioned([10 * scale * x for x in exact], _tenths(scale * estimate.number))
    drawn = {c.feature: each / 10 / scale for c, each in zip(pooled, tenths, strict=True)}
    return {c.feature: drawn.get(c.feature, c.contribution) for c in estimate.contributions}


def _tenths(number: float) -> int:
    """Tenths, rounded as text is."""
    return int(f"{number:.1f}".replace(".", ""))


def _apportioned(exact: Sequence[float], total: int) -> list[int]:
    """Whole numbers nearest to `exact` that add up to `total` (largest remainder)."""
    whole = [floor(x) for x in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: whole[i] - exact[i])
    each, left = divmod(total - sum(whole), len(exact))
    for rank, i in enumerate(by_remainder):
        whole[i] += each + (rank < left)
    return whole


def _pooled(contributions: Sequence[Contribution]) -> Sequence[Contribution]:
    """The largest effects, and the rest as one: the sum stays what it was."""
    if len(contributions) <= STEPS:
        return contributions
    rest = contributions[STEPS - 1 :]
    pooled = sum(c.contribution for c in rest)
    several = Contribution("", f"{len(rest)} smaller effects", None, "", pooled)
    return [*contributions[: STEPS - 1], several]


def _value(contribution: Contribution) -> str:
    if contribution.value is None:
        return "not recorded" if contribution.feature else ""
    return f"{number_text(contribution.value)} {printed_unit(contribution.unit)}".rstrip()
