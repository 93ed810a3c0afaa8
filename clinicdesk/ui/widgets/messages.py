"""Warnings that belong to a result, each with its sign."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label


class Messages(QFrame):
    """A list of short warnings; hidden while there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("notice")
        self.setProperty("notice", "warning")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(10, 6, 10, 6)
        self._rows.setSpacing(4)
        self._shown: list[QWidget] = []
        self.texts: Sequence[str] = ()

    def show_texts(self, texts: Sequence[str]) -> None:
        self.texts = texts
        for old in self._shown:
            self._rows.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        self._shown = [self._row(text) for text in texts]
        for row in self._shown:
            self._rows.addWidget(row)
        self.setVisible(bool(texts))

    def _row(self, text: str) -> QWidget:
        row = QWidget()
        words = label(text)
        words.setWordWrap(True)
        columns = QHBoxLayout(row)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(8)
        sign = IconLabel("warning", self._theme, token="warning", size=16)
        columns.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        columns.addWidget(words, stretch=1)
        return row
