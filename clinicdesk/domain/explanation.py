"""What belongs beside an estimate, so that a clinician can argue with it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """An input that the record does not have, and what knowing it could change.

    low, high: the estimates that its plausible values would give, everything else that is missing
    averaged over.  left: half the width of what would still be possible, once it is known.
    share: of the variance over all that is missing, the part that knowing it would take away.
    recordable: a record has a place for it.
    """

    feature: str
    label: str
    low: float
    high: float
    left: float
    share: float  # 0..1
    recordable: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words and figures around an estimate, as they were when it was made.

    sentences: two to four.  doubt: its weakest point in one sentence, never empty.
    gaps: the input first whose value would narrow the estimate most.  possible: the lowest and the
    highest estimate over the plausible values of all that is missing; None when nothing is.
    modifiable: features that somebody could change.  stale: labels of values too old to rely on.
    nearer: the share of training patients that are less unusual than this one, 0..1.
    unsteady: labels whose part in the reasons turns within the error of a measurement.
    unsure: the interval is too wide for a band.
    """

    sentences: Sequence[str]
    doubt: str
    gaps: Sequence[Gap] = ()
    possible: tuple[float, float] | None = None
    modifiable: Sequence[str] = ()
    stale: Sequence[str] = ()
    nearer: float | None = None
    unsteady: Sequence[str] = ()
    unsure: bool = False

    @property
    def best_test(self) -> Gap | None:
        """What to measure first: of what a record has a place for."""
        return next((each for each in self.gaps if each.recordable), None)
