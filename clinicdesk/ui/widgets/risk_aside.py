"""What stands beside an estimate, one at a time: reasons, inputs and scores, what if, its past."""

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget


class RiskAside(QWidget):
    """A row of tabs over its parts; left and right move between them."""

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

        self.tabs.currentChanged.connect(self._parts.setCurrentIndex)

    def add_part(self, title: str, part: QWidget) -> None:
        self._parts.addWidget(part)
        self.tabs.addTab(title)

    def show_part(self, part: QWidget) -> None:
        self.tabs.setCurrentIndex(self._parts.indexOf(part))

    def show_alone(self, part: QWidget) -> None:
        """Leave the others out."""
        self.show_part(part)
        self.tabs.hide()
