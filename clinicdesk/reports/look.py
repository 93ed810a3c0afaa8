"""How a page looks: one grid and one scale of type.

Sizes in points (1/72 inch).
"""

from dataclasses import dataclass
from functools import cache

from reportlab.lib.styles import ParagraphStyle

from clinicdesk.reports.colours import ACCENT, INK, MUTED
from clinicdesk.reports.fonts import Fonts
from clinicdesk.reports.letters import Letters
from clinicdesk.reports.printing import PageSize

SIDE, TOP, FOOT = 51, 22, 52  # margins: 18 mm beside; the running header comes below TOP
GAP = 6  # half a line of text: every distance is a multiple of it

TEXT, TABLE, SMALL, HEADING, TITLE = 9, 8.2, 7.2, 11.5, 18


def text_width(page_size: PageSize) -> float:
    """Points between the margins."""
    return page_size.width - 2 * SIDE


@dataclass(frozen=True, slots=True)
class Look:
    """The styles of one set of fonts on one size of paper."""

    fonts: Fonts
    width: float  # between the margins
    title: ParagraphStyle
    heading: ParagraphStyle
    headline: ParagraphStyle
    text: ParagraphStyle
    strong: ParagraphStyle
    small: ParagraphStyle
    empty: ParagraphStyle
    cell: ParagraphStyle
    cell_strong: ParagraphStyle
    cell_small: ParagraphStyle

    def plain(self, size: float) -> Letters:
        return Letters(self.fonts, self.fonts.regular, size)

    def bold(self, size: float) -> Letters:
        return Letters(self.fonts, self.fonts.bold, size)


@cache
def look_of(fonts: Fonts, page_size: PageSize) -> Look:
    """The scale of type, set in `fonts`."""
    text = ParagraphStyle(
        "text", fontName=fonts.regular, fontSize=TEXT, leading=13, textColor=INK, splitLongWords=1
    )
    cell = text.clone("cell", fontSize=TABLE, leading=10.6)
    return Look(
        fonts=fonts,
        width=text_width(page_size),
        title=text.clone("title", fontName=fonts.bold, fontSize=TITLE, leading=23),
        heading=text.clone(
            "heading",
            fontName=fonts.bold,
            fontSize=HEADING,
            leading=15,
            textColor=ACCENT,
            spaceBefore=2 * GAP,
            spaceAfter=GAP / 2,
        ),
        headline=text.clone("headline", leading=28),
        text=text,
        strong=text.clone("strong", fontName=fonts.bold),
        small=text.clone("small", fontSize=SMALL, leading=9.8, textColor=MUTED),
        empty=text.clone("empty", fontName=fonts.italic, textColor=MUTED),
        cell=cell,
        cell_strong=cell.clone("cell-strong", fontName=fonts.bold),
        cell_small=cell.clone("cell-small", fontSize=6.8, leading=8.4),
    )
