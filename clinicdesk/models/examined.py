"""What crosses from the compute process beside a prediction: how firm it is for one patient."""

from dataclasses import dataclass

from clinicdesk.models.prediction import Prediction


@dataclass(frozen=True, slots=True)
class MissingInput:
    """What the plausible values of a missing input would do to the number; see `domain.Gap`."""

    name: str
    low: float
    high: float
    left: float
    share: float


@dataclass(frozen=True, slots=True)
class Examined:
    """A prediction with what surrounds it.

    missing: largest share first.  possible: over all that is missing, None without any.
    nearer: the share of training patients nearer to the middle.  unlike: inputs that make the
    distance, largest part first.  unsteady: inputs whose place among the reasons turns within the
    error of a measurement.
    """

    prediction: Prediction
    missing: tuple[MissingInput, ...]
    possible: tuple[float, float] | None
    nearer: float
    unlike: tuple[str, ...]
    unsteady: tuple[str, ...] = ()
