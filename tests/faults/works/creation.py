"""One store after the other is made; each is there as a whole, or not at all."""

from collections.abc import Set
from pathlib import Path

from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, at_work, count_unsound, opening
from tests.services.stores import make_store


def prepare(place: Path) -> None:
    (place / "stores").mkdir()


def go_on(place: Path, word: str, acknowledge: Acknowledge) -> None:
    acknowledge(BEGUN)
    number = 0
    while True:
        number += 1
        clinic, _ = make_store(place / "stores" / f"{word}s{number}")
        clinic.lock()
        acknowledge(f"{word}s{number}")


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    made = {folder.name: folder for folder in (place / "stores").glob("[!.]*")}
    tally["lost"] += len(acknowledged - set(made))
    tally["cut short"] += bool(list((place / "stores").glob(".*")))
    for folder in list(made.values())[-2:]:
        with opening(tally), at_work(folder) as clinic:
            count_unsound(clinic, tally)


WORK = Work(prepare, go_on, check, longest_life=0.4, kills=8, states=8)
