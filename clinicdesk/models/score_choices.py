"""What a clinic decides once for the published scores: its region, and which limits it uses.

Nothing is assumed of a clinic that has not decided: a score that asks for it has no number.
"""

from collections.abc import Callable, Mapping

from clinicdesk.models.scores import SCORES
from clinicdesk.models.scores.protocol import Choice

_SCORE_OF = {"north_america": "kfre", "region": "score2", "thresholds": "seniors_at_risk"}

SOURCE = "set for the clinic"
TO_DECIDE = "An administrator says under Settings which region the clinic is in."


def choices() -> Mapping[str, Choice]:
    """The inputs that a clinic decides on, by name."""
    found = ((name, SCORES[score].input(name)) for name, score in _SCORE_OF.items())
    return {name: wanted for name, wanted in found if isinstance(wanted, Choice)}


def setting_of(name: str) -> str:
    """The name of the setting that holds the choice."""
    return f"score.{name}"


def decided(setting: Callable[[str], str]) -> dict[str, str]:
    """What was decided, by name of the input. setting: reads one, "" where nobody has set it."""
    read = {name: setting(setting_of(name)) for name in _SCORE_OF}
    return {name: option for name, option in read.items() if option}
