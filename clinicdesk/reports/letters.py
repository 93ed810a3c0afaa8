"""Text straight onto the canvas, in whatever script it comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from clinicdesk.reports.colours import INK, MUTED
from clinicdesk.reports.fonts import Fonts
from clinicdesk.reports.printing import Pairs

Align = Literal["left", "right", "centre"]
_SHIFT = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Letters:
    """A face at a size in points."""

    fonts: Fonts
    font: str
    size: float

    def width(self, text: str) -> float:
        return self.fonts.width(text, self.font, self.size)

    def draw(
        self, canvas: Canvas, x: float, y: float, text: str, *, align: Align = "left"
    ) -> float:
        """Draw one line on the baseline `y`; return where it ends."""
        runs = self.fonts.runs(text, self.font)
        widths = [canvas.stringWidth(run, face, self.size) for face, run in runs]
        at = x - _SHIFT[align] * sum(widths)
        for (face, run), width in zip(runs, widths, strict=True):
            canvas.setFont(face, self.size)
            canvas.drawString(at, y, run)
            at += width
        return float(at)

    def wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines no wider than `width`, broken between words where there are any."""
        lines = [""]
        for word in self._fitting(text.split(), width):
            longer = f"{lines[-1]} {word}".lstrip()
            if self.width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _fitting(self, words: Sequence[str], width: float) -> Iterator[str]:
        """Words, those wider than a line in pieces."""
        for word in words:
            piece = ""
            for letter in word:
                if piece and self.width(piece + letter) > width:
                    yield piece
                    piece = ""
                piece += letter
            yield piece


@dataclass(frozen=True, slots=True)
class PairLetters:
    """Labels lighter than their values, no colons (CUI PAB-0042, 0046)."""

    label: Letters
    value: Letters

    def draw(self, canvas: Canvas, x: float, y: float, pairs: Pairs) -> None:
        for label, value in pairs:
            canvas.setFillColor(MUTED)
            x = self.label.draw(canvas, x, y, f"{label} ".lstrip())
            canvas.setFillColor(INK)
            x = self.value.draw(canvas, x, y, value) + 2 * self.value.size

    def packed(self, pairs: Pairs, width: float) -> list[Pairs]:
        """Pairs in lines no wider than `width`; a value too wide for one goes on in the next."""
        lines: list[list[tuple[str, str]]] = [[]]
        left = width
        for label, value in pairs:
            indent = self.label.width(f"{label} ")
            for number, piece in enumerate(self.value.wrapped(value, width - indent)):
                needed = indent + self.value.width(piece)
                if lines[-1] and needed > left:
                    lines.append([])
                    left = width
                lines[-1].append(("" if number else label, piece))
                left -= needed + 2 * self.value.size
        return [line for line in lines if line]
