"""The recovery sheet: the one page that opens a store when nobody knows a password any more."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reportlab.platypus import Flowable, Paragraph, Spacer

from clinicdesk.domain.display import instant_text
from clinicdesk.reports.blocks import Heading, alert_box, note, strong, text
from clinicdesk.reports.colours import ACCENT, INK, MUTED
from clinicdesk.reports.fonts import Fonts, fonts
from clinicdesk.reports.letters import PairLetters
from clinicdesk.reports.look import GAP, TEXT, Look, look_of
from clinicdesk.reports.printing import Pairs, Printing
from clinicdesk.reports.sheet import Sheet
from clinicdesk.reports.signature import SignatureLines

TITLE = "Recovery sheet"
_HANDS = (
    "Whoever holds this sheet and a copy of the store can read every record in it. "
    "There is no other copy of this key, and nobody can make it again."
)
_KEEP = (
    "Print it once. Keep it on paper in a safe or a sealed envelope, away from the computer, and "
    "never as a photograph, in an e-mail or in the store's folder.",
    "Write down where it is kept, and let two people know the place.",
    "Once a year, check that the sheet is still there and can be read.",
)
_USE = (
    "Use it when no administrator can unlock the store: a forgotten password, an absence.",
    "Open ClinicDesk with the store, choose to use the recovery key, and type the seven groups in "
    "order. Upper or lower case, spaces and hyphens do not matter; O is read as 0, I and L as 1.",
    "Choose a new password. ClinicDesk then makes a new key: print its sheet, destroy this one.",
)
_GROUPS_A_ROW, _TILE, _BETWEEN = 4, 46, 8


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What is printed. store_id: hex, as in the key header.  key: groups joined by hyphens."""

    printing: Printing
    store_id: str
    administrator: str = field(repr=False)  # login of the first
    key: str = field(repr=False)


def recovery_pdf(sheet: RecoverySheet, typefaces: Fonts | None = None) -> bytes:
    """One page; the same sheet gives the same bytes. typefaces: those shipped, if None."""
    faces = typefaces or fonts()
    look = look_of(faces, sheet.printing.page_size)
    return Sheet(TITLE, sheet.printing, faces).pdf(list(_story(sheet, look)))


def _story(sheet: RecoverySheet, look: Look) -> Iterator[Flowable]:
    yield Paragraph(TITLE, look.title)
    yield _Facts(_facts(sheet), look)
    yield Spacer(1, GAP)
    yield alert_box(
        [strong("Keep this page as you keep the keys of the house.", look), text(_HANDS, look)],
        look,
    )
    yield Heading("The key", look)
    yield KeyTiles(sheet.key.split("-"), look)
    yield note("Letters and digits without I, L, O and U, so that none is taken for another.", look)
    yield Heading("How to keep it", look)
    yield from _numbered(_KEEP, look)
    yield Heading("How to use it", look)
    yield from _numbered(_USE, look)
    yield Heading("Read back and put away", look)
    yield text(
        "I have typed two groups of the key back into ClinicDesk and put this sheet away.", look
    )
    yield Spacer(1, GAP)
    yield SignatureLines(look)


def _facts(sheet: RecoverySheet) -> Pairs:
    at = instant_text(sheet.printing.printed_at, sheet.printing.zone)
    return [
        ("Clinic", sheet.printing.clinic),
        ("Store", " ".join(sheet.store_id[n : n + 8] for n in range(0, len(sheet.store_id), 8))),
        ("First administrator", sheet.administrator),
        ("Made", f"{at} ({sheet.printing.zone})"),
    ]


def _numbered(lines: tuple[str, ...], look: Look) -> Iterator[Paragraph]:
    style = look.text.clone(
        "numbered",
        bulletFontName=look.fonts.regular,
        bulletFontSize=TEXT,
        leftIndent=14,
        spaceAfter=2,
    )
    for number, words in enumerate(lines, start=1):
        yield Paragraph(look.fonts.markup(words), style, bulletText=f"{number}.")


class _Facts(Flowable):
    """Labels and values, one or more pairs to a line."""

    def __init__(self, pairs: Pairs, look: Look) -> None:
        super().__init__()
        self._letters = PairLetters(look.plain(TEXT), look.bold(TEXT))
        self._lines = self._letters.packed(pairs, look.width)
        self.width, self.height = look.width, len(self._lines) * 15

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        for number, line in enumerate(self._lines, start=1):
            self._letters.draw(self.canv, 0, self.height - number * 15 + 4, line)


class KeyTiles(Flowable):
    """Groups of the key, each in a box with its number: read aloud, typed, ticked off."""

    def __init__(self, groups: list[str], look: Look) -> None:
        super().__init__()
        self._groups, self._look = groups, look
        rows = -(-len(groups) // _GROUPS_A_ROW)
        self.width, self.height = look.width, rows * (_TILE + _BETWEEN)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        width = (self.width + _BETWEEN) / _GROUPS_A_ROW
        for at, group in enumerate(self._groups):
            row, column = divmod(at, _GROUPS_A_ROW)
            bottom = self.height - row * (_TILE + _BETWEEN) - _TILE
            self._draw_tile(column * width, bottom, width - _BETWEEN, group, at + 1)

    def _draw_tile(self, x: float, y: float, width: float, group: str, number: int) -> None:
        canvas = self.canv
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(1)
        canvas.roundRect(x, y, width, _TILE, 4, stroke=1, fill=0)
        canvas.setFillColor(MUTED)
        self._look.plain(7).draw(canvas, x + 6, y + _TILE - 11, str(number))
        canvas.setFillColor(INK)
        letters, pitch = self._look.bold(23), 23
        start = x + width / 2 - pitch * (len(group) - 1) / 2
        for place, letter in enumerate(group):  # evenly spaced: 1 and W take the same room
            letters.draw(canvas, start + place * pitch, y + 12, letter, align="centre")
