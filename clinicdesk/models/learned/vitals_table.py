"""Training rows of the models over time: stays of the PhysioNet 2019 archive, hour by hour."""

import csv
import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinicdesk.errors import BadInput
from clinicdesk.models.vitals_features import VITALS, carried, features, known_core, news2_of

Floats = NDArray[np.float64]

_AGE = "Age"


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in intensive care. hours: (n, vitals), NaN for missing.  age: years."""

    hours: Floats
    age: float


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of all stays.

    x: (n, features and age).  news2: NEWS2 of five items now.  known: whether its four core items
    are.  left: hours of the stay still to come.  stay: which stay, for folds.
    """

    x: Floats
    news2: Floats
    known: NDArray[np.bool_]
    left: NDArray[np.int64]
    stay: NDArray[np.int64]


def read_stays(path: Path) -> list[Stay]:
    """Read `physionet2019_setB.tar.xz` or one like it. Raise `BadInput` naming the member."""
    try:
        with tarfile.open(path) as archive:
            return [*_stays(archive)]
    except (tarfile.TarError, EOFError) as error:
        raise BadInput(f"{path.name} is not an archive of stays: {type(error).__name__}.") from None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def by_hour(stays: list[Stay]) -> Hours:
    """Every hour of every stay, with what the models are told of it."""
    now = [carried(stay.hours) for stay in stays]
    lengths = np.array([len(stay.hours) for stay in stays])
    return Hours(
        np.vstack([_inputs(stay) for stay in stays]),
        np.concatenate([news2_of(each) for each in now]),
        np.concatenate([known_core(each) for each in now]),
        np.concatenate([np.arange(length)[::-1] for length in lengths]),
        np.repeat(np.arange(len(stays)), lengths),
    )


def thinned(stay: Stay, every: int, first: int) -> Stay:
    """The same stay with vital signs only every some hours, as a ward takes them."""
    kept = (np.arange(len(stay.hours)) - first) % every == 0
    return Stay(np.where(kept[:, None], stay.hours, np.nan), stay.age)


def ahead(hours: Hours, count: int) -> tuple[Floats, Floats]:
    """The highest NEWS2 of the next `count` hours, and that of the last of them; NaN past the end.

    The last one only where its four core items are known.
    """
    rows = np.arange(len(hours.stay))[:, None] + np.arange(1, count + 1)
    inside = np.arange(1, count + 1) <= hours.left[:, None]
    rows = np.minimum(rows, len(hours.stay) - 1)
    coming = np.where(inside, hours.news2[rows], np.nan)
    highest = np.where(np.isnan(coming), -np.inf, coming).max(axis=1)
    last = np.where(hours.known[rows[:, -1]], coming[:, -1], np.nan)
    return np.where(np.isneginf(highest), np.nan, highest), last


def _inputs(stay: Stay) -> Floats:
    age = np.full((len(stay.hours), 1), stay.age)
    return np.hstack([features(stay.hours), age])


def _stays(archive: tarfile.TarFile) -> Iterator[Stay]:
    for member in archive:
        file = archive.extractfile(member) if member.isfile() else None
        if file is not None:
            yield _stay(member.name, file.read().decode("ascii", "replace"))


def _stay(name: str, text: str) -> Stay:
    try:
        header, *rows = csv.reader(io.StringIO(text), delimiter="|")
        wanted = [header.index(vital.column) for vital in VITALS]
        age = header.index(_AGE)
        hours = np.array([[float(row[at]) for at in wanted] for row in rows])
        return Stay(_plausible(hours), float(rows[0][age]))
    except (ValueError, IndexError):
        raise BadInput(
            f"{name} is not a stay: it lacks a vital sign or has one that is no number."
        ) from None


def _plausible(hours: Floats) -> Floats:
    """Without what cannot be: an artefact of a monitor is no value."""
    low, high = np.array([(each.low, each.high) for each in VITALS]).T
    return np.where((hours >= low) & (hours <= high), hours, np.nan)
