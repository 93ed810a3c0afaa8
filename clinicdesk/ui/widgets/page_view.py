"""One page of a document, as large as wanted, moved by keyboard, wheel and hand."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from clinicdesk.decoding.wire import Drawing

_TURNS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_N: 1,
    Qt.Key.Key_P: -1,
}
_ZOOMS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class PageView(QScrollArea):
    """Shows what was drawn; says what its keys want."""

    turn_wanted = Signal(int)  # pages on, or back
    zoom_wanted = Signal(int)  # steps in, or out
    whole_wanted = Signal()
    width_wanted = Signal()
    close_wanted = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = QLabel()
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._sheet)
        self.setWidgetResizable(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._held: QPoint | None = None

    @property
    def room(self) -> QSize:
        """What a page may take: bars that come and go do not change it, or it would never rest."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self.maximumViewportSize() - QSize(bar, 2)

    @property
    def shown(self) -> QSize:
        """The size of the page on the screen, in pixels of the layout."""
        return self._sheet.pixmap().deviceIndependentSize().toSize()

    def show_drawing(self, drawing: Drawing, box: QSize, name: str) -> None:
        """Show the page; a picture smaller than the box it was drawn for is enlarged into it.

        box: in pixels of the screen.  name: what is said to who does not see it.
        """
        stride = 3 * drawing.width
        image = QImage(
            drawing.rgb, drawing.width, drawing.height, stride, QImage.Format.Format_RGB888
        )
        picture = QPixmap.fromImage(image)
        if picture.width() < box.width() and picture.height() < box.height():
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaled(box, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._sheet.setPixmap(picture)
        self._sheet.setAccessibleName(name)

    def show_words(self, text: str) -> None:
        self._sheet.clear()
        self._sheet.setText(text)
        self._sheet.setAccessibleName(text)

    def to_top(self) -> None:
        self.verticalScrollBar().setValue(0)

    def to_bottom(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def event(self, event: QEvent) -> bool:
        """Escape closes the document first; the window's own use of it comes after."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _TURNS:
            self.turn_wanted.emit(_TURNS[key])
        elif key in _ZOOMS:
            self.zoom_wanted.emit(_ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.whole_wanted.emit()
        elif key == Qt.Key.Key_1:
            self.width_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_Space, Qt.Key.Key_PageUp):
            self._leaf(-1 if key == Qt.Key.Key_PageUp else 1, event)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        here = event.position().toPoint()
        moved, self._held = here - self._held, here
        for bar, by in (
            (self.horizontalScrollBar(), moved.x()),
            (self.verticalScrollBar(), moved.y()),
        ):
            bar.setValue(bar.value() - by)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def _leaf(self, direction: int, event: QKeyEvent) -> None:
        """A screen on or back; at the edge of the page, to the next one."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + direction * max(self.viewport().height() - 40, 40))
        if bar.value() == before:
            self.turn_wanted.emit(direction)
        event.accept()
