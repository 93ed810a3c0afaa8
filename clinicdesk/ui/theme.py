"""Light or dark: one object that every painted widget asks, and that tells them of a change."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from clinicdesk.ui.palette import DARK, LIGHT, Palette
from clinicdesk.ui.stylesheet import style_sheet

Role = QPalette.ColorRole
_ROLES = {
    Role.Window: "canvas",
    Role.Base: "surface",
    Role.AlternateBase: "sunken",
    Role.Button: "surface",
    Role.WindowText: "ink",
    Role.Text: "ink",
    Role.ButtonText: "ink",
    Role.PlaceholderText: "muted",
    Role.Highlight: "accent",
    Role.HighlightedText: "accent_ink",
    Role.Link: "accent",
    Role.ToolTipBase: "ink",
    Role.ToolTipText: "surface",
    Role.Accent: "accent",
}


class Theme(QObject):
    """The palette in use."""

    changed = Signal()

    def __init__(self, application: QApplication, palette: Palette) -> None:
        super().__init__(application)
        self._application = application
        self.palette = palette
        self._apply()

    def use(self, palette: Palette) -> None:
        """Dress every window in `palette`."""
        if palette is not self.palette:
            self.palette = palette
            self._apply()
            self.changed.emit()

    @Slot()
    def toggle(self) -> None:
        self.use(LIGHT if self.palette.dark else DARK)

    def colour(self, token: str) -> QColor:
        """The colour of a token: `theme.colour("ink")`."""
        return QColor(getattr(self.palette, token))

    def _apply(self) -> None:
        colours = QPalette()
        for role, token in _ROLES.items():
            colours.setColor(role, self.colour(token))
        colours.setColor(QPalette.ColorGroup.Disabled, Role.Text, self.colour("muted"))
        self._application.setPalette(colours)
        self._application.setStyleSheet(style_sheet(self.palette))


def system_is_dark(application: QApplication) -> bool:
    """Whether the desktop's own palette is dark; asked before a theme is set."""
    return application.palette().color(Role.Window).lightnessF() < 0.5
