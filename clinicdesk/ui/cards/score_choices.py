"""What the clinic decides for the published scores: its region, and which seniors are looked at."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from clinicdesk.models.score_choices import choices
from clinicdesk.models.scores.seniors_at_risk import Thresholds, versions
from clinicdesk.models.seniors import Counted, SeniorCounts
from clinicdesk.services.progress import Progress
from clinicdesk.services.settings import Settings
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.forms import Card, captioned, label

Counting = Callable[[Progress], SeniorCounts]


class ScoreChoicesCard(Card):
    """Administrators decide; everybody sees what was decided."""

    failed = Signal(Exception)
    said = Signal(str)

    def __init__(
        self,
        settings: Settings,
        counting: Counting | None,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        changes: bool,
    ) -> None:
        super().__init__(parent, margin=16, gap=10)
        self._settings, self._counting, self._runner = settings, counting, runner
        self.boxes = {name: self._box(name, changes=changes) for name in choices()}
        self.save = QPushButton(self.tr("Set"))
        self.save.setAccessibleName(self.tr("Set the choices for the published scores"))
        if not changes:  # what is shown before it has a parent is a window of its own
            self.save.hide()
        self.count = QPushButton(self.tr("Count seniors"))
        if counting is None:
            self.count.hide()
        self.counts = label("", "muted")
        self.counts.setWordWrap(True)
        self.counts.hide()
        self._lay_out()

        self.save.clicked.connect(self._decide)
        self.count.clicked.connect(self._count)

    @Slot()
    def refresh(self) -> None:
        task = self._runner.start(self, "read settings", blink(self._settings.score_choices))
        task.succeeded.connect(self._show)
        task.failed.connect(self.failed)

    @Slot(object)
    def _show(self, decided: Mapping[str, str]) -> None:
        for name, box in self.boxes.items():
            box.setCurrentIndex(max(box.findData(decided.get(name, "")), 0))

    @Slot()
    def _decide(self) -> None:
        wanted = {name: box.currentData() for name, box in self.boxes.items()}
        work = blink(self._settings.decide_for_scores, wanted)
        task = self._runner.start(self, "change settings", work)
        task.succeeded.connect(self._confirm)
        task.failed.connect(self.failed)

    @Slot()
    def _confirm(self) -> None:
        self.said.emit(self.tr("From now on the scores use these choices."))

    @Slot()
    def _count(self) -> None:
        if self._counting is None:
            return
        self.count.setEnabled(False)
        self.counts.setText(self.tr("Counting…"))
        self.counts.show()
        task = self._runner.start(self, "count seniors", self._counting)
        task.succeeded.connect(self._show_counts)
        task.failed.connect(self.failed)
        task.failed.connect(self.counts.hide)
        task.finished.connect(self._rest)

    @Slot(object)
    def _show_counts(self, found: SeniorCounts) -> None:
        self.counts.setText("\n".join(counts_line(name, each) for name, each in found.of.items()))
        self.counts.show()

    @Slot()
    def _rest(self) -> None:
        self.count.setEnabled(True)

    def _box(self, name: str, *, changes: bool) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(_TITLES[name])
        if name != "thresholds":
            box.addItem(self.tr("Not decided: no number"), "")
        for option in choices()[name].options:
            box.addItem(_option_text(name, option), option)
        box.setEnabled(changes)
        return box

    def _lay_out(self) -> None:
        why = label(
            self.tr(
                "Some scores differ by region. Nothing is assumed: until it is decided here they "
                "give no number."
            )
        )
        why.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.save)
        row.addWidget(self.count)
        row.addStretch(1)
        self.rows.addWidget(label(self.tr("Published scores"), "heading"))
        self.rows.addWidget(why)
        for name, box in self.boxes.items():
            self.rows.addWidget(captioned(_TITLES[name], box))
        self.rows.addLayout(row)
        self.rows.addWidget(self.counts)


_TITLES = {
    "north_america": "Kidney failure (KFRE)",
    "region": "SCORE2, risk region of the ESC 2021",
    "thresholds": "Seniors at risk: flagged from 65 years on",
}
_PLACES = {"1": "North America", "0": "Anywhere else"}


def _option_text(name: str, option: str) -> str:
    if name == "north_america":
        return _PLACES[option]
    if name == "thresholds":
        return limits_text(versions()[option])
    return f"{option.replace('_', ' ').capitalize()} risk"


def limits_text(limits: Thresholds) -> str:
    """The limits in a line."""
    return (
        f"Heart rate below {limits.heart_rate_below:g} or above {limits.heart_rate_above:g}, "
        f"NEWS2 {limits.news2_from:g} or more"
    )


def counts_line(name: str, counts: Counted) -> str:
    """What a choice of limits means for this clinic today."""
    return (
        f"{limits_text(counts.limits)}: {counts.flagged:,} flagged, {counts.not_flagged:,} not, "
        f"{counts.unknown:,} without a whole set of vital signs ({name})"
    )
