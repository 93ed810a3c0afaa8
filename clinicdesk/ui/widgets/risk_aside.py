"""What stands beside an estimate, one at a time: reasons, inputs and scores, what if, its past."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget


class RiskAside(QWidget):
    """A row of tabs over its parts; left and right move between them."""

    part_shown = Signal(object)  # QWidget

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Beside the estimate"))
        self._parts = QStackedWidget()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.tabs)
        rows.addWidget(self._parts, stretch=1)

        self.tabs.currentChanged.connect(self._show)

    def add_part(self, title: str, part: QWidget) -> None:
        self._parts.addWidget(part)
        self.tabs.addTab(title)

    @property
    def part(self) -> QWidget | None:
        return self._parts.currentWidget()

    @Slot(int)
    def _show(self, at: int) -> None:
        self._parts.setCurrentIndex(at)
        self.part_shown.emit(self._parts.widget(at))

    def show_part(self, part: QWidget) -> None:
        self.tabs.setCurrentIndex(self._parts.indexOf(part))

    def show_alone(self, part: QWidget) -> None:
        """Leave the others out."""
        self.show_part(part)
        self.tabs.hide()
