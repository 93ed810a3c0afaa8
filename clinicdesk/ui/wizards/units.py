"""Ask for units that no heading names: a unit is never assumed."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.units import printed_unit
from clinicdesk.ui.widgets.forms import Card, label


class UnitsForm(Card):
    """One choice for each heading without a unit; hidden while there is none."""

    named = Signal(object)  # header -> unit

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=10, gap=6)
        self._choices: dict[str, QComboBox] = {}
        self._fields = QWidget()
        self._apply = QPushButton(self.tr("Use these units"))
        self._row = QHBoxLayout()
        self._row.setSpacing(16)
        self._row.addWidget(label(self.tr("Units that no file names"), "heading"))
        self._row.addWidget(self._fields, stretch=1)
        self._row.addWidget(self._apply)
        self.rows.addLayout(self._row)
        self.hide()

        self._apply.clicked.connect(self._name)

    def ask(self, headers: Mapping[str, str]) -> None:
        """Offer the units that each measurement can have. headers: header -> what it measures."""
        self._choices = {header: _choice(header, meaning) for header, meaning in headers.items()}
        fields = QWidget()
        row = QHBoxLayout(fields)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for header, choice in self._choices.items():
            name = label(header, "label")
            name.setBuddy(choice)
            row.addWidget(name)
            row.addWidget(choice)
        row.addStretch(1)
        self._row.replaceWidget(self._fields, fields)
        self._fields.deleteLater()
        self._fields = fields
        self.setVisible(bool(headers))

    @Slot()
    def _name(self) -> None:
        chosen = {header: choice.currentData() for header, choice in self._choices.items()}
        self.named.emit({header: unit for header, unit in chosen.items() if unit})


def _choice(header: str, meaning: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(f"Unit of {header}")
    box.addItem("Leave out", "")
    concept = catalog().by_name(meaning.split(" and ", maxsplit=1)[0])
    if concept is not None:
        box.addItem(printed_unit(concept.unit), concept.unit)
        for unit in concept.conversions:
            if unit != concept.unit.casefold():
                box.addItem(printed_unit(unit), unit)
    return box
