"""The explanation of an estimate as a page to read: for, against, what is missing, what is old."""

from collections.abc import Sequence
from html import escape

from PySide6.QtWidgets import QTextBrowser, QWidget

from clinicdesk.domain.reasons import Section
from clinicdesk.ui.widgets.forms import Card


class ReasonsView(Card):
    """Sections one below the other; arrows and Page Down move it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=1, gap=0)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Reasons for and against"))
        self.rows.addWidget(self.text, stretch=1)

    def show_sections(self, sections: Sequence[Section]) -> None:
        self.text.setHtml("".join(_section(each) for each in sections))


def _section(section: Section) -> str:
    lines = "<br>".join(escape(line) for line in section.lines)
    return f"<p><b>{escape(section.title)}</b><br>{lines}</p>"
