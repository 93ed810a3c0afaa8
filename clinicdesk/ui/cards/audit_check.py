"""Whether the audit is as it was written: looked through, with its progress and its answer."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from clinicdesk.domain.audit import Verification
from clinicdesk.services.audit import Audit
from clinicdesk.services.progress import Progress
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.tasks import Task, TaskRunner
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import label, restyle


class AuditCheck(QFrame):
    """A strip that appears with the first check."""

    failed = Signal(Exception)
    running = Signal(bool)
    checked = Signal(object)  # Verification

    def __init__(
        self, audit: Audit, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._audit, self._runner = audit, runner
        self._task: Task | None = None
        self.sign = IconLabel("review", theme)
        self.words = label("")
        self.words.setWordWrap(True)
        self._bar = QProgressBar(maximum=1000, textVisible=False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Cancel"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self.sign)
        row.addWidget(self.words, stretch=1)
        row.addWidget(self._bar, stretch=1)
        row.addWidget(self.cancel)
        self.hide()

        self.cancel.clicked.connect(self.stop)

    @Slot()
    def start(self) -> None:
        """Look through the audit; one check at a time."""
        if self._task is not None:
            return
        self._say("", "review", "ink", self.tr("Checking the audit…"))
        self._wait(True)
        task = self._task = self._runner.start(self, "verify audit", partial(_look, self._audit))
        task.progressed.connect(self._show_progress)
        task.succeeded.connect(self._show)
        task.failed.connect(self._refuse)
        task.finished.connect(self._rest)

    @Slot()
    def stop(self) -> None:
        """Cancel the check: nothing is proved by half of it."""
        if self._task is not None:
            self._task.cancel()
            self._say("", "info", "ink", self.tr("Cancelled. Nothing was proved or changed."))

    @Slot(float, str)
    def _show_progress(self, fraction: float, _message: str) -> None:
        self._bar.setValue(int(fraction * 1000))

    @Slot(object)
    def _show(self, answer: tuple[Verification, str]) -> None:
        found, code = answer
        kind, token, sign = (
            ("done", "good", "check") if found.ok else ("error", "critical", "error")
        )
        self._say(kind, sign, token, verdict_text(found, code))
        self.checked.emit(found)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self.hide()
        self.failed.emit(error)

    @Slot()
    def _rest(self) -> None:
        self._task = None
        self._wait(False)

    def _say(self, kind: str, sign: str, token: str, words: str) -> None:
        restyle(self, "notice", kind)
        self.sign.show_icon(sign, token)
        self.words.setText(words)
        self.setAccessibleName(words)
        self.show()

    def _wait(self, waiting: bool) -> None:
        self._bar.setValue(0)
        self._bar.setVisible(waiting)
        self.cancel.setVisible(waiting)
        self.running.emit(waiting)


def _look(audit: Audit, progress: Progress) -> tuple[Verification, str]:
    """What was found, and the code of the newest event where all is as it should be."""
    found = audit.verify(progress)
    return found, audit.short_code() if found.ok and found.checked else ""


def verdict_text(found: Verification, code: str = "") -> str:
    """What was found, and what to do about a fault. code: of the newest event, as on paper."""
    if found.first_fault is not None:
        return (
            f"The audit was changed. Event {found.first_fault.seq:,}: {found.first_fault.what}"
            " Do not delete anything: keep a copy of the store's folder, and find out who had it."
        )
    if not found.checked:
        return "There is no event to check yet."
    since = "" if found.first <= 1 else f", from {found.first:,} on; an administrator checks all"
    newest = f" The newest is {code}, as printed reports have it at the foot." if code else ""
    return f"Whole: {found.checked:,} events are as they were written{since}.{newest}"
