"""Is a medication one of those that the patient does not bear: by its name, and by its class.

Not a drug database: names that share a word, and the classes of `drug_classes.toml`. What it does
not find is not thereby safe.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.errors import UserFacingError
from clinicdesk.resources import resource

_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset(  # words of many names, which make none of them alike
    {
        *("acid", "allergic", "allergy", "capsule", "class", "containing", "contains", "drug"),
        *("extended", "hydrochloride", "injection", "intolerance", "oral", "potassium", "release"),
        *("sodium", "solution", "substance", "tablet", "tablets", "with"),
    }
)


class AgainstAllergy(UserFacingError):
    """A prescription that the record speaks against, and no reason for it. names: of allergies."""

    def __init__(self, names: str) -> None:
        super().__init__(
            f"The record has an allergy to {names}. Write why this is given all the same, or choose"
            " something else."
        )
        self.names = names


def against(medication: str, allergies: Sequence[AllergyIntolerance]) -> list[AllergyIntolerance]:
    """The allergies that speak against the medication, ended ones left out."""
    drug = _kinds(medication)
    return [each for each in allergies if each.ended_on is None and drug & _kinds(each.display)]


def _kinds(name: str) -> frozenset[str]:
    """The words of a name and the classes they belong to."""
    words = {word.casefold() for word in _WORD.findall(name)} - _COMMON
    classes = _classes()
    found = {group for word in words for group, members in classes.items() if word in members}
    return frozenset(words | found)


@cache
def _classes() -> Mapping[str, frozenset[str]]:
    text = resource("catalog", "drug_classes.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["class"]
    return {
        name: frozenset([name, *each["members"], *each["words"]]) for name, each in table.items()
    }
