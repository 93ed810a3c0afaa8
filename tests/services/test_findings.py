"""Every model that ships can be printed: its people, its figures, in its own kind of answer."""

import pytest

from clinicdesk.models.registry import PUBLIC_KEYS, card
from clinicdesk.services.findings import facts_of


@pytest.mark.parametrize("model", PUBLIC_KEYS)
def test_the_facts_of_every_model_can_be_printed(model: str) -> None:
    facts = facts_of(card(model))
    assert card(model).size in facts.population
    assert facts.performance.split(" ")[0] in ("AUROC", "mean")
    assert all((facts.outcome, facts.not_for, facts.method, facts.limits, facts.status))
