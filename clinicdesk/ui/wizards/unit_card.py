"""One measuring column: in which unit its numbers are, or in which two, with patients as proof."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.display import number_text
from clinicdesk.domain.units import printed_unit
from clinicdesk.etl.unit_detective import Proof
from clinicdesk.etl.unit_split import Split, split_of
from clinicdesk.services.understanding import ColumnUnit
from clinicdesk.ui.tables.columns import Column
from clinicdesk.ui.tables.look import RecordTable
from clinicdesk.ui.tables.records import RecordTableModel
from clinicdesk.ui.widgets.forms import Card, label
from clinicdesk.ui.wizards.file_table import counted

LEAVE_OUT = ""
_ORIGINS: Mapping[str, str] = {
    "header": "The heading says {}.",
    "user": "You said {}.",
    "preset": "Files of this kind are in {}.",
    "convention": "By convention {}.",
}


class UnitCard(Card):
    """Real numbers left, a radio button for each unit right; below, the proof of two units."""

    answered = Signal(str, str)  # header, unit or split

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, gap=8)
        self._header = ""
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        self._title, self._says = label("", "heading"), label("", "muted")
        self._says.setWordWrap(True)
        self._rows = label("")
        self._answers = QVBoxLayout()
        self._answers.setSpacing(2)
        self._proof_words = label("", "muted")
        self._proof_words.setWordWrap(True)
        columns = _proof_columns()
        self.proof: RecordTableModel[Proof] = RecordTableModel(columns, self)
        self.table = RecordTable(self.proof, columns, self.tr("Patients with both units"))
        self.table.setProperty("plain", "true")
        self._lay_out()

        self._group.buttonClicked.connect(self._answer)

    def show_column(self, column: ColumnUnit, answer: str) -> None:
        """Ask for the unit of a column. answer: what was said, "" for nothing."""
        self._header = column.header
        self._title.setText(f"{column.header}: {column.concept}")
        self._says.setText(says_text(column))
        self._rows.setText("\n".join(f"Row {row:,}:  {text}" for row, text in column.rows[:5]))
        self._offer(_answers(column), answer or column.unit)
        split = column.found.split
        self.proof.show_rows(column.found.proof)
        self.table.setVisible(bool(split and column.found.proof))
        self._proof_words.setVisible(split is not None)
        self._proof_words.setText(_proof_text(column))

    def take_focus(self) -> None:
        chosen = [button for button in self.buttons.values() if button.isChecked()]
        (chosen or list(self.buttons.values()))[0].setFocus()

    @Slot()
    def _answer(self) -> None:
        for answer, button in self.buttons.items():
            if button.isChecked():
                self.answered.emit(self._header, answer)

    def _offer(self, answers: Mapping[str, str], chosen: str) -> None:
        for button in self.buttons.values():
            self._group.removeButton(button)
            self._answers.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self.buttons = {answer: QRadioButton(words) for answer, words in answers.items()}
        for answer, button in self.buttons.items():
            button.setAccessibleName(f"{self._header}: {button.text()}")
            self._group.addButton(button)
            self._answers.addWidget(button)
            button.setChecked(bool(chosen) and _alike(answer, chosen))

    def _lay_out(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(32)
        columns.addWidget(self._rows)
        columns.addLayout(self._answers)
        columns.addStretch(1)
        for part in (self._title, self._says):
            self.rows.addWidget(part)
        self.rows.addLayout(columns)
        self.rows.addWidget(self._proof_words)
        self.rows.addWidget(self.table, stretch=1)
        self.rows.addStretch(0)


def says_text(column: ColumnUnit) -> str:
    """Who says the unit, and what the numbers tell."""
    unit = split_text(column.unit) or printed_unit(column.unit)
    said = _ORIGINS.get(column.origin, "The file says {}.").format(unit)
    said = said if column.unit else "Nothing says in which unit these numbers are."
    if column.found.split is not None:
        return f"{said} The numbers look like two units in one column."
    likely = column.found.likely
    if likely and not column.unit:
        return f"{said} They would be usual in {printed_unit(likely)}."
    return said


def split_text(unit: str) -> str:
    """A split for people; "" for one unit."""
    split = split_of(unit)
    return _split_words(split) if split else ""


def _split_words(split: Split) -> str:
    lower, upper = printed_unit(split.lower), printed_unit(split.upper)
    return f"{lower} up to {split.below:.10g}, {upper} from {split.above:.10g} on"


def _answers(column: ColumnUnit) -> dict[str, str]:
    """Answer -> its words, with how many of the numbers would be usual."""
    shares = {unit: usual for unit, _, usual in column.found.usual}
    found: dict[str, str] = {}
    if column.found.split is not None:
        found[str(column.found.split)] = f"Two units: {_split_words(column.found.split)}"
    for unit in column.choices:
        share = f"   ({shares[unit]:.0%} would be usual)" if unit in shares else ""
        found[unit] = f"{printed_unit(unit)}{share}"
    return found


def _alike(answer: str, chosen: str) -> bool:
    return answer.casefold() == chosen.casefold()


def _proof_text(column: ColumnUnit) -> str:
    between, proof = column.found.open, column.found.proof
    concept = catalog().by_name(column.concept)
    unit = printed_unit(concept.unit) if concept else ""
    both = any(len({told for _, told, _ in each.results}) > 1 for each in proof)
    words = (
        f"Some patients have results in both. Read so, all in {unit}, each person's should agree."
        if both
        else f"No patient has results in both. Read so, these are the results, all in {unit}."
    )
    if not between:
        return words
    return f"{words} {counted(between, 'number lies', 'numbers lie')} between and would stay out."


def _results(proof: Proof) -> str:
    told = [f"{number_text(value)} {printed_unit(unit)}" for value, unit, _ in proof.results]
    return ",  ".join(told)


def _read_as(proof: Proof) -> str:
    return ",  ".join(f"{converted:.4g}" for _, _, converted in proof.results)


def _proof_columns() -> list[Column[Proof]]:
    return [
        Column("Patient", lambda p: p.patient, "DEMO-00001", bold=True),
        Column("In the file", _results, "88.8 mmol/L, 888 mg/dL", stretch=True),
        Column("Read as", _read_as, "888.8, 888.8", stretch=True),
    ]


def unit_state(column: ColumnUnit, answer: str) -> str:
    """What is to be done with a column, in a few words."""
    said = answer or column.unit
    if is_open(column, answer):
        return "Two units?" if column.found.split else "Which unit?"
    return "Two units" if split_of(said) else printed_unit(said)


def is_open(column: ColumnUnit, answer: str) -> bool:
    """Whether somebody must say something."""
    return column.asks and not answer


def open_units(columns: Sequence[ColumnUnit], said: Mapping[str, str]) -> int:
    return sum(is_open(column, said.get(column.header, "")) for column in columns)
