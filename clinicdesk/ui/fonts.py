"""The bundled typeface: a machine without any font shows every letter the same."""

from PySide6.QtGui import QFontDatabase

from clinicdesk.resources import resource

FACES = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")


def load_fonts() -> None:
    for face in FACES:
        QFontDatabase.addApplicationFont(str(resource("fonts", face)))
