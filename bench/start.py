"""From `clinicdesk` on the command line to the unlock window painted, beside a bare window."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bench.frame import Figure, answer, measure, since_started

ROUNDS = 15
SIZE = (1280, 800)  # px
EVERYTHING = (
    "alembic.command",
    "pandas",
    "pyqtgraph",
    "reportlab.platypus",
    "shap",
    "sklearn.ensemble",
    "sqlalchemy.orm",
)


class FirstPaint(QObject):
    """Notes when the first window has been painted, and ends the program."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.milliseconds = 0.0
        self._application = application
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._application.removeEventFilter(self)
            QTimer.singleShot(0, self._note)  # when its children are painted too
        return False

    def _note(self) -> None:
        self.milliseconds = since_started()
        self._application.quit()


def ours() -> float:
    from clinicdesk.ui.application import application_for, open_window  # noqa: PLC0415 - timed

    painted = FirstPaint(application_for())
    open_window(store=Path(os.environ["HOME"]))
    return painted.milliseconds


def bare_window() -> float:
    application = QApplication([])
    painted = FirstPaint(application)
    window = QWidget()
    window.resize(*SIZE)
    window.show()
    application.exec()
    return painted.milliseconds


def all_at_once() -> float:
    for library in EVERYTHING:
        import_module(library)
    return bare_window()


WAYS = {"ours": ours, "limit": bare_window, "peer": all_at_once}


def figures() -> Iterator[Figure]:
    """Without a screen, and on a virtual X one where Xvfb is installed."""
    with tempfile.TemporaryDirectory() as home:
        nobody = {"HOME": home, "XDG_CONFIG_HOME": home}  # no settings of whoever measures
        yield _figure("offscreen", {**nobody, "QT_QPA_PLATFORM": "offscreen"})
        if shutil.which("Xvfb"):
            with _virtual_screen() as display:
                yield _figure("X", {**nobody, "QT_QPA_PLATFORM": "xcb", "DISPLAY": display})


def _figure(platform: str, environment: dict[str, str]) -> Figure:
    taken = measure("bench.start", WAYS, ROUNDS, environment)
    return Figure(
        name=f"start, {platform}",
        task="from the command to the unlock window painted",
        unit="ms",
        **taken,
        limit_is="a bare QApplication and an empty window of the same size",
        peer_is="the same bare window after importing the libraries ClinicDesk uses, as usual",
        goal=1.3,
    )


@contextmanager
def _virtual_screen() -> Iterator[str]:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as screen:
        assert screen.stdout, "a pipe was asked for"
        try:
            yield ":" + screen.stdout.readline().strip()
        finally:
            screen.terminate()


if __name__ == "__main__":
    answer(WAYS)
