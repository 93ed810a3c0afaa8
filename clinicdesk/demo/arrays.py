"""Columns of many patients at once: the array types of the demo, and what all of them need."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Times: TypeAlias = NDArray[np.datetime64]  # [D] for days, [m] for instants on the clinic's clock
Texts: TypeAlias = NDArray[np.object_]

DAYS_A_YEAR = 365.2425
NEVER = np.datetime64("NaT", "D")


def texts(values: Any) -> Texts:
    """Python strings, one an element; "" is a missing one."""
    return np.asarray(values, dtype=object)


def numbers_as_text(values: Floats, places: int) -> Texts:
    """The values as a hospital prints them; NaN becomes ""."""
    printed = np.char.mod(f"%.{places}f", values).astype(object)
    printed[np.isnan(values)] = ""
    return printed


def days_as_text(days: Times) -> Texts:
    """2026-11-20; a missing day becomes ""."""
    printed = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
    printed[np.isnat(days)] = ""
    return printed


def years_at(born: Times, when: Times) -> Floats:
    """Age in years with decimals."""
    lived = when.astype("datetime64[m]") - born.astype("datetime64[m]")
    return np.asarray(lived.astype(np.float64) / (1440 * DAYS_A_YEAR))


def birthdays(born: Times, when: Times) -> Ints:
    """Completed years."""
    years = when.astype("M8[Y]").astype(np.int64) - born.astype("M8[Y]").astype(np.int64)
    return np.asarray(years - (_day_of_year(when) < _day_of_year(born)))


def _day_of_year(when: Times) -> Ints:
    """A number that grows from January to December, the same for a date in every year."""
    month = when.astype("M8[M]")
    day = when.astype("M8[D]") - month.astype("M8[D]")
    return np.asarray(month.astype(np.int64) % 12 * 31 + day.astype(np.int64))


def blanked(rng: np.random.Generator, values: Texts, share: float, spared: int = 0) -> Texts:
    """The same texts with `share` of them never written down, after the first `spared`."""
    gone = (rng.random(len(values)) < share) & (np.arange(len(values)) >= spared)
    return texts(np.where(gone, "", values))
