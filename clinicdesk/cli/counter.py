"""How far a long command is, for whoever sits at the terminal."""

import sys

from clinicdesk.services.progress import SILENT, Progress


def counter(*, quiet: bool = False) -> Progress:
    """One line on standard error that is written over; silence for scripts."""
    return _Counter() if sys.stderr.isatty() and not quiet else SILENT


class _Counter:
    def report(self, fraction: float, message: str = "") -> None:
        end = "\r\x1b[K" if fraction >= 1 else ""
        sys.stderr.write(f"\r\x1b[K{fraction:4.0%}  {message}{end}")
        sys.stderr.flush()

    def raise_if_cancelled(self) -> None:
        """Ctrl-C stops the command by itself."""
