"""The few things a report is made of: heading, paragraph, note, table, box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from reportlab.lib.colors import Color
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Table, TableStyle

from clinicdesk.reports.colours import ACCENT, ALERT, BAND, INK, MUTED, RULE
from clinicdesk.reports.look import GAP, TABLE, Look

Cell: TypeAlias = "str | Flowable"
_PADDING = {"LEFT": 5, "RIGHT": 9, "DECIMAL": 22}  # right of the last whole figure
_SHORT = 12  # letters: they fit into the narrowest column that has words
_LONG = 150  # letters: some hundred of them fill a page in the narrowest column
_HEADING_NEEDS = 92  # a heading stays with its first lines or rows


@dataclass(frozen=True, slots=True)
class Column:
    """share: of the width, all shares together make the whole."""

    title: str
    share: float
    align: Literal["LEFT", "RIGHT", "DECIMAL"] = "LEFT"


class Heading(Paragraph):
    """A section's title, and its line in the bookmarks."""

    def __init__(self, text: str, look: Look) -> None:
        super().__init__(look.fonts.markup(text), look.heading)
        self._title = text

    def draw(self) -> None:
        self.canv.bookmarkHorizontal(self._title, 0, self.height + GAP)
        self.canv.addOutlineEntry(self._title, self._title, level=0)
        super().draw()


def section(title: str, look: Look, *content: Flowable, needs: float = 0) -> list[Flowable]:
    """A heading and what belongs to it. needs: points that must not part from the heading."""
    room = CondPageBreak(max(_HEADING_NEEDS, needs + 24))
    return [room, Heading(title, look), *content]


def text(words: str, look: Look) -> Paragraph:
    return Paragraph(look.fonts.markup(words), look.text)


def strong(words: str, look: Look) -> Paragraph:
    return Paragraph(look.fonts.markup(words), look.strong)


def note(words: str, look: Look) -> Paragraph:
    """Small print: how to read what stands above or below it."""
    return Paragraph(look.fonts.markup(words), look.small)


def empty(words: str, look: Look) -> Paragraph:
    """What stands where there is nothing: it says why, and does not look like a value."""
    return Paragraph(look.fonts.markup(words), look.empty)


def cell(words: str, look: Look) -> Cell:
    """Words of any length in a table; short ones in our own letters cost no paragraph."""
    if len(words) <= _SHORT and look.fonts.is_plain(words):
        return words
    return Paragraph(look.fonts.markup(words), look.cell)


def small(words: str, look: Look) -> Cell:
    """Small print in a table."""
    return Paragraph(look.fonts.markup(words), look.cell_small) if words else ""


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    look: Look,
    *extra: tuple[object, ...],
) -> Table:
    """Rows under headings that return on every page. extra: further TableStyle commands.

    A row stays on one page, unless its words need more than a page can give.
    """
    return Table(
        [[column.title for column in columns], *rows],
        colWidths=[column.share * look.width for column in columns],
        repeatRows=1,
        splitInRow=any(_is_long(each) for row in rows for each in row),
        hAlign="LEFT",
        style=TableStyle([*_table_style(columns, look), *extra]),
    )


def box(content: Sequence[Flowable], look: Look, colour: Color = ACCENT) -> Table:
    """Set off by a bar at its left, for what must not be overlooked."""
    style = [
        ("FONT", (0, 0), (-1, -1), look.fonts.regular),  # or the page asks for Helvetica too
        ("LINEBEFORE", (0, 0), (0, -1), 3, colour),
        ("BACKGROUND", (0, 0), (-1, -1), BAND),
        ("LEFTPADDING", (0, 0), (-1, -1), 2 * GAP),
        ("TOPPADDING", (0, 0), (-1, -1), GAP),
        ("BOTTOMPADDING", (0, 0), (-1, -1), GAP + 1),
    ]
    return Table([[list(content)]], colWidths=[look.width], hAlign="LEFT", style=TableStyle(style))


def alert_box(content: Sequence[Flowable], look: Look) -> Table:
    return box(content, look, ALERT)


def ended(end: date | None, today: date) -> bool:
    return end is not None and end <= today


def count(number: int, thing: str) -> str:
    """1 earlier prescription is, 4 earlier prescriptions are."""
    return f"{number:,} {thing} is" if number == 1 else f"{number:,} {thing}s are"


def bold_rows(numbers: Sequence[int], column: int, look: Look) -> list[tuple[object, ...]]:
    """Style commands that set a column of some rows (0 is the first below the heading) bold."""
    font = look.fonts.bold
    return [("FONTNAME", (column, n + 1), (column, n + 1), font) for n in numbers]


def _is_long(words: Cell) -> bool:
    return isinstance(words, Paragraph) and len(words.text) > _LONG


def _table_style(columns: Sequence[Column], look: Look) -> list[tuple[object, ...]]:
    regular, bold = look.fonts.regular, look.fonts.bold
    whole, below, head = ((0, 0), (-1, -1)), ((0, 1), (-1, -1)), ((0, 0), (-1, 0))
    return [
        ("FONT", *below, regular, TABLE, TABLE * 1.3),
        ("FONT", *head, bold, 7.2, 9),
        ("TEXTCOLOR", *head, MUTED),
        ("TEXTCOLOR", *below, INK),
        ("VALIGN", *below, "TOP"),
        ("VALIGN", *head, "BOTTOM"),
        ("TOPPADDING", *whole, 2.2),
        ("BOTTOMPADDING", *whole, 2.8),
        ("LEFTPADDING", *whole, 3),
        *(
            ("RIGHTPADDING", (number, 0), (number, -1), _PADDING[column.align])
            for number, column in enumerate(columns)
        ),
        ("LINEBELOW", *head, 0.8, ACCENT),
        ("LINEBELOW", (0, -1), (-1, -1), 0.5, RULE),
        ("ROWBACKGROUNDS", *below, [None, BAND]),
        *(
            ("ALIGN", (number, 0), (number, -1), column.align)
            for number, column in enumerate(columns)
            if column.align != "LEFT"
        ),
    ]
