"""Small pictures in the first column of a table."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from clinicdesk.ui.icons import paint_icon
from clinicdesk.ui.tables.look import TipWhenElided
from clinicdesk.ui.tables.records import RowRole
from clinicdesk.ui.theme import Theme

SIDE = 56  # px of a row with pictures
_MARGIN = 4


class ThumbnailDelegate(TipWhenElided):
    """Paints the picture of a row, or a sheet of paper where there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures: dict[int, QPixmap] = {}

    def show_pictures(self, pngs: dict[int, bytes], scale: float) -> None:
        """Take the pictures by the id of their row. scale: device pixels of a pixel."""
        self._pictures = {}
        for id, png in pngs.items():
            picture = QPixmap()
            picture.loadFromData(png, "PNG")
            fits = QSize(SIDE - 2 * _MARGIN, SIDE - 2 * _MARGIN) * scale
            smooth = Qt.TransformationMode.SmoothTransformation
            small = picture.scaled(fits, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            small.setDevicePixelRatio(scale)
            self._pictures[id] = small

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, widget)
        picture = self._pictures.get(index.data(RowRole).id)
        centre = option.rect.center()
        if picture is None:
            half = SIDE // 5
            box = option.rect.__class__(centre - QPoint(half, half), QSize(2 * half, 2 * half))
            paint_icon(painter, "report", self._theme.palette.muted, box.toRectF())
            return
        size = picture.deviceIndependentSize().toSize()
        corner = centre - QPoint(size.width() // 2, size.height() // 2)
        painter.drawPixmap(corner, picture)
        painter.setPen(self._theme.palette.line)
        painter.drawRect(corner.x(), corner.y(), size.width(), size.height())
