"""The copy without names that researchers work with: of when it is, and making a new one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from clinicdesk.domain.research import Copied, CopyFacts
from clinicdesk.services.clock import utc_now
from clinicdesk.services.research import Publishing
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.copy_facts import age_text, amounts_text
from clinicdesk.ui.widgets.forms import Card, label


class PublishCard(Card):
    failed = Signal(Exception)
    said = Signal(str)

    def __init__(
        self,
        publishing: Publishing,
        confirming: Confirming,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._publishing, self._confirming, self._runner = publishing, confirming, runner
        self._facts = label("")
        self._facts.setWordWrap(True)
        self._amounts = label("", "muted")
        self._amounts.setWordWrap(True)
        self._busy = QProgressBar(maximum=100, textVisible=False)
        self._busy.hide()
        self._publish = QPushButton(self.tr("Publish a new copy"))
        self._lay_out()

        self._publish.clicked.connect(self.publish)

    @Slot()
    def refresh(self) -> None:
        task = self._runner.start(self, "read copy", blink(self._publishing.published))
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot()
    def publish(self) -> None:
        """Replace the copy by one of the records as they stand now."""
        self._publish.setEnabled(False)
        self._busy.setValue(0)
        self._busy.show()
        task = self._confirming.start(self, "publish", self._publishing.publish)
        task.progressed.connect(self._show_progress)
        task.succeeded.connect(self._say_published)
        task.failed.connect(self.failed)
        task.finished.connect(self._rest)

    @Slot(object)
    def _show(self, facts: CopyFacts | None) -> None:
        self._facts.setText(
            age_text(facts, utc_now()) if facts else self.tr("Nothing was published yet.")
        )
        self._amounts.setText(amounts_text(facts.copied) if facts else "")
        self._amounts.setVisible(facts is not None)

    @Slot(float, str)
    def _show_progress(self, fraction: float, _message: str) -> None:
        self._busy.setValue(round(100 * fraction))

    @Slot(object)
    def _say_published(self, copied: Copied) -> None:
        self.said.emit(self.tr("The copy of {:,} subjects is published.").format(copied.subjects))
        self.refresh()

    @Slot()
    def _rest(self) -> None:
        self._busy.hide()
        self._publish.setEnabled(True)

    def _lay_out(self) -> None:
        why = label(
            self.tr(
                "Researchers read a copy without names, numbers, free text and documents, with "
                "shifted dates. They get no key of the records."
            )
        )
        why.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self._publish)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("Copy for research"), "heading"))
        for widget in (why, self._facts, self._amounts, self._busy):
            self.rows.addWidget(widget)
        self.rows.addLayout(row)
