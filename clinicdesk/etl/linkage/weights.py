"""How much each agreement weighs, from `resources/linkage`: estimated by splink, not by us."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from clinicdesk.domain.identity import Agreement, Trait
from clinicdesk.resources import resource


@dataclass(frozen=True, slots=True)
class Weights:
    """The model of Fellegi and Sunter. bits: log2(m / u) of each trait's agreement.

    m: how often two records of one person agree so.  u: how often those of two people do.
    """

    bits: Mapping[tuple[Trait, Agreement], float]

    def of(self, trait: Trait, agreement: Agreement) -> float:
        """What this agreement says, in bits; 0 where one of the records says nothing."""
        return self.bits.get((trait, agreement), 0.0)


@cache
def shipped_weights() -> Weights:
    """The weights that come with the program."""
    document = tomllib.loads((resource("linkage") / "weights.toml").read_text(encoding="utf-8"))
    return Weights(
        {
            (Trait(trait), Agreement(agreement)): math.log2(entry["m"] / entry["u"])
            for trait, levels in document["trait"].items()
            for agreement, entry in levels.items()
        }
    )
