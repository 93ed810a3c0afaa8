"""Stores of the first schema are unlocked one after the other, and so brought to the newest."""

import re
import shutil
from collections.abc import Set
from pathlib import Path

from clinicdesk.storage.flushing import flush_file, flush_folder
from clinicdesk.storage.troubles import plain_words_of_files
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.old_clinics import make_old_clinic
from tests.services.stores import events
from tests.storage.factories import database_of
from tests.storage.old_stores import ROWS, Content, content_of

_CLINICAL = ("patient", "encounter", "condition", "observation", "medication", "allergy")


def prepare(place: Path) -> None:
    make_old_clinic(place / "old")
    (place / "stores").mkdir()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    acknowledge(BEGUN)
    number = 0
    while True:
        number += 1
        with plain_words_of_files():
            store = _old_store(place, f"{word}m{number}")
        with at_work(store):
            acknowledge(store.name)


def _old_store(place: Path, name: str) -> Path:
    """A whole copy of the old store: what is interrupted is what happens to it afterwards."""
    store, copying = place / "stores" / name, place / f"{name}.copying"
    shutil.copytree(place / "old", copying)
    for file in copying.iterdir():
        flush_file(file)
    flush_folder(copying)
    copying.rename(store)
    flush_folder(place)
    flush_folder(store.parent)
    return store


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    """Whichever schema a store was left with, it opens, and with everything it had."""
    stores = [store for store in (place / "stores").iterdir() if "-" not in store.name]
    tally["lost"] += len(acknowledged - {store.name for store in stores})
    for store in sorted(stores, key=_number)[-2:]:
        with opening(tally), at_work(store) as clinic:
            tally["partial"] += events(clinic, "action").count("store.migrate") != 1
            with database_of(clinic).reading() as session:
                tally["lost"] += not _is_kept(content_of(session))
            count_unsound(clinic, tally)


def _number(store: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", store.name)))


def _is_kept(found: Content) -> bool:
    """Whether every row of the first schema is there with its number."""
    return all(
        [row["id"] for row in found[table]] == list(range(1, ROWS + 1)) for table in _CLINICAL
    ) and all(row["value"] == row["id"] + 0.5 for row in found["observation"])


WORK = Work(prepare, go_on, check, longest_life=0.8, kills=6, states=8)
