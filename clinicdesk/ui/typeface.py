"""The bundled typeface in its sizes, for what is painted by hand."""

from PySide6.QtGui import QFont


def font(pixels: int, *, bold: bool = False) -> QFont:
    """The bundled face in a size; its figures are tabular."""
    face = QFont("Noto Sans")
    face.setPixelSize(pixels)
    face.setBold(bold)
    return face
