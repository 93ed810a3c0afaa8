"""What every page of the import wizard is: it shows what is known, and says what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.identity import People
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.profile import ColumnProfile
from clinicdesk.services.import_report import ImportPreview
from clinicdesk.services.templates import Offer
from clinicdesk.services.understanding import FileUnits, FileWords
from clinicdesk.ui.wizards.trial import Trial


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the values of whole files mean: units of numbers, and words."""

    units: Sequence[FileUnits]
    words: Sequence[FileWords]


@dataclass(frozen=True, slots=True)
class Known:
    """One import on its way; what is None, nobody has looked at yet.

    profiles: of file and header, as soon as they are known.
    """

    files: Sequence[Path] = field(default=(), repr=False)
    plan: Plan = field(default_factory=Plan)
    preview: ImportPreview | None = None
    offers: Sequence[Offer] = ()
    profiles: Mapping[tuple[str, str], ColumnProfile] = field(default_factory=dict, repr=False)
    meanings: Meanings | None = None
    people: People | None = None
    trial: Trial | None = None


class Step(QWidget):
    """A page of the wizard. Its words for what is still lacking keep one from going on."""

    planned = Signal(object)  # a Plan: what is said from now on
    changed = Signal()  # what is lacking may be another thing
    verb = "Next"  # what the button says that leads on

    def show_known(self, known: Known) -> None:
        """Show how things stand."""
        raise NotImplementedError

    @property
    def lacking(self) -> str:
        """What must be done before one can go on, "" when nothing must."""
        return ""

    @property
    def remark(self) -> str:
        """What stands beside the buttons: nothing that must be done."""
        return ""

    def take_focus(self) -> bool:
        """Give the keyboard to what is to be decided; False when nothing is."""
        return False
