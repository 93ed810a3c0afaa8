"""The key header is written without pause: pins and, every third time, the roster."""

from collections.abc import Set
from pathlib import Path

from clinicdesk import vault
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, Domain, Pins
from tests.faults.works.work import BEGUN, Acknowledge, Tally, Work, opening
from tests.vault.support import ADMIN, ADMIN_PASSWORD, OTHER_PASSWORD, added, files_of, made, opened

_COPIES = (KEYS_FILE, KEYS_COPY)


def prepare(place: Path) -> None:
    keys, _ = made(place / "store")
    (place / "bob").write_text(added(keys, "bob"))
    (place / "key").write_bytes(keys.database_key())
    keys.close()


def go_on(place: Path, _: str, acknowledge: Acknowledge) -> None:
    keys = opened(place / "store")
    bob = (place / "bob").read_text()
    generation = keys.current().generation
    acknowledge(BEGUN)
    while True:
        generation += 1
        if generation % 3:
            vault.write_pins(keys, Domain.CLINICAL, Pins(generation))
        else:
            vault.change_role(keys, bob, ("nurse", "clinician")[generation % 2])
        acknowledge(str(generation))


def check(place: Path, acknowledged: Set[str], tally: Tally) -> None:
    """Both copies are whole and the newest, and every password opens the same key."""
    store = place / "store"
    tally["mended"] += len(_contents(store)) > 1 or bool(list(store.glob("*.new")))
    with opening(tally):
        newest = files_of(store).load().generation
        tally["lost"] += newest < max(map(int, acknowledged), default=0)
        for login, password in ((ADMIN, ADMIN_PASSWORD), ("bob", OTHER_PASSWORD)):
            keys = opened(store, login, password)
            tally["unopenable"] += keys.database_key() != (place / "key").read_bytes()
            keys.close()
        tally["unfinished"] += len(_contents(store)) > 1 or bool(list(store.glob("*.new")))


def _contents(store: Path) -> set[bytes]:
    return {(store / name).read_bytes() for name in _COPIES if (store / name).exists()}


WORK = Work(prepare, go_on, check, longest_life=0.03, kills=112, states=16)
