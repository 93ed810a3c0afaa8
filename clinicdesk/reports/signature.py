"""Where a clinician puts a name to it."""

from reportlab.platypus import Flowable, Spacer

from clinicdesk.reports.blocks import section, text
from clinicdesk.reports.colours import INK, MUTED
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.look import GAP, SMALL, Look

_STATEMENT = "I have read this report and checked that it belongs to the patient named above."
_FIELDS = (("Name", 0.30), ("Role", 0.20), ("Signature", 0.30), ("Date", 0.20))  # share of width
_HEIGHT = 46  # room to write
_NEEDS = 71  # points below the heading


class SignatureLines(Flowable):
    """Four lines to write on, left empty: who prints is not always who signs."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.width, self.height, self._look = look.width, _HEIGHT, look

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        x, letters = 0.0, self._look.plain(SMALL)
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.7)
        self.canv.setFillColor(MUTED)
        for label, share in _FIELDS:
            self.canv.line(x, 12, x + share * self.width - 2 * GAP, 12)
            letters.draw(self.canv, x, 2, label)
            x += share * self.width


def signature(report: PatientReport, look: Look) -> list[Flowable]:
    """A statement and the lines below it, never parted."""
    lines = SignatureLines(look)
    return section("Signature", look, text(_STATEMENT, look), Spacer(1, GAP), lines, needs=_NEEDS)
