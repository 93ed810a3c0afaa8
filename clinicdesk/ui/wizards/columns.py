"""What each column becomes, why, and how to change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from clinicdesk.domain.units import printed_unit
from clinicdesk.etl.plan import ERASE, IGNORE, KEEP, Plan
from clinicdesk.etl.profile import ColumnProfile
from clinicdesk.etl.suggest import Suggestion, by_target
from clinicdesk.services.import_report import ColumnPreview, FilePreview
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Card, button, label
from clinicdesk.ui.widgets.messages import Messages
from clinicdesk.ui.wizards.column_choice import NOT_USED, ColumnChoice, target_title
from clinicdesk.ui.wizards.file_table import FileTable, counted, heading
from clinicdesk.ui.wizards.step import Known, Step

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A column with some of its cells. target: "" where nothing is done with it.

    proposed: the target is only a suggestion yet.
    """

    column: ColumnPreview
    target: str
    suggestion: Suggestion | None
    examples: Sequence[str] = field(repr=False)
    proposed: bool = False


class ColumnsStep(Step):
    """Files left; right the columns of the chosen one, and what changes the chosen column."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = FileTable(Column("Unused", _unused, "88", number=True))
        columns = _columns()
        self.columns: RecordTableModel[Shown] = RecordTableModel(columns, self)
        self.table = _EnterTable(self.columns, columns, self.tr("Columns of the file"))
        self.table.setProperty("plain", "true")
        self._notes = Messages(theme)
        self.accept = button(self.tr("Use these suggestions"), "primary")
        self._offer = QWidget()
        self.choice = ColumnChoice()
        self._plan = Plan()
        self._file: FilePreview | None = None
        self._profiles: Mapping[tuple[str, str], ColumnProfile] = {}
        self._lay_out()

        self.files.chosen.connect(self._show_file)
        self.accept.clicked.connect(self._accept)
        self.table.selectionModel().currentRowChanged.connect(self._show_column)
        self.table.entered.connect(self.choice.take_focus)
        self.choice.chosen.connect(self._say)
        self.choice.erasing.connect(self._say_erasing)
        self.choice.left.connect(self.table.setFocus)

    def show_known(self, known: Known) -> None:
        self._plan, self._profiles = known.plan, known.profiles
        files = known.preview.files if known.preview else []
        at = self.table.currentIndex().row()
        self.files.show_files(files, lambda file: bool(file.table or file.suggestions))
        if 0 <= at < len(self.columns.rows):
            self.table.selectRow(at)
        self.changed.emit()

    def show_profiles(self, profiles: Mapping[tuple[str, str], ColumnProfile]) -> None:
        """What the columns hold is known by now; nobody is disturbed who types."""
        self._profiles = profiles
        at = self.table.currentIndex().row()
        if self._file is not None and 0 <= at < len(self.columns.rows):
            header = self.columns.rows[at].column.header
            self.choice.show_profile(profiles.get((self._file.name, header)))

    @property
    def lacking(self) -> str:
        if any(file.table for file in self.files.model.rows):
            return ""
        return self.tr("Say what the columns are, or use the suggestions.")

    @property
    def remark(self) -> str:
        left = [file for file in self.files.model.rows if not file.table]
        if left:
            return counted(len(left), "file is", "files are") + " not imported."
        unused = sum(int(_unused(file)) for file in self.files.model.rows)
        return counted(unused, "column is", "columns are") + " not used." if unused else ""

    def take_focus(self) -> bool:
        """To the suggestions that wait for a yes."""
        if self._offer.isHidden():
            return False
        self.accept.setFocus()
        return True

    @Slot(object)
    def _show_file(self, file: FilePreview) -> None:
        self._file = file
        said = self._plan.columns.get(file.name, {})
        proposed = not file.table and not said
        self._offer.setVisible(proposed)
        self._notes.show_texts([*filter(None, (file.why,)), *file.notes])
        shown = [_shown(file, at, said, proposed) for at in range(len(file.columns))]
        self.columns.show_rows(shown)
        self.table.selectRow(0)

    @Slot(QModelIndex)
    def _show_column(self, index: QModelIndex) -> None:
        if index.isValid():
            shown = self.columns.rows[index.row()]
            header = shown.column.header
            erases = self._plan.blanks.get(header) == ERASE
            self.choice.show_column(header, shown.target, shown.suggestion, erases=erases)
            name = self._file.name if self._file else ""
            self.choice.show_profile(self._profiles.get((name, header)))

    @Slot()
    def _accept(self) -> None:
        if self._file is not None:
            self._plan_columns(by_target(self._file.suggestions))
            self.table.setFocus()

    @Slot(str, str)
    def _say(self, header: str, target: str) -> None:
        """Change one column, and go on with the next."""
        if self._file is None:
            return
        said = self._plan.columns.get(self._file.name, {})
        before = said or (by_target(self._file.suggestions) if not self._file.table else {})
        at = self.table.currentIndex().row()
        self._plan_columns({**before, header: target})
        self.table.selectRow(min(at + 1, len(self.columns.rows) - 1))
        self.table.setFocus()

    @Slot(str, bool)
    def _say_erasing(self, header: str, erases: bool) -> None:
        """A blank keeps what is known unless somebody says otherwise (F33)."""
        blanks = {**self._plan.blanks, header: ERASE if erases else KEEP}
        self.planned.emit(replace(self._plan, blanks=blanks))

    def _plan_columns(self, said: Mapping[str, str]) -> None:
        if self._file is not None:
            columns = {**self._plan.columns, self._file.name: said}
            self.planned.emit(replace(self._plan, columns=columns))

    def _lay_out(self) -> None:
        meaning = Card(margin=1, gap=0)
        meaning.rows.addWidget(heading(self.tr("What its columns become")))
        meaning.rows.addWidget(self._notes)
        offer = QHBoxLayout(self._offer)
        offer.setContentsMargins(10, 4, 10, 6)
        words = label(self.tr("Suggested by names and cells. Nothing is used before you say so."))
        offer.addWidget(words, stretch=1)
        offer.addWidget(self.accept)
        meaning.rows.addWidget(self._offer)
        meaning.rows.addWidget(self.table, stretch=1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(meaning, stretch=1)
        column.addWidget(self.choice)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.files)
        split.addWidget(right)
        split.setSizes([450, 790])
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)
        self._offer.hide()


class _EnterTable(RecordTable):
    """Enter goes to the field that changes the row."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.entered.emit()
            return
        super().keyPressEvent(event)


