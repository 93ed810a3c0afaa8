"""What the window remembers on this computer: the theme, its place, the store opened last.

Nothing about patients is ever kept here.
"""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from clinicdesk.ui.palette import PALETTES, Palette


class Preferences:
    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def palette(self) -> Palette | None:
        """The palette chosen by the person, None as long as they chose none."""
        return PALETTES.get(str(self._settings.value("theme", "")))

    @palette.setter
    def palette(self, palette: Palette | None) -> None:
        self._settings.setValue("theme", palette.name if palette else "")

    @property
    def geometry(self) -> QByteArray:
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("geometry", geometry)

    @property
    def last_store(self) -> Path | None:
        """The folder of the store that was unlocked last, None when it is not there any more."""
        text = str(self._settings.value("last_store", ""))
        return Path(text) if text and Path(text).is_dir() else None

    @last_store.setter
    def last_store(self, folder: Path | None) -> None:
        self._settings.setValue("last_store", str(folder) if folder else "")


def user_settings() -> QSettings:
    """The settings file of the person at this computer."""
    return QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ClinicDesk", "ClinicDesk"
    )
