"""Agree with an estimate, or decide otherwise and say why: one key each."""

from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinicdesk.domain.display import instant_text
from clinicdesk.domain.risk import RiskAssessment, Verdict
from clinicdesk.ui.widgets.forms import button, label

AGREE, OTHERWISE = "Alt+F7", "Alt+F8"


class AnswerBar(QWidget):
    """Two buttons and what was answered last."""

    agreed = Signal()
    overridden = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.agree = button(self.tr("Agree ({})").format(AGREE))
        self.otherwise = button(self.tr("Decide otherwise… ({})").format(OTHERWISE))
        self.said = label("", "muted")
        self.said.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.agree)
        row.addWidget(self.otherwise)
        row.addWidget(self.said, stretch=1)

        self.agree.clicked.connect(self.agreed)
        self.otherwise.clicked.connect(self.overridden)
        for keys, pressed in ((AGREE, self.agree), (OTHERWISE, self.otherwise)):
            QShortcut(QKeySequence(keys), self).activated.connect(pressed.click)

    def show_last(self, kept: RiskAssessment | None, zone: tzinfo) -> None:
        """What was answered to the newest kept estimate, "" without an answer."""
        said = kept.answer if kept else None
        if said is None:
            self.said.setText("")
            return
        what = "agreed" if said.verdict is Verdict.AGREE else f"otherwise: {said.reason}"
        self.said.setText(f"{said.by}, {instant_text(said.at, zone)[:11]}: {what}")
