"""Greys, one accent, and few signals that greyscale still tells apart. Ratios are against white."""

from reportlab.lib.colors import HexColor

INK = HexColor("#1a2026")
MUTED = HexColor("#505b66")  # 6.9 : 1
RULE = HexColor("#c3ccd3")
BAND = HexColor("#f2f5f7")
ACCENT = HexColor("#0b4f6c")  # 8.9 : 1
ALERT = HexColor("#a11d1d")
NORMAL_RANGE = HexColor("#e4eef0")
RAISES = HexColor("#b4552d")
LOWERS = HexColor("#2f6f8f")
DEMO = HexColor("#f2c14e")
