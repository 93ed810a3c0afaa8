"""Say what one column is: by typing a part of its name, or from a list with the likeliest first."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from clinicdesk.etl.plan import IGNORE
from clinicdesk.etl.profile import ColumnProfile
from clinicdesk.etl.rules import rulebook
from clinicdesk.etl.suggest import Suggestion
from clinicdesk.etl.targets import targets
from clinicdesk.ui.widgets.forms import Card, label

NOT_USED = "Not used"
TARGET = 24  # px: WCAG 2.2, target size


class ColumnChoice(Card):
    """The chosen column, why it is taken for what it is, and the field that changes it."""

    chosen = Signal(str, str)  # header, target
    erasing = Signal(str, bool)  # header, whether an empty cell erases what is known
    left = Signal()  # Escape: nothing was changed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=10, gap=4)
        self._header = ""
        self._name = label("", "heading")
        self._reason = label("", "muted")
        self._reason.setWordWrap(True)
        self._holds = label("", "muted")
        self._holds.setWordWrap(True)
        self.box = _Box()
        self.box.setAccessibleName(self.tr("What the chosen column becomes"))
        self.erases = QCheckBox(self.tr("An empty cell erases what the record says"))
        self.erases.setMinimumHeight(TARGET)
        self._lay_out()

        self.erases.clicked.connect(self._say_erasing)
        self.box.activated.connect(self._choose)
        self.box.escaped.connect(self.left)

    def show_column(
        self, header: str, target: str, suggestion: Suggestion | None, *, erases: bool
    ) -> None:
        """Offer what this column may be, the likeliest first."""
        self._header = header
        self.erases.setChecked(erases)
        self._name.setText(f"{header} becomes")
        self._reason.setText(suggestion.reason if suggestion else "")
        self.box.clear()
        for name, score in _likely(target, suggestion):
            self.box.addItem(target_title(name) + (f"  ({score:.0%})" if score else ""), name)
        self.box.addItem(NOT_USED, IGNORE)
        if self.box.count() > 1:
            self.box.insertSeparator(self.box.count())
        for each in targets().values():
            self.box.addItem(each.title, each.name)
        self.box.setCurrentIndex(max(self.box.findData(target or IGNORE), 0))

    def show_profile(self, profile: ColumnProfile | None) -> None:
        """Say what the whole column holds, where that is known by now (F27)."""
        self._holds.setText(profile_text(profile) if profile else "")
        self._holds.setVisible(profile is not None)

    def take_focus(self) -> None:
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.box.line.selectAll()

    @Slot(bool)
    def _say_erasing(self, erases: bool) -> None:
        self.erasing.emit(self._header, erases)

    @Slot(int)
    def _choose(self, at: int) -> None:
        name = self.box.itemData(at)
        if name:
            self.chosen.emit(self._header, name)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._name)
        row.addWidget(self.box, stretch=1)
        rows = QVBoxLayout()
        rows.addLayout(row)
        below = QHBoxLayout()
        below.addWidget(self._reason, stretch=1)
        below.addWidget(self.erases)
        rows.addLayout(below)
        rows.addWidget(self._holds)
        self.rows.addLayout(rows)


class _Box(QComboBox):
    """A list one can type into: any part of a name finds it."""

    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(20)
        completer = QCompleter(self.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)

    def event(self, event: QEvent) -> bool:
        """Escape leaves this field before it closes a notice of the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)


def profile_text(profile: ColumnProfile) -> str:
    """What a column holds, in a sentence, and what is odd about it."""
    parts = [f"{profile.filled:,} of {profile.rows:,} filled, {profile.distinct:,} different"]
    if profile.low is not None and profile.high is not None and profile.numbers:
        parts.append(f"{profile.low:.10g} to {profile.high:.10g}")
    top = [f"{text} ({count:,})" for text, count in profile.top[:_TOP] if count > 1]
    if top:
        parts.append(f"most often {', '.join(top)}")
    odd = [f"{count:,} × {rulebook().rules[id].message}" for id, count in profile.warnings.items()]
    return ";  ".join(parts) + "." + "".join(f"  {each}" for each in odd)


_TOP = 4


def target_title(name: str) -> str:
    """What people call a target; "" for none."""
    if name in ("", IGNORE):
        return NOT_USED
    known = targets().get(name)
    return known.title if known else name


def _likely(target: str, suggestion: Suggestion | None) -> Sequence[tuple[str, float]]:
    """What stands now, what is suggested, what else it may be: each once."""
    found: dict[str, float] = {}
    if suggestion and suggestion.target:
        found[suggestion.target] = suggestion.score
    for other in suggestion.others if suggestion else ():
        found.setdefault(other.target, other.score)
    first = {target: found.get(target, 0.0)} if target not in ("", IGNORE) else {}
    return list({**first, **found}.items())
