"""The questions of one published score: what the record answers stands there, the rest is typed."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from clinicdesk.domain.display import elapsed_text
from clinicdesk.domain.risk import TYPED, RiskInput
from clinicdesk.domain.units import printed_unit
from clinicdesk.models.scores.inputs import YES_NO_OPTIONS
from clinicdesk.models.scores.protocol import Choice, Input, Quantity, Score
from clinicdesk.ui.widgets.forms import label

_CAPTIONS = 240  # pixels
_WORDS = {"0": "no", "1": "yes"}


class ScoreForm(QWidget):
    """A line for each input; what is left empty is taken from the record."""

    changed = Signal()

    def __init__(self, score: Score, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors = {each.name: self._editor(each) for each in score.inputs}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnMinimumWidth(0, _CAPTIONS)
        grid.setColumnStretch(1, 1)
        for row, wanted in enumerate(score.inputs):
            caption = label(_caption(wanted), "label")
            caption.setWordWrap(True)
            caption.setBuddy(self._editors[wanted.name])
            grid.addWidget(caption, row, 0)
            grid.addWidget(self._editors[wanted.name], row, 1)
        grid.setRowStretch(len(score.inputs), 1)

    @property
    def answers(self) -> dict[str, str]:
        """What somebody typed or chose, by the name of the input."""
        texts = {name: _text_of(editor) for name, editor in self._editors.items()}
        return {name: text for name, text in texts.items() if text}

    def show_found(self, inputs: Sequence[RiskInput], now: datetime) -> None:
        """Say in each empty field what the record has."""
        for found in inputs:
            if found.source != TYPED:
                _say(self._editors[found.name], _found_text(found, now))

    def _editor(self, wanted: Input) -> QLineEdit | QComboBox:
        editor = _chooser(wanted) if isinstance(wanted, Choice) else QLineEdit()
        if isinstance(editor, QComboBox):
            editor.currentIndexChanged.connect(self.changed)
        else:
            editor.textEdited.connect(self.changed)
        editor.setAccessibleName(wanted.label)
        editor.setAccessibleDescription(str(wanted) if isinstance(wanted, Quantity) else "")
        editor.setToolTip(editor.accessibleDescription())
        return editor


def _caption(wanted: Input) -> str:
    unit = printed_unit(wanted.unit)
    return f"{wanted.label}, {unit}" if unit else wanted.label


def _chooser(wanted: Choice) -> QComboBox:
    made = QComboBox()
    made.addItem("", "")
    names = _WORDS if wanted.options == YES_NO_OPTIONS else {}
    for option in wanted.options:
        made.addItem(names.get(option, option.replace("_", " ")), option)
    return made


def _text_of(editor: QLineEdit | QComboBox) -> str:
    return str(editor.currentData()) if isinstance(editor, QComboBox) else editor.text().strip()


def _say(editor: QLineEdit | QComboBox, text: str) -> None:
    if isinstance(editor, QComboBox):
        editor.setItemText(0, text)
    else:
        editor.setPlaceholderText(text)


def _found_text(found: RiskInput, now: datetime) -> str:
    if found.missing:
        return "Not in the record" if found.code else "Not answered"
    age = f", {elapsed_text(found.effective_at, now)} ago" if found.effective_at else ""
    return f"{found.shown}{age}"
