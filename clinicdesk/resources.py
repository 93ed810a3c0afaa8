"""Data that ships with the program: one function finds it, in the source tree and frozen alike."""

import sys
from pathlib import Path

_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent)) / "resources"


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder below `resources/`."""
    return _ROOT.joinpath(*parts)
