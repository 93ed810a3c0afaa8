"""Published scores: the number with its inputs, or what is missing for one."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from clinicdesk.domain.display import elapsed_text
from clinicdesk.domain.risk import RiskInput, ScoreResult
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, label

_LINE = 50  # letters that fit beside each other in the narrowest window


class ScoreList(Card):
    def __init__(self, zone: tzinfo, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=1, gap=0)
        self._zone, self._theme = zone, theme
        heading = label(self.tr("Published scores"), "heading")
        heading.setContentsMargins(10, 6, 10, 4)
        self.rows.addWidget(heading)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("Published scores"))
        self.rows.addWidget(self._scroll, stretch=1)
        self.scores: Sequence[ScoreResult] = ()

    def show_scores(self, scores: Sequence[ScoreResult], now: datetime | None) -> None:
        self.scores = scores
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(10, 2, 10, 8)
        rows.setSpacing(8)
        for at, score in enumerate(scores):
            if at:
                rows.addWidget(_rule())
            rows.addLayout(_entry(score, now))
        rows.addStretch(1)
        self._scroll.setWidget(page)


def _entry(score: ScoreResult, now: datetime | None) -> QVBoxLayout:
    rows = QVBoxLayout()
    rows.setSpacing(0)
    if score.missing or not score.headline:
        rows.addWidget(_wrapped(f"{score.title}: not calculated", "heading"))
        missing = f"Not recorded: {'; '.join(score.missing)}." if score.missing else ""
        rows.addWidget(_wrapped(score.message or missing))
    else:
        rows.addWidget(_wrapped(score.headline, "heading"))
        rows.addWidget(_wrapped(score.message, "heading" if score.stale else "muted"))
    known = [_input(source, now) for source in score.inputs if not source.missing]
    rows.addWidget(_wrapped("   ".join(known)))
    return rows


def _input(source: RiskInput, now: datetime | None) -> str:
    """One input, kept on one line where a line can hold it."""
    text = f"{source.label} {source.shown}"
    if source.effective_at is not None and now is not None:
        text = f"{text} ({elapsed_text(source.effective_at, now)})"
    return text.replace(" ", "\u00a0") if len(text) <= _LINE else text


def _wrapped(text: str, look: str = "muted") -> QWidget:
    made = label(text, look)
    made.setWordWrap(True)
    made.setVisible(bool(text))
    return made


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("rule", "true")
    return rule
