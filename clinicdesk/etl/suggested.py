"""The suggestions for one file: what its preset or its plan says, and what else may be."""

from collections.abc import Mapping

from clinicdesk.etl.files import TableFile
from clinicdesk.etl.planned import columns_of
from clinicdesk.etl.suggest import Suggestion, suggest

_TOLD = "It is known of such files."


def suggestions_of(file: TableFile) -> list[Suggestion]:
    """One a column. What is known of the file stands; the other columns get what is left."""
    known = columns_of(file.mapped) if file.mapped else {}
    found = suggest(file.dialect.header, file.first_rows())
    return [_beside(each, known, at) for at, each in enumerate(found)]


def _beside(found: Suggestion, known: Mapping[int, str], at: int) -> Suggestion:
    if at in known:
        return Suggestion(found.header, known[at], 1.0, _TOLD, found.unit, found.others)
    if found.target and found.target in known.values():
        reason = f"{found.reason} But another column already is that."
        return Suggestion(found.header, "", found.score, reason, found.unit, found.others)
    return found
