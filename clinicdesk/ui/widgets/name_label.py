"""The name in the banner: one large line, two smaller ones when it is long, cut only after that."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from clinicdesk.ui.typeface import font

LARGE, SMALL = font(20, bold=True), font(14, bold=True)


class NameLabel(QLabel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(LARGE).horizontalAdvance(self.text()), 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 40)

    @property
    def lines(self) -> list[str]:
        """What is painted."""
        width = self.contentsRect().width()
        if QFontMetrics(LARGE).horizontalAdvance(self.text()) <= width:
            return [self.text()]
        return _broken(self.text(), QFontMetrics(SMALL), width)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._say_what_is_cut()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        lines = self.lines
        painter.setFont(LARGE if len(lines) == 1 and lines[0] == self.text() else SMALL)
        middle = QTextOption(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        middle.setWrapMode(QTextOption.WrapMode.ManualWrap)
        painter.drawText(QRectF(self.contentsRect()), "\n".join(lines), middle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_what_is_cut()

    def _say_what_is_cut(self) -> None:
        cut = any(line.endswith("…") for line in self.lines)
        self.setToolTip(self.text() if cut else "")


def _broken(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """At most two lines, broken after a space or a hyphen; the last one may be cut."""
    at = max((n for n in range(1, len(text)) if _fits(text[:n], metrics, width)), default=1)
    ends = [n for n in range(1, at + 1) if text[n - 1] in " -"]
    end = ends[-1] if ends else at
    rest = metrics.elidedText(text[end:], Qt.TextElideMode.ElideRight, width)
    return [line for line in (text[:end].rstrip(), rest) if line]


def _fits(text: str, metrics: QFontMetrics, width: int) -> bool:
    return metrics.horizontalAdvance(text.rstrip()) <= width
