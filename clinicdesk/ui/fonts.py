"""The bundled typeface: a machine without any font shows every letter the same."""

from PySide6.QtGui import QFontDatabase

from clinicdesk.resources import resource

FACES = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")


NAMES = (
    "NotoSansHebrew-Regular.ttf",
    "NotoSansHebrew-Bold.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansArabic-Bold.ttf",
)


def load_fonts() -> None:
    """What the first window needs."""
    _load(FACES)


def load_names_fonts() -> None:
    """The scripts that people's names come in; loaded when the first names are shown."""
    _load(NAMES)


def _load(faces: tuple[str, ...]) -> None:
    for face in faces:
        QFontDatabase.addApplicationFont(str(resource("fonts", face)))
