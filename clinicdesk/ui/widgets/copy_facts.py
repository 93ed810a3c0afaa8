"""How old the research copy is and how much is in it, in words."""

from datetime import UTC, datetime

from clinicdesk.domain.display import elapsed_text, instant_text
from clinicdesk.domain.research import Copied, CopyFacts


def age_text(facts: CopyFacts, now: datetime) -> str:
    """Of when the copy is. UTC: the copy does not say where the clinic is."""
    at = instant_text(facts.published_at, UTC)
    return f"Records as of {at} UTC, {elapsed_text(facts.published_at, now)} ago."


def amounts_text(copied: Copied) -> str:
    parts = (
        f"{copied.subjects:,} subjects",
        f"{copied.encounters:,} encounters",
        f"{copied.conditions:,} conditions",
        f"{copied.observations:,} measurements",
        f"{copied.medications:,} medications",
    )
    return f"{', '.join(parts)}; {copied.left_out:,} entries left out."