_ORIGINS: Mapping[str, str] = {
    "user": "as you said",
    "header": "in the heading",
    "preset": "by the file's format",
    "convention": "by convention",
    "values": "by its values",
}


def _shown(file: FilePreview, at: int, said: Mapping[str, str], proposed: bool) -> Shown:
    column = file.columns[at]
    suggestion = file.suggestions[at] if at < len(file.suggestions) else None
    suggested = suggestion.target if suggestion and proposed else column.target
    target = said.get(column.header, suggested)
    cells = dict.fromkeys(row[at] for row in file.sample if row[at].strip())
    return Shown(column, target, suggestion, [*cells][:_EXAMPLES], proposed)


def _unused(file: FilePreview) -> str:
    return str(sum(not column.meaning for column in file.columns))


def _becomes(shown: Shown) -> str:
    if shown.target == IGNORE:
        return NOT_USED
    if not shown.target and shown.column.meaning:
        return shown.column.meaning.replace("_", " ")
    return target_title(shown.target)


def _unit(shown: Shown) -> str:
    unit = printed_unit(shown.column.unit or (shown.suggestion.unit if shown.suggestion else ""))
    origin = _ORIGINS.get(shown.column.origin, shown.column.origin)
    return f"{unit} {origin}".strip() if unit else ""


def _certain(shown: Shown) -> str:
    """How sure the suggestion is, where it is one."""
    if not shown.proposed or shown.suggestion is None or not shown.suggestion.score:
        return ""
    return f"{shown.suggestion.score:.0%}"


def _columns() -> list[Column[Shown]]:
    return [
        Column("Column", lambda s: s.column.header, "physical_activity", bold=True),
        Column("Becomes", _becomes, "Patient: number of the patient"),
        Column("Sure", _certain, "100%", number=True),
        Column("Unit", _unit, "mg/dL by convention"),
        Column("Examples", lambda s: ", ".join(s.examples), "m" * 12, stretch=True),
    ]
