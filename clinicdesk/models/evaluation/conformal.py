"""Split conformal prediction: how far to go out so that a share of new cases lies inside.

Vovk, Gammerman & Shafer 2005; Angelopoulos & Bates 2021.
"""

from math import ceil, inf

import numpy as np
from numpy.typing import NDArray


def conformal_quantile(scores: NDArray[np.float64], alpha: float) -> float:
    """The score that at most a share of `alpha` of new cases exceeds.

    It is the ceil((n + 1)(1 - alpha))-th smallest.

    scores: of cases that were not trained on; larger is stranger.  Infinite with too few of them.
    """
    place = ceil((len(scores) + 1) * (1 - alpha))
    return float(np.sort(scores)[place - 1]) if place <= len(scores) else inf
