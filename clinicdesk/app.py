"""The program with a window."""

from clinicdesk.ui.application import open_window


def main(arguments: list[str]) -> int:
    """Open the window on the store used last, or on the first page; returns the exit code."""
    return open_window(arguments)
