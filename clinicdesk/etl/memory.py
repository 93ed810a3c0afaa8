"""What was read before in a file: its texts repeat, and each distinct one is read once.

A dataframe costs the same for three values as for three thousand, so the few new ones of a chunk
are read together.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, TypeVar

MOST = 100_000  # of a kind; what is forgotten is read again
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory:
    """Of one file."""

    def __init__(self) -> None:
        self._known: dict[Hashable, dict[Any, Any]] = {}

    def recall(
        self,
        kind: Hashable,
        keys: Sequence[K],
        read: Callable[[list[K]], Iterator[V]],
        *,
        ahead: Callable[[list[K]], Iterable[K]] | None = None,
        at_first: Sequence[K] = (),
    ) -> list[V]:
        """What each of the distinct keys is worth; `read` is asked for those that are new.

        ahead: what else is worth reading with these, as the rest of the file will have it.
        at_first: what is worth reading with the first ones.
        """
        known = self._known.setdefault(kind, {})
        if len(known) > MOST:
            known.clear()
        if new := list(compress(keys, [key not in known for key in keys])):
            more = (*(ahead(new) if ahead else ()), *(() if known else at_first))
            wanted = list(dict.fromkeys((*new, *more))) if more else new
            known.update(zip(wanted, read(wanted), strict=True))
        return [known[key] for key in keys]
