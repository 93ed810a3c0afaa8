"""What somebody decides before a model is trained; training measures the rest of its card."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinicdesk.models.card import Band, CardInput


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The declared half of a model card; the fields are those of `ModelCard`.

    outcome_column: 0 or 1 in the training file.  age_groups: name -> from and below, years, for
    figures by age; none for a model without the input Age.
    """

    id: str
    version: str
    title: str
    outcome_column: str
    outcome_label: str
    outcome_codes: tuple[str, ...]
    outcome_words: tuple[str, ...]
    inputs: tuple[CardInput, ...]
    minimum: tuple[str, ...]
    minimum_age: int
    sexes: tuple[str, ...]
    bands: tuple[Band, ...]
    sections: Mapping[str, str]
    references: tuple[str, ...]
    age_groups: Mapping[str, tuple[float, float]]
