"""Line icons, drawn from `resources/icons` in the colour of the theme at any scale."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from clinicdesk.resources import resource
from clinicdesk.ui.theme import Theme

SCALES = (1.0, 2.0, 3.0)


def paint_icon(painter: QPainter, name: str, colour: str, box: QRectF) -> None:
    """Draw the icon into `box`, sharp at the painter's own scale."""
    _renderer(name, colour).render(painter, box)


def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels."""
    picture = QPixmap(QSize(size, size) * scale)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    paint_icon(painter, name, colour, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def icon(name: str, colour: str, size: int) -> QIcon:
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(pixmap(name, colour, size, scale))
    return made


class IconButton(QToolButton):
    """A button that is an icon; its label is its tooltip and its accessible name."""

    def __init__(
        self,
        name: str,
        label: str,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        token: str = "ink",
        size: int = 18,
    ) -> None:
        super().__init__(parent)
        self._name, self._theme, self._token = name, theme, token
        self.setIconSize(QSize(size, size))
        self.setToolTip(label)
        self.setAccessibleName(label)
        theme.changed.connect(self._draw)
        self._draw()

    def show_icon(self, name: str) -> None:
        self._name = name
        self._draw()

    @Slot()
    def _draw(self) -> None:
        colour = getattr(self._theme.palette, self._token)
        self.setIcon(icon(self._name, colour, self.iconSize().width()))


class CommandButton(QPushButton):
    """A button with an icon before its words. kind: primary, link, choice or ""."""

    def __init__(
        self, name: str, label: str, theme: Theme, parent: QWidget | None = None, *, kind: str = ""
    ) -> None:
        super().__init__(label, parent)
        self.setProperty("kind", kind)
        self._name, self._theme = name, theme
        self._token = "accent_ink" if kind == "primary" else "ink"
        self.setIconSize(QSize(16, 16))
        theme.changed.connect(self._draw)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        colour = getattr(self._theme.palette, self._token)
        self.setIcon(icon(self._name, colour, self.iconSize().width()))


class IconLabel(QLabel):
    """A picture beside a text that says the same."""

    def __init__(
        self,
        name: str,
        theme: Theme,
        *,
        token: str = "ink",
        size: int = 18,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._theme, self._token, self._size = name, theme, token, size
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def show_icon(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        colour = getattr(self._theme.palette, self._token)
        paint_icon(painter, self._name, colour, QRectF(self.rect()))


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
