"""Recognise keys that came before in the same file, however long it is.

Keys are 64-bit hashes kept in sorted runs whose sizes double, as a log-structured merge tree keeps
them: 16 bytes a key, a lookup is a binary search in each of the few runs. Two of ten million keys
share a hash once in 400,000 files; then a record gets an ordinal of 1 where 0 would have done.
The hashes do not depend on the process, so the same file gives the same ordinals every time.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clinicdesk.etl.arrays import Ints, Mask, texts

Hashes = NDArray[np.uint64]
_ODD = np.uint64(0x9E3779B97F4A7C15)


def hashes(*columns: NDArray[Any]) -> Hashes:
    """One 64-bit hash a row of integer and text columns."""
    total: Hashes = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        total = _mix(total ^ _column_hashes(column))
    return total


def quick_hashes(*columns: NDArray[Any]) -> Hashes:
    """As `hashes`, faster, and good for as long as this process lives."""
    rows = columns[0] if len(columns) == 1 else zip(*columns, strict=True)
    return np.fromiter(map(hash, rows), np.int64, len(columns[0])).view(np.uint64)


def _column_hashes(column: NDArray[Any]) -> Hashes:
    if column.dtype != object:
        return _mix(column.astype(np.int64).view(np.uint64))
    codes, uniques = pd.factorize(column)
    return pd.util.hash_array(texts(uniques), categorize=False)[codes]


def _mix(keys: Hashes) -> Hashes:
    keys = (keys ^ (keys >> np.uint64(31))) * _ODD
    return keys ^ (keys >> np.uint64(29))


class Runs:
    """A map from hash to number in sorted runs of doubling size."""

    def __init__(self, *, adding: bool) -> None:
        self._adding = adding
        self._runs: list[tuple[Hashes, NDArray[Any]]] = []

    def get(self, keys: Hashes) -> tuple[Mask, NDArray[Any]]:
        """Which of the sorted, distinct `keys` are known, and their numbers (0 when not)."""
        known = np.zeros(len(keys), dtype=bool)
        numbers = np.zeros(len(keys), dtype=np.uint64)
        for run, values in self._runs:
            at = np.searchsorted(run, keys).clip(max=len(run) - 1)
            here = run[at] == keys
            numbers[here] += values[at[here]]
            known |= here
        return known, numbers

    def put(self, keys: Hashes, numbers: NDArray[Any]) -> None:
        """Add sorted, distinct keys; a key known already adds up, or must not be put again."""
        if not len(keys):
            return
        self._runs.append((keys, numbers))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            self._runs.append(self._merged(self._runs.pop(), self._runs.pop()))

    def _merged(
        self, one: tuple[Hashes, NDArray[Any]], other: tuple[Hashes, NDArray[Any]]
    ) -> tuple[Hashes, NDArray[Any]]:
        keys = np.concatenate([one[0], other[0]])
        numbers = np.concatenate([one[1], other[1]])
        order = np.argsort(keys, kind="stable")
        keys, numbers = keys[order], numbers[order]
        if not self._adding:
            return keys, numbers
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        return keys[starts], np.add.reduceat(numbers, starts)


class Ordinals:
    """Number the repeats of a key in file order: 0, 1, ... across every chunk."""

    def __init__(self) -> None:
        self._counts = Runs(adding=True)

    def __call__(self, keys: Hashes) -> Ints:
        if not len(keys):
            return np.zeros(0, dtype=np.int64)
        uniques, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
        _, before = self._counts.get(uniques)
        within = pd.Series(places).groupby(places).cumcount().to_numpy()
        self._counts.put(uniques, counts.astype(np.uint64))
        return np.asarray(within, dtype=np.int64) + before[places].astype(np.int64)


class FirstContents:
    """Remember what came first under each identifier of a file."""

    def __init__(self) -> None:
        self._contents = Runs(adding=False)

    def compare(self, keys: Hashes, contents: Hashes) -> tuple[Mask, Mask]:
        """Where the identifier came before at all, and where with other content."""
        if not len(keys):
            return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
        uniques, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
        known, contents_before = self._contents.get(uniques)
        first = np.where(known, contents_before, contents[firsts])
        self._contents.put(uniques[~known], contents[firsts][~known])
        again = known[places] | (firsts[places] != np.arange(len(keys)))
        return again, first[places] != contents
