"""The paper every report is printed on: whose it is and page x of y, on every page.

What is the same on every page, and "page x of y", are forms that the pages refer to and that are
drawn at the end, when y is known: a report is laid out once, not twice.
"""

from collections.abc import Callable, Sequence
from datetime import UTC
from io import BytesIO

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from clinicdesk import __version__
from clinicdesk.reports.colours import ACCENT, DEMO, INK, MUTED, RULE
from clinicdesk.reports.fonts import Fonts
from clinicdesk.reports.letters import Letters, PairLetters
from clinicdesk.reports.look import FOOT, GAP, SIDE, TOP, text_width
from clinicdesk.reports.printing import Identity, Pairs, Printing

DEMO_WORDS = "DEMONSTRATION DATA: invented people. Not for the care of anyone."
_DEMO_HEIGHT = 15
_SAME = "same"  # name of the form with all that does not change from page to page
_NAMES = (12.5, 11, 9.5)  # the largest size that needs no more than _NAME_LINES
_NAME_LINES, _MOST_LINES = 4, 9
_FACTS, _FACTS_LEADING = 8.6, 12
_LONGEST = 200  # letters of a fact
_NAME_SHARE = 0.64  # of the width; the letterhead has the rest


class Sheet:
    """The running header and footer of one report."""

    def __init__(
        self, title: str, printing: Printing, fonts: Fonts, identity: Identity | None = None
    ) -> None:
        self._title, self._printing, self._fonts = title, printing, fonts
        self._size = printing.page_size
        self._small = Letters(fonts, fonts.regular, 7)
        self._fact_letters = PairLetters(
            Letters(fonts, fonts.regular, _FACTS), Letters(fonts, fonts.bold, _FACTS)
        )
        name_width = text_width(self._size) * _NAME_SHARE
        name, facts = (identity.name, identity.facts) if identity else ("", ())
        self._name_letters, self._names = self._fitted(name, name_width)
        self._facts = self._fact_letters.packed(_cut(facts), name_width)
        self._clinic_letters = Letters(fonts, fonts.regular, 8)
        clinic_width = text_width(self._size) * (1 - _NAME_SHARE) - 2 * GAP
        self._clinics = _shortened(self._clinic_letters.wrapped(printing.clinic, clinic_width))
        self._pages = 0

    def pdf(self, story: Sequence[Flowable]) -> bytes:
        """Lay the story out; the same story and printing give the same bytes."""
        out = BytesIO()
        document = BaseDocTemplate(
            out,
            pagesize=self._size.value,
            title=f"{self._title} - {self._printing.clinic}",  # no name: windows show titles
            author=self._printing.clinic,
            subject=self._title,
            creator=f"ClinicDesk {__version__}",
            lang="en-GB",
            displayDocTitle=True,
            initialFontName=self._fonts.regular,
            invariant=1,
        )
        template = PageTemplate("page", [self._frame()], onPage=self._draw_page)
        document.addPageTemplates([template])
        document.build([*story, _Last(self._draw_forms)])
        return out.getvalue()

    @property
    def header_height(self) -> float:
        """From the top of the page to the rule below the identity."""
        demo = _DEMO_HEIGHT if self._printing.demo else 0
        left = len(self._names) * self._name_letters.size * 1.2 + len(self._facts) * _FACTS_LEADING
        right = 12 + len(self._clinics) * 10
        return TOP + demo + max(left, right) + GAP

    def _frame(self) -> Frame:
        height = self._size.height - self.header_height - 2 * GAP - FOOT
        padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
        return Frame(SIDE, FOOT, text_width(self._size), height, **padding)

    def _fitted(self, name: str, width: float) -> tuple[Letters, list[str]]:
        """The name whole, at the largest size that does not take over the page."""
        for size in _NAMES:
            letters = Letters(self._fonts, self._fonts.bold, size)
            lines = letters.wrapped(name, width)
            if len(lines) <= _NAME_LINES:
                break
        return letters, _shortened(lines)

    def _draw_page(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        self._pages = document.page
        canvas.doForm(_SAME)
        canvas.doForm(f"page{document.page}")

    def _draw_forms(self, canvas: Canvas) -> None:
        """Draw what the pages refer to, when they are all there."""
        canvas.setDateFormatter(self._file_date)  # else, to be reproducible, the year 2000
        canvas.beginForm(_SAME)
        self._draw_same(canvas)
        canvas.endForm()
        for page in range(1, self._pages + 1):
            canvas.beginForm(f"page{page}")
            self._draw_number(canvas, page)
            canvas.endForm()

    def _draw_same(self, canvas: Canvas) -> None:
        top = self._size.height - TOP
        if self._printing.demo:
            self._draw_demo(canvas, top)
            top -= _DEMO_HEIGHT
        self._draw_identity(canvas, top)
        self._draw_letterhead(canvas, top)
        self._draw_rule(canvas, self._size.height - self.header_height, ACCENT, 1.2)
        self._draw_footer(canvas)

    def _file_date(self, *_clock: int) -> str:
        return f"{self._printing.printed_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}"

    def _draw_demo(self, canvas: Canvas, top: float) -> None:
        """A band in the header: a watermark across the data would hide some of it."""
        canvas.setFillColor(DEMO)
        canvas.rect(0, top - 2, self._size.width, _DEMO_HEIGHT - 1, stroke=0, fill=1)
        canvas.setFillColor(INK)
        Letters(self._fonts, self._fonts.bold, 7.6).draw(canvas, SIDE, top + 2, DEMO_WORDS)

    def _draw_identity(self, canvas: Canvas, top: float) -> None:
        canvas.setFillColor(INK)
        y = top
        for line in self._names:
            self._name_letters.draw(canvas, SIDE, y - self._name_letters.size, line)
            y -= self._name_letters.size * 1.2
        for facts in self._facts:
            self._fact_letters.draw(canvas, SIDE, y - _FACTS - 1, facts)
            y -= _FACTS_LEADING

    def _draw_letterhead(self, canvas: Canvas, top: float) -> None:
        right, fonts = self._size.width - SIDE, self._fonts
        canvas.setFillColor(ACCENT)
        title = Letters(fonts, fonts.bold, 8.6)
        title.draw(canvas, right, top - 9, self._title, align="right")
        canvas.setFillColor(MUTED)
        for number, line in enumerate(self._clinics):
            self._clinic_letters.draw(canvas, right, top - 20 - number * 10, line, align="right")

    def _draw_rule(self, canvas: Canvas, y: float, colour: Color, width: float) -> None:
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(width)
        canvas.line(SIDE, y, self._size.width - SIDE, y)

    def _draw_footer(self, canvas: Canvas) -> None:
        self._draw_rule(canvas, FOOT - 12, RULE, 0.6)
        canvas.setFillColor(MUTED)
        room = text_width(self._size) - 70  # the page number stands beside it
        for y, words in ((22, self._printing.line), (31, self._printing.cut_off_line)):
            first, *more = self._small.wrapped(words, room)
            self._small.draw(canvas, SIDE, FOOT - y, first + "…" * bool(more))

    def _draw_number(self, canvas: Canvas, page: int) -> None:
        canvas.setFillColor(INK)
        letters = Letters(self._fonts, self._fonts.bold, 8)
        words = f"Page {page} of {self._pages}"
        letters.draw(canvas, self._size.width - SIDE, FOOT - 23, words, align="right")


def _shortened(lines: list[str]) -> list[str]:
    """A name longer than any real one ends in "..." rather than push the record off the page."""
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"]


def _cut(facts: Pairs) -> Pairs:
    return [
        (label, value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
        for label, value in facts
    ]


class _Last(Flowable):
    """Takes no room; drawn when everything else is."""

    def __init__(self, act: Callable[[Canvas], None]) -> None:
        super().__init__()
        self._act = act

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self._act(self.canv)
