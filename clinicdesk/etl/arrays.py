"""The column types of the importer: many values at once, a missing one empty or None."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Texts: TypeAlias = NDArray[np.object_]  # str, stripped, "" where the file has nothing
Cells: TypeAlias = NDArray[np.object_]  # values for the store, None where there is none
Mask: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

NO_INT = np.iinfo(np.int64).min  # what an integer column has where there is no value


def texts(values: Any) -> Texts:
    """An array of Python strings; lists of equal-length texts must not become matrices."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def same(value: str, size: int) -> Texts:
    """A column that says the same everywhere."""
    return np.full(size, value, dtype=object)


def blank(values: Texts) -> Mask:
    """Where the file has nothing."""
    return np.asarray(values == "", dtype=bool)


def cells(values: NDArray[Any], present: Mask) -> Cells:
    """Python values for the store, None where not `present`."""
    out = values.astype(object)
    out[~present] = None
    return out
