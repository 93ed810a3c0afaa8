"""A report or an image kept with a patient, as FHIR `DocumentReference` names things."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    """active_content: what a PDF would do by itself elsewhere ("JavaScript"); here it never runs.

    pages: None where nobody could count them.  added_by: the name of the account.
    """

    id: int
    title: str = field(repr=False)
    content_type: str
    size: int  # bytes
    sha256: str
    created_at: datetime
    file_name: str = field(default="", repr=False)
    pages: int | None = None
    active_content: tuple[str, ...] = ()
    added_by: str = field(default="", repr=False)
    entered_in_error: bool = False
    version: int = 1
