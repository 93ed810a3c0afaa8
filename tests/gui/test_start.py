"""The first window is there before anything heavy is."""

import subprocess
import sys

HEAVY = ("pandas", "numpy", "sklearn", "shap", "pyqtgraph", "sqlalchemy", "sqlcipher3", "reportlab")
SMALL = ("dataclasses", "concurrent", "hashlib")  # milliseconds each, and there are few to spend

LOADED = """
import sys
from clinicdesk.app import main
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""

PAINTED = """
import sys
from PySide6.QtCore import QTimer
from clinicdesk.ui import application
from clinicdesk.ui.shell import Shell
seen = []
def look(shell):
    seen.append("clinicdesk.services.session" in sys.modules)
    QTimer.singleShot(0, application.QApplication.quit)
original = Shell.__init__
def init(self, *arguments):
    original(self, *arguments)
    self.painted.connect(lambda: look(self))
Shell.__init__ = init
code = application.open_window()
print(code, seen)
"""


def test_importing_the_program_loads_nothing_heavy() -> None:
    loaded = _run(LOADED).split()
    assert "PySide6" in loaded
    assert not {*HEAVY, *SMALL} & set(loaded)


def test_the_first_paint_comes_before_the_services() -> None:
    assert _run(PAINTED) == "0 [False]"


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
