"""What a model knows of its training patients: how unlike them somebody is (F53)."""

import numpy as np
import pytest

from clinicdesk.models.learned.population import (
    POPULATION,
    population_of,
    read_population,
)
from clinicdesk.models.registry import PUBLIC_KEYS, card, shipped


def correlated(n: int = 2_000) -> np.ndarray:
    """Two columns that go together, one that leans to the right, one half empty."""
    rng = np.random.default_rng(11)
    first = rng.normal(50, 10, n)
    second = first + rng.normal(0, 3, n)
    skewed = rng.lognormal(3, 1, n)
    flag = (rng.uniform(size=n) < 0.3).astype(float)
    flag[: n // 2] = np.nan
    return np.column_stack([first, second, skewed, flag])


def test_the_distance_of_training_patients_is_spread_evenly() -> None:
    x = correlated()
    nearer = population_of(x).nearer(x)
    for share in (0.1, 0.5, 0.9, 0.99):
        assert (nearer <= share).mean() == pytest.approx(share, abs=0.01)


def test_each_value_may_be_usual_and_the_pair_unheard_of() -> None:
    x = correlated()
    population = population_of(x)
    strange = np.array([[70.0, 35.0, 20.0, 0.0]])
    assert population.nearer(strange)[0] == 1.0
    assert set(population.farthest(strange[0])[:2]) == {0, 1}
    assert population.nearer(np.array([[50.0, 50.0, 20.0, 0.0]]))[0] < 0.5


def test_what_is_missing_adds_no_distance() -> None:
    population = population_of(correlated())
    assert population.distance(np.full((1, 4), np.nan))[0] == 0.0


def test_plausible_values_are_equally_likely_ones() -> None:
    x = correlated()
    levels = population_of(x).plausible(0, 5)
    assert levels == pytest.approx(np.quantile(x[:, 0], [0.1, 0.3, 0.5, 0.7, 0.9]), abs=0.01)
    assert set(population_of(x).plausible(3, 5)) == {0.0, 1.0}


@pytest.mark.parametrize("model", PUBLIC_KEYS)
def test_every_shipped_model_knows_its_people(model: str) -> None:
    bundle = shipped(model)
    assert POPULATION in bundle.manifest["files"]
    population = read_population(bundle)
    low, high = population.levels[[1, 99]]
    for at, wanted in enumerate(card(model).inputs):
        assert low[at] == pytest.approx(wanted.trained_low, abs=1e-2)
        assert high[at] == pytest.approx(wanted.trained_high, abs=1e-2)
