"""The recovery key: shown once, and typed back in part to prove that it was written down."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clinicdesk.ui.dialogs.files import ask_save_as
from clinicdesk.ui.icons import CommandButton
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import ErrorLine, Field, label

WriteSheet = Callable[[str, Path], Any]  # the key, the PDF to write

ASKED = (1, -1)  # the second group and the last


class RecoveryStep(QWidget):
    """Shows the key; `proved` when the asked groups were typed right."""

    proved = Signal()

    def __init__(self, theme: Theme, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._groups: list[str] = []
        self._write_sheet: WriteSheet | None = None
        self._key = label("", "key")
        self._key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._key.setWordWrap(True)
        frame = QFrame()
        frame.setObjectName("notice")
        frame.setProperty("notice", "warning")
        framed = QVBoxLayout(frame)
        framed.setContentsMargins(16, 16, 16, 16)
        framed.addWidget(self._key)
        why = label(
            self.tr(
                "Write it on paper and keep it away from this computer. If every administrator's "
                "password is lost, this key is the only way into the store. It is shown once."
            )
        )
        why.setWordWrap(True)
        self._answers = [
            Field(self.tr("Its second group of letters")),
            Field(self.tr("Its last group of letters")),
        ]
        self._error = ErrorLine()
        self._sheet = CommandButton("report", self.tr("Sheet as PDF…"), theme)
        self._saved = label("", "muted")
        self._saved.setWordWrap(True)
        self._button = QPushButton(self.tr("I have written it down"))
        self._button.setProperty("kind", "primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self._sheet)
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(label(self.tr("The recovery key"), "title"))
        rows.addWidget(why)
        rows.addWidget(frame)
        for widget in (*self._answers, self._error):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        rows.addWidget(self._saved)

        self._sheet.clicked.connect(self._ask_sheet)
        self._button.clicked.connect(self._check)
        self._answers[-1].line.returnPressed.connect(self._check)

    def show_key(self, key: str, write_sheet: WriteSheet) -> None:
        """Show it until it is proved. write_sheet: prints its page."""
        self._groups, self._write_sheet = key.split("-"), write_sheet
        self._key.setText("\n".join((" ".join(self._groups[:4]), " ".join(self._groups[4:]))))
        self._saved.hide()
        self._answers[0].line.setFocus()

    def forget(self) -> None:
        self._groups, self._write_sheet = [], None
        self._key.clear()
        self._error.say("")
        for answer in self._answers:
            answer.line.clear()

    @Slot()
    def _ask_sheet(self) -> None:
        ask_save_as(self, self.tr("Recovery sheet as PDF"), "recovery-sheet.pdf", self.write_sheet)

    def write_sheet(self, out: Path) -> None:
        """Write the page that goes into the safe."""
        if self._write_sheet is None:
            return
        work = blink(self._write_sheet, "-".join(self._groups), out)
        task = self._runner.start(self, "write recovery sheet", work)
        task.succeeded.connect(self._say_saved)
        task.failed.connect(self._say_failed)

    @Slot(object)
    def _say_saved(self, out: Path) -> None:
        words = self.tr("{} is written. Print it, then delete the file and empty the bin.")
        self._saved.setText(words.format(out.name))
        self._saved.show()

    @Slot(Exception)
    def _say_failed(self, error: Exception) -> None:
        self._error.say(plain_text(error))

    @Slot()
    def _check(self) -> None:
        wrong = [
            answer
            for answer, at in zip(self._answers, ASKED, strict=True)
            if answer.text.strip().upper() != self._groups[at]
        ]
        for answer in self._answers:
            answer.mark(answer in wrong)
        self._error.say(self.tr("That is not what the key above says.") if wrong else "")
        if not wrong:
            self.proved.emit()
