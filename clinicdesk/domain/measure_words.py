"""A measure in the words that a page, a shell and a file share."""

from clinicdesk.domain.display import number_text
from clinicdesk.domain.measure import Bar, Definition, Kind, Measure

FEW = 5  # a smaller group is not written into a file: it may name somebody (F85)


def value_text(definition: Definition, bar: Bar) -> str:
    """1,204; 52 %; 4.6 days; a dash where nothing can be said."""
    if definition.kind is Kind.COUNT:
        return f"{bar.n:,}"
    if not bar.n:
        return "–"
    if definition.kind is Kind.SHARE:
        return f"{100 * bar.value:.0f} %"
    return f"{number_text(round(bar.value, 1))} {definition.unit}".strip()


def certainty_text(definition: Definition, bar: Bar) -> str:
    """n 27, 95 % CI 34 to 69 %."""
    if definition.kind is Kind.COUNT:
        return ""
    if not bar.n:
        return "nothing known"
    told = f"n {bar.n:,}"
    if definition.kind is Kind.SHARE:
        told = f"{bar.count:,} of {bar.n:,}"
    if bar.interval is None:
        return told
    low, high = bar.interval
    if definition.kind is Kind.SHARE:
        return f"{told}, 95 % CI {100 * low:.0f} to {100 * high:.0f} %"
    return f"{told}, 95 % CI {number_text(round(low, 1))} to {number_text(round(high, 1))}"


def definition_text(measure: Measure) -> str:
    """What is counted, of whom, who is left out, and how many these are."""
    told = measure.definition
    parts = [f"{told.numerator}."]
    if told.denominator:
        parts.append(f"Of: {told.denominator}.")
    parts.append(f"n = {measure.n:,} {told.of}; left out: {measure.left_out:,}.")
    if told.exclusions:
        parts.append(f"Not counted: {told.exclusions}")
    return " ".join(parts)


def exported(definition: Definition, bar: Bar) -> tuple[str, str, str, str, str]:
    """A line of a file: group, value, n, and the interval; of few people no number is written."""
    if 0 < bar.n < FEW or (definition.kind is Kind.SHARE and 0 < bar.count < FEW):
        return bar.label, f"fewer than {FEW}", "", "", ""
    low, high = bar.interval or (None, None)
    return bar.label, _plain(bar.value), str(bar.n), _plain(low), _plain(high)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
