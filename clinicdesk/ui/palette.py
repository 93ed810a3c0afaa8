"""The colours of ClinicDesk, by what they mean; light and dark are two values of one type."""

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours as #RRGGBB. Text reaches 4.5:1 on every ground it is used on, edges 3:1."""

    name: str
    dark: bool
    # grounds
    canvas: str  # behind everything
    surface: str  # cards, tables, fields
    sunken: str  # bands of a table, headings
    line: str  # hairlines that only separate
    edge: str  # outlines that say "this is a control"
    # text
    ink: str
    muted: str
    # what can be done
    accent: str
    accent_ink: str  # text on accent
    accent_soft: str  # a selected row
    focus: str
    # what it means; `soft` is its ground
    critical: str
    critical_soft: str
    warning: str
    warning_soft: str
    good: str
    good_soft: str
    # who it is
    banner: str
    banner_ink: str
    banner_muted: str
    deceased: str
    deceased_hatch: str
    emergency: str  # a record is open that is not meant to be
    emergency_ink: str
    demo: str
    demo_ink: str
    # pictures
    grid: str
    band: str  # reference range
    rise: str  # raises the risk
    fall: str  # lowers the risk
    series: tuple[str, ...]


LIGHT = Palette(
    name="light",
    dark=False,
    canvas="#EDF0F4",
    surface="#FFFFFF",
    sunken="#F5F7FA",
    line="#D9DFE7",
    edge="#7A8694",
    ink="#16202B",
    muted="#4F5D6C",
    accent="#14578F",
    accent_ink="#FFFFFF",
    accent_soft="#DCEAF7",
    focus="#0B6BCB",
    critical="#A5141B",
    critical_soft="#FBE7E6",
    warning="#744600",
    warning_soft="#FFF1CC",
    good="#1A6338",
    good_soft="#E0F2E6",
    banner="#143A5C",
    banner_ink="#FFFFFF",
    banner_muted="#C3D5E6",
    deceased="#43474D",
    deceased_hatch="#565B62",
    emergency="#A5141B",
    emergency_ink="#FFFFFF",
    demo="#FFE08A",
    demo_ink="#3D2A00",
    grid="#E6EAEF",
    band="#E4F1E7",
    rise="#B0481A",
    fall="#1B68A8",
    series=("#1B68A8", "#A5281F", "#8A6300", "#1D6E4A", "#6B3FA0", "#0F7280", "#9A3472", "#4F5D6C"),
)

DARK = Palette(
    name="dark",
    dark=True,
    canvas="#0E1318",
    surface="#161C23",
    sunken="#1B222A",
    line="#2B3540",
    edge="#6C7987",
    ink="#E5EAF0",
    muted="#A1ADBA",
    accent="#84B9F1",
    accent_ink="#0A1826",
    accent_soft="#203750",
    focus="#9CCBFF",
    critical="#FF9F97",
    critical_soft="#3B1D1E",
    warning="#F3C552",
    warning_soft="#352B12",
    good="#86D6A6",
    good_soft="#173222",
    banner="#18344F",
    banner_ink="#FFFFFF",
    banner_muted="#B9CCDF",
    deceased="#35393F",
    deceased_hatch="#464B52",
    emergency="#8C1D22",
    emergency_ink="#FFFFFF",
    demo="#5A4610",
    demo_ink="#FFE9AE",
    grid="#252E38",
    band="#1B3026",
    rise="#F19A66",
    fall="#79B8EF",
    series=("#79B8EF", "#FF9F97", "#E6BE5A", "#86D6A6", "#C4A5F2", "#6FD0DC", "#EE9BCB", "#A1ADBA"),
)

PALETTES = {palette.name: palette for palette in (LIGHT, DARK)}


def contrast(one: str, other: str) -> float:
    """The WCAG 2.2 contrast ratio of two colours, 1-21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
