"""`python -m bench.coverage MODEL FILE [STUDIES]`: how often a 90 % interval holds the truth.

The truth is made: the shipped regression is taken for it, outcomes are drawn from its own
probabilities for resampled training patients, a model and its refits are fitted to them, and it is
counted how many of the true probabilities lie within. Minutes for each ten studies.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from clinicdesk.models.learned.fitting import best_settings, fit
from clinicdesk.models.learned.refitting import resamples
from clinicdesk.models.learned.serving import numbers
from clinicdesk.models.learned.spec import Table
from clinicdesk.models.learned.table import read_table
from clinicdesk.models.learned.training import SPECS

REFITS, STUDIES = 60, 20


def held(model: str, path: Path, studies: int) -> Iterator[float]:
    """The share of patients whose true probability lies within, study by study."""
    spec = replace(SPECS[model], resamples=REFITS)
    table = read_table(path, spec)
    truth = numbers(model, table.x)
    settings = best_settings(spec, table, 0)
    for study in range(studies):
        rng = np.random.default_rng(study)
        rows = rng.integers(0, len(table.y), len(table.y))
        outcomes = (rng.uniform(size=len(rows)) < truth[rows]).astype(float)
        drawn = Table(table.x[rows], outcomes, "")
        fitted = fit(spec, drawn, settings, study)
        low, high = resamples(spec, drawn, settings, study).of(fitted, table.x)
        whole = ~np.isnan(table.x).any(axis=1)
        inside = (low[:, 0] <= truth) & (truth <= high[:, 0])
        yield float(inside[whole].mean())


def main(model: str, path: str, studies: str = str(STUDIES)) -> None:
    shares: list[float] = []
    for share in held(model, Path(path), int(studies)):
        shares.append(share)
        print(f"study {len(shares)}: {share:.3f}, so far {np.mean(shares):.3f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
