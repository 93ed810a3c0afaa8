"""What the window does for the store by itself: says when it cannot be written, folds its log."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from clinicdesk.domain.backup import BackupStatus
from clinicdesk.domain.health import Health
from clinicdesk.errors import (
    DiskFailed,
    DiskFull,
    StoreDamaged,
    StoreReadOnly,
    StoreUnreadable,
)
from clinicdesk.services.backup import Backups
from clinicdesk.services.upkeep import Upkeep
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.widgets.backup_age import BackupAge
from clinicdesk.ui.widgets.health_strip import HealthStrip

RETRY = 5_000  # ms between two looks at a disk that was full
RESTED = 60_000  # ms without any work, then the log is folded
AGE = 600_000  # ms between two looks at the age of the last backup
_TROUBLES = (DiskFull, DiskFailed, StoreReadOnly, StoreDamaged, StoreUnreadable)


class StoreWatch(QObject):
    """Lives as long as the window of an unlocked store."""

    recovered = Signal(str)  # in words
    failed = Signal(Exception)

    def __init__(
        self,
        upkeep: Upkeep,
        backups: Backups,
        strip: HealthStrip,
        age: BackupAge,
        *,
        now: Callable[[], datetime],
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._upkeep, self._backups = upkeep, backups
        self._strip, self._age = strip, age
        self._now, self._runner = now, runner
        self._health = Health()
        self._asking = self._folded = False
        self._retry = QTimer(self, interval=RETRY)
        self._rest = QTimer(self, interval=RESTED, singleShot=True)
        self._ages = QTimer(self, interval=AGE)
        strip.try_wanted.connect(self.try_again)
        self._retry.timeout.connect(self.try_again)
        self._rest.timeout.connect(self._fold)
        self._ages.timeout.connect(self.refresh)
        runner.idle.connect(self._begin_rest)
        self._ages.start()

    def begin(self) -> None:
        """Read how the store is, how old its last backup; look through a large one once a week."""
        self.refresh()
        self._ask(self._upkeep.health)
        look = self._runner.start(self, "look through the store", self._upkeep.look_if_due)
        look.failed.connect(self.failed)

    @Slot()
    def refresh(self) -> None:
        """Read how old the last verified backup is."""
        task = self._runner.start(self, "read backups", blink(self._backups.status))
        task.succeeded.connect(self._show_status)
        task.failed.connect(self._age.forget)

    @Slot(Exception)
    def take_failure(self, error: BaseException) -> None:
        """Something failed: if that is the store's trouble, say so until it is over."""
        if isinstance(error, _TROUBLES):
            self._ask(self._upkeep.health)

    @Slot()
    def try_again(self) -> None:
        """See whether the store can be written again."""
        self._ask(self._upkeep.try_again)

    def _ask(self, how: Callable[[], Health]) -> None:
        if self._asking:
            return
        self._asking = True
        task = self._runner.start(self, "look at the store", blink(how))
        task.succeeded.connect(self._show_health)
        task.finished.connect(self._stop_asking)

    @Slot()
    def _stop_asking(self) -> None:
        self._asking = False

    @Slot(object)
    def _show_health(self, health: Health) -> None:
        was_writable, self._health = self._health.is_writable, health
        self._strip.show_health(health)
        if health.is_writable or health.damaged:
            self._retry.stop()
        elif not self._retry.isActive():
            self._retry.start()
        if health.is_writable and not was_writable:
            self.recovered.emit(self.tr("The store can be written again: save what is not saved."))

    @Slot(object)
    def _show_status(self, status: BackupStatus) -> None:
        self._age.show_status(status, self._now())

    @Slot()
    def _begin_rest(self) -> None:
        """The last work under way is finished; folding the log is no work that grows it."""
        if self._folded:
            self._folded = False
        else:
            self._rest.start()

    @Slot()
    def _fold(self) -> None:
        """Keep tables ready and the log short while nobody works.

        What fails now is told when it matters.
        """
        if self._health.is_writable and not self._runner.busy:
            self._folded = True
            self._runner.start(self, "prepare tables and fold the log", self._upkeep.rest)
