"""The recovery key: see that the sheet still works, or make a new one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from clinicdesk.services.keys import Keys
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.dialogs.confirm import confirm
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Card, ErrorLine, Field, label


class RecoveryCard(Card):
    failed = Signal(Exception)
    said = Signal(str)
    replaced = Signal(str)  # the new key, to be shown once

    def __init__(
        self,
        keys: Keys,
        confirming: Confirming,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._keys, self._confirming, self._runner = keys, confirming, runner
        self._typed = Field(self.tr("Type the key on the sheet to see whether it still works"))
        self._check = QPushButton(self.tr("Check"))
        self._error = ErrorLine()
        self._replace = QPushButton(self.tr("Make a new recovery key…"))
        self._lay_out()

        self._check.clicked.connect(self._check_sheet)
        self._typed.line.returnPressed.connect(self._check_sheet)
        self._replace.clicked.connect(self._ask_replace)

    @Slot()
    def _check_sheet(self) -> None:
        if not self._typed.text.strip():
            return
        self._error.say("")
        work = blink(self._keys.is_recovery_key, self._typed.text)
        task = self._runner.start(self, "check recovery key", work)
        task.succeeded.connect(self._say_checked)
        task.failed.connect(self._refuse)

    @Slot(object)
    def _say_checked(self, works: bool) -> None:
        if works:
            self._typed.line.clear()
            self.said.emit(self.tr("This recovery key opens the store."))
        else:
            self._error.say(
                self.tr("This key does not open the store. Make a new one, and destroy its sheet.")
            )

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self._error.say(plain_text(error))

    @Slot()
    def _ask_replace(self) -> None:
        confirm(
            self,
            self.tr("Make a new recovery key?"),
            self.tr("The sheet in the safe stops working at once. The new key is shown once."),
            self.tr("Make a new key"),
            self.replace,
        )

    @Slot()
    def replace(self) -> None:
        """Make the new key; it counts from now on."""
        self._replace.setEnabled(False)
        work = blink(self._keys.replace_recovery_key)
        task = self._confirming.start(self, "replace recovery key", work)
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)
        task.finished.connect(self._rest)

    @Slot(object)
    def _show(self, key: str) -> None:
        self.replaced.emit(key)

    @Slot()
    def _rest(self) -> None:
        self._replace.setEnabled(True)

    def _lay_out(self) -> None:
        why = label(
            self.tr("Opens the store when no administrator can. It is on paper and nowhere else.")
        )
        why.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._check)
        row.addStretch(1)
        row.addWidget(self._replace)
        self.rows.addWidget(label(self.tr("Recovery key"), "heading"))
        for widget in (why, self._typed, self._error):
            self.rows.addWidget(widget)
        self.rows.addLayout(row)
