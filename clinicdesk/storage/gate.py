"""A gate that lets many through at a time, or one alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from clinicdesk.errors import StoreError

PATIENCE = 30.0  # s


class Gate:
    """Sessions pass it. Whoever must be alone waits until the last of them has left.

    A session that begins within another passes too, also while somebody waits to be alone: the
    outer one could not end otherwise.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be one of many; wait while somebody is alone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, patience: float = PATIENCE) -> Iterator[None]:
        """Be the only one; give up after `patience` seconds."""
        with self._changed:
            if not self._changed.wait_for(self._is_free, patience):
                raise StoreError("The store is busy. Wait until its work is done, then try again.")
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()

    def _is_free(self) -> bool:
        return not self._inside and not self._alone
