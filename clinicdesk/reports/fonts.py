"""The faces that paper is set in: Noto Sans, embedded, so that every name prints.

Fonts are registered once a process, on first use. Without the files the page falls back to the
Helvetica every PDF reader has: Western European letters only, and the page says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from clinicdesk.reports.bidi import has_right_to_left, visual
from clinicdesk.resources import resource

_FACES = ("Regular", "Bold", "Italic")
_SCRIPTS = ("Hebrew", "Arabic")  # upright only: their italics do not exist
_CANNOT = "¿"  # stands for a letter that Helvetica lacks
_SPELT = str.maketrans({"≥": ">=", "≤": "<=", "−": "–", "→": "->", "\t": " ", "\n": " "})


@dataclass(frozen=True, slots=True)
class Fonts:
    """Names of registered fonts."""

    regular: str
    bold: str
    italic: str
    embedded: bool

    def runs(self, text: str, font: str) -> list[tuple[str, str]]:
        """The line as (font, text) in the order of drawing; `font` is one of ours."""
        if text.isascii():
            return [(font, text.translate(_SPELT))]
        line = text.translate(_SPELT)
        if self.embedded and _covers(font, line):
            return [(font, line)]
        if not self.embedded:
            return [(font, "".join(x if _in_helvetica(x) else _CANNOT for x in line))]
        ordered = visual(line) if has_right_to_left(line) else line
        return [(face, "".join(run)) for face, run in _by_face(ordered, font)]

    def width(self, text: str, font: str, size: float) -> float:
        """Points."""
        runs = self.runs(text, font)
        return float(sum(pdfmetrics.stringWidth(run, face, size) for face, run in runs))

    def markup(self, text: str) -> str:
        """Text for a reportlab paragraph: nothing in it is taken for a tag."""
        runs = self.runs(text, self.regular)
        return "".join(_tagged(face, run, self.regular) for face, run in runs)

    def is_plain(self, text: str) -> bool:
        """Whether it can be drawn as it is, in the regular face alone."""
        return self.runs(text, self.regular) == [(self.regular, text)]

    def draws(self, text: str) -> bool:
        """Whether every letter has a glyph here."""
        return all(_covers(face, run) for face, run in self.runs(text, self.regular))


@cache
def fonts(folder: Path | None = None) -> Fonts:
    """Register the faces in `folder`, by default those that ship with the program."""
    rl_config.useA85 = 0  # letters for streams are for e-mail of the last century; they cost 8 %
    where = folder or resource("fonts")
    try:
        for face in _FACES:
            _register("NotoSans", face, where)
        for script in _SCRIPTS:
            for face in ("Regular", "Bold"):
                _register(f"NotoSans{script}", face, where)
    except (OSError, TTFError):
        return Fonts("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", embedded=False)
    return Fonts("NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic", embedded=True)


def _in_helvetica(letter: str) -> bool:
    return letter.encode("cp1252", "ignore") != b""


def _register(family: str, face: str, folder: Path) -> None:
    name = f"{family}-{face}"
    pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def _by_face(text: str, font: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Neighbouring letters of one face; a space stays with what precedes it."""
    face = font
    faces = []
    for letter in text:
        face = _face_for(letter, font, face)
        faces.append(face)
    for name, group in groupby(zip(faces, text, strict=True), key=lambda pair: pair[0]):
        yield name, (letter for _, letter in group)


def _face_for(letter: str, font: str, current: str) -> str:
    if _covers(font, letter):
        return font
    weight = "Bold" if font.endswith("Bold") else "Regular"
    for script in _SCRIPTS:
        name = f"NotoSans{script}-{weight}"
        if _covers(name, letter):
            return name
    return font


def _covers(font: str, text: str) -> bool:
    glyphs = getattr(pdfmetrics.getFont(font).face, "charToGlyph", None)
    return glyphs is None or all(ord(letter) in glyphs for letter in text)


def _tagged(face: str, run: str, regular: str) -> str:
    return escape(run) if face == regular else f'<font face="{face}">{escape(run)}</font>'
