"""Shares with the uncertainty of their count."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # of a two-sided 95 % interval


@dataclass(frozen=True, slots=True)
class Share:
    """count of n with its 95 % Wilson interval; n = 0 has no value and the widest interval."""

    count: int
    n: int

    @property
    def value(self) -> float | None:
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson, J Am Stat Assoc 1927;22:209: it holds for small n and shares near 0 and 1."""
        if not self.n:
            return 0.0, 1.0
        p, n = self.count / self.n, self.n
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def difference(now: Share, before: Share) -> tuple[float, float]:
    """The 95 % interval of now - before (Newcombe's hybrid score, Stat Med 1998;17:873)."""
    p, q = now.value or 0.0, before.value or 0.0
    (low, high), (least, most) = now.interval, before.interval
    down = sqrt((p - low) ** 2 + (most - q) ** 2)
    up = sqrt((high - p) ** 2 + (q - least) ** 2)
    return p - q - down, p - q + up
