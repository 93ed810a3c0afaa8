"""Run a plain function off the UI thread and hear back on the UI thread."""

import itertools
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from clinicdesk.errors import Cancelled

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from clinicdesk.services.progress import Progress
from clinicdesk.ui.garbage import GarbageCollector

log = logging.getLogger(__name__)

Work = Callable[["Progress"], Any]
P = ParamSpec("P")


def blink(method: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> Work:
    """Work that tells no progress: it is done in a blink, or cannot be stopped half way."""
    return lambda _progress: method(*args, **kwargs)


class Task(QObject):
    """The UI thread's half of a piece of work in flight."""

    progressed = Signal(float, str)
    succeeded = Signal(object)
    failed = Signal(Exception)
    finished = Signal()  # last, and always

    def __init__(self, stop: threading.Event, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = stop

    @Slot()
    def cancel(self) -> None:
        """Ask the work to stop at its next checkpoint; its outcome is no longer wanted."""
        self._stop.set()

    @property
    def wanted(self) -> bool:
        return not self._stop.is_set()


class _Job:
    """The worker thread's half: plain Python, so no QObject can die on the wrong thread."""

    def __init__(self, number: int, name: str, post: Callable[[int, str, Any], None]) -> None:
        self._number, self._name, self._post = number, name, post
        self.stop = threading.Event()

    def run(self, work: Work) -> None:
        try:
            self.raise_if_cancelled()  # nobody waited for it in the queue
            result = work(self)
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - the job is one of three places that may
            log.warning("%s failed: %s", self._name, type(error).__name__)  # the text may hold PHI
            self._post(self._number, "failed", (error,))
        else:
            self._post(self._number, "succeeded", (result,))
        self._post(self._number, "finished", ())

    def report(self, fraction: float, message: str = "") -> None:
        self._post(self._number, "progressed", (fraction, message))

    def raise_if_cancelled(self) -> None:
        if self.stop.is_set():
            raise Cancelled


class TaskRunner(QObject):
    """The only door to background threads. Lives as long as its parent, the application.

    Give it one: an object of Python's own may be collected on a worker, and its tasks with it.
    """

    idle = Signal()  # the last piece of work under way has finished
    _posted = Signal(int, str, object)  # task number, signal name, arguments: data, not objects

    def __init__(self, parent: QObject | None = None, *, threads: int = 4) -> None:
        super().__init__(parent)
        self._most = threads
        self._threads: ThreadPoolExecutor | None = None
        self._garbage: GarbageCollector | None = None
        self._closed = False
        self._numbers = itertools.count()
        self._tasks: dict[int, Task] = {}
        self._posted.connect(self._on_posted)  # emitted by workers, hence queued

    def start(self, owner: QObject, name: str, work: Work) -> Task:
        """Start `work` for `owner`; when the owner is destroyed, the task is cancelled.

        After `shutdown` nothing starts any more: the task is cancelled as it is made.

        Connect to the task's signals before returning to the event loop.
        """
        number = next(self._numbers)
        job = _Job(number, name, self._posted.emit)
        task = self._tasks[number] = Task(job.stop, self)
        owner.destroyed.connect(task.cancel)
        if self._closed:
            task.cancel()
            self._finish(number)
        else:
            self._pool().submit(job.run, work)
        return task

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def shutdown(self) -> None:
        """Cancel everything, wait for the checkpoints, deliver what is still in the post."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel()
        if self._threads is not None:
            self._threads.shutdown(wait=True)  # what is queued ends before it begins
        if self._garbage is not None:
            self._garbage.stop()
        QCoreApplication.sendPostedEvents(self)
        for number in list(self._tasks):  # those that no thread had begun
            self._finish(number)

    def _pool(self) -> "ThreadPoolExecutor":
        if self._threads is None:
            # the first window is painted before there is any work, and without this import
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

            self._garbage = GarbageCollector(self)
            self._threads = ThreadPoolExecutor(self._most, thread_name_prefix="clinicdesk")
        return self._threads

    @Slot(int, str, object)
    def _on_posted(self, number: int, signal: str, args: tuple[Any, ...]) -> None:
        if signal == "finished":
            self._finish(number)
        elif self._tasks[number].wanted:
            getattr(self._tasks[number], signal).emit(*args)

    def _finish(self, number: int) -> None:
        task = self._tasks.pop(number)
        task.finished.emit()
        task.deleteLater()
        if not self._tasks:
            self.idle.emit()
