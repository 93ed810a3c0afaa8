"""Both palettes can be read, and the bundled typeface has every letter the program says."""

import ast
import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QRawFont
from PySide6.QtWidgets import QApplication

import clinicdesk.ui
from clinicdesk.resources import resource
from clinicdesk.ui.icons import pixmap
from clinicdesk.ui.palette import DARK, LIGHT, Palette, contrast
from clinicdesk.ui.stylesheet import style_sheet

UI = Path(clinicdesk.ui.__file__).parent
DOMAIN = UI.parent / "domain"
GROUNDS = ("canvas", "surface", "sunken", "accent_soft")
TEXTS = [
    *product(("ink",), GROUNDS),
    *product(("muted",), ("canvas", "surface", "sunken", "accent_soft")),
    *product(("accent",), ("canvas", "surface", "sunken")),
    *product(("critical", "warning", "good"), ("surface", "sunken", "accent_soft")),
    *((token, f"{token}_soft") for token in ("critical", "warning", "good")),
    *(("ink", f"{token}_soft") for token in ("critical", "warning", "good")),
    *product(("rise", "fall"), ("surface",)),
    ("accent_ink", "accent"),
    ("accent_ink", "focus"),
    ("surface", "critical"),
    ("surface", "ink"),
    *product(("banner_ink", "banner_muted"), ("banner", "deceased", "deceased_hatch")),
    ("demo_ink", "demo"),
]
SIGNS = [*product(("edge", "focus"), ("canvas", "surface")), ("demo", "banner")]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_has_contrast(palette: Palette, text: str, ground: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_lines_of_charts_and_edges_of_controls_have_contrast(palette: Palette) -> None:
    for colour in palette.series:
        assert contrast(colour, palette.surface) >= 4.5
        assert contrast(colour, palette.band) >= 3
    for sign, ground in SIGNS[:4]:
        assert contrast(getattr(palette, sign), getattr(palette, ground)) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_sheet_has_no_token_left(palette: Palette) -> None:
    sheet = style_sheet(palette)
    assert "$" not in sheet
    assert palette.accent in sheet


@pytest.mark.parametrize("face", ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"])
def test_the_typeface_has_every_letter_we_write(application: QApplication, face: str) -> None:
    font = QRawFont(str(resource("fonts", face)), 13)
    files = [*UI.rglob("*.py"), *DOMAIN.glob("*.py")]
    said = {letter for file in files for letter in _letters(file)}
    assert not {letter for letter in said if not font.supportsCharacter(ord(letter))} - {"\n"}


@pytest.mark.parametrize(
    "file", sorted(resource("icons").glob("*.svg")), ids=lambda file: file.stem
)
def test_icons_draw_something_in_the_colour_asked_for(
    application: QApplication, file: Path
) -> None:
    wanted = QColor("#14578F")
    picture = pixmap(file.stem, wanted.name(), 24, 2.0).toImage()
    spots = [
        picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())
    ]
    solid = [spot for spot in spots if spot.alpha() == 255]
    assert solid
    assert all(_distance(spot, wanted) <= 1 for spot in solid)  # rasters round


def _distance(one: QColor, other: QColor) -> int:
    pairs = zip(one.getRgb(), other.getRgb(), strict=True)  # type: ignore[arg-type] # four numbers
    return max(abs(a - b) for a, b in pairs)


def test_every_icon_named_in_code_exists() -> None:
    icons = {file.stem for file in resource("icons").glob("*.svg")}
    pattern = re.compile(r'(?:IconButton|CommandButton|IconLabel|EmptyState)\(\s*"([a-z]+)"')
    named = {name for file in UI.rglob("*.py") for name in pattern.findall(file.read_text())}
    assert named
    assert named <= icons


def _letters(file: Path) -> set[str]:
    """The letters of the strings in a file that are not docstrings."""
    strings = (
        node.value
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return set("".join(strings))
