"""The circumstances of a print: for which clinic, by whom, when, on what paper, and whose it is.

Light to import: services build these, and what draws them is loaded with the first report.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum

from clinicdesk import __version__
from clinicdesk.domain.display import instant_text

Pairs = Sequence[tuple[str, str]]  # label, value


class PageSize(Enum):
    """What goes into the printer: width and height in points (1/72 inch)."""

    A4 = (595.276, 841.89)
    LETTER = (612.0, 792.0)

    @property
    def width(self) -> float:
        return self.value[0]

    @property
    def height(self) -> float:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose page it is: the name as the banner writes it, then label and value pairs."""

    name: str = field(repr=False)
    facts: Pairs = field(repr=False)


@dataclass(frozen=True, slots=True)
class Printing:
    """The circumstances of a print. audit_code: the newest event then, domain/audit.py."""

    clinic: str
    printed_by: str = field(repr=False)
    role: str
    printed_at: datetime
    zone: tzinfo
    cut_off: datetime | None = None  # the record as it was then; None for what is no record
    demo: bool = False
    page_size: PageSize = PageSize.A4
    audit_code: str = ""

    @property
    def line(self) -> str:
        at = instant_text(self.printed_at, self.zone)
        return f"Printed by {self.printed_by} ({self.role}) on {at} ({self.zone})"

    @property
    def cut_off_line(self) -> str:
        as_of = f"Record as of {instant_text(self.cut_off, self.zone)}. " if self.cut_off else ""
        code = f" Audit {self.audit_code}." if self.audit_code else ""
        return f"{as_of}ClinicDesk {__version__}.{code}"
