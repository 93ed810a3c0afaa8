"""Is there a screen to open a window on? Asked before Qt, which would end the process."""

import os
import sys


def has_screen() -> bool:
    """Whether Qt would find one: elsewhere than on Linux always, there if the session says so."""
    if not sys.platform.startswith("linux"):
        return True
    told = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in told)
