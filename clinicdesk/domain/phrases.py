"""Small pieces of sentences, put together from data."""

from collections.abc import Sequence


def within_sentence(label: str) -> str:
    """A label that no longer begins a sentence: `Body mass index` but `eGFR`, `HbA1c`, `BMI`."""
    first = label.partition(" ")[0].rstrip(",;:")
    is_word = first[:1].isupper() and (first[1:].islower() or len(first) == 1)
    return label[:1].lower() + label[1:] if is_word else label


def listed(words: Sequence[str]) -> str:
    """a; a and b; a, b and c. Words that have commas themselves are parted by semicolons."""
    if len(words) < 2:
        return "".join(words)
    between = "; " if any("," in each for each in words) else ", "
    end = "; and " if between == "; " else " and "
    return f"{between.join(words[:-1])}{end}{words[-1]}"


def shortened(words: Sequence[str], most: int = 3) -> str:
    """The first few, and how many more there are."""
    if len(words) <= most:
        return listed([*words])
    return listed([*words[:most], f"{len(words) - most} more"])
