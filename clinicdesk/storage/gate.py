"""A gate that lets many through at a time, or one alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from clinicdesk.errors import StoreError

PATIENCE = 30.0  # s


class Gate:
    """Sessions pass it. Whoever must be alone waits until the last of them has left.

    While somebody waits for that, no session begins, but one within another of its thread: the
    outer one could not end otherwise.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting = 0
        self._alone = False
        self._mine = threading.local()  # depth: how many sessions of this thread are inside

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be one of many; wait while somebody is alone or about to be."""
        depth = getattr(self._mine, "depth", 0)
        with self._changed:
            self._changed.wait_for(lambda: depth or not (self._alone or self._waiting))
            self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, patience: float = PATIENCE) -> Iterator[None]:
        """Be the only one; give up after `patience` seconds."""
        with self._changed:
            self._wait_until_free(patience)
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()

    def _wait_until_free(self, patience: float) -> None:
        self._waiting += 1
        try:
            if not self._changed.wait_for(self._is_free, patience):
                raise StoreError("The store is busy. Wait until its work is done, then try again.")
        finally:
            self._waiting -= 1
            self._changed.notify_all()

    def _is_free(self) -> bool:
        return not self._inside and not self._alone
