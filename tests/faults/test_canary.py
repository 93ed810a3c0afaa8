"""What is planted in a store is in no other file: after work, after a crash, after a kill (F09).

Each flow runs on a machine of its own: home, temporary folder, working folder. Afterwards every
file of it is searched for a name, a record number, a note, the password and the keys, in every
encoding. They may be in what was imported, and in the PDF that was asked for.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinicdesk import vault
from tests.hunting import files_under, found_in, key_forms, text_forms

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a word of POSIX")

NOTE = "Fenwick-Ostrava asked for Zanthorel drops"
FAMILY, GIVEN, MRN, PHONE = "Quixverholm", "Ottilabel", "ZQX-7741093", "+49 171 5550142"
LOGIN, PASSWORD = "zqx-keeper", "Quorvex9 tambril osztrava"
PATIENTS = (
    "patient_id,family_name,given_name,gender,birth_date,phone\n"
    f"{MRN},{FAMILY},{GIVEN},F,1950-02-01,{PHONE}\n"
)
VISITS = "visit_id,patient_id,visit_date,heart_rate,temperature\n"
CORES_WANTED = 'ulimit -S -c $(ulimit -H -c); exec "$@"'
ROWS = 20_000  # an import that takes long enough to be killed
AT_THE_WINDOW = """
import sys, time
from pathlib import Path
from clinicdesk.hardening import harden
from tests.driving import at_the_window

harden()
store, login, password, pdf, reached, note, end = sys.argv[1:]

def steps(person):
    person.type_password(Path(password).read_text(encoding="utf-8"))
    person.press_enter()
    (patient,) = person.clinic.patients.find("")
    person.open_patient(patient)
    person.clinic.drafts.save("restrict", {"reason": note}, patient_id=patient)
    assert not Path(reached).exists()
    if end == "open":
        wait_for_the_end(person)
    person.clinic.reports.patient_report(patient, Path(pdf))
    person.lock()
    assert person.clipboard == ""
    if end == "locked":
        wait_for_the_end(person)
    Path(reached).touch()

def wait_for_the_end(person):
    Path(reached).touch()
    person.wait(lambda: False)

at_the_window(Path(store), login, steps)
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """Everywhere a program could write, and what is planted."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def pdf(self) -> Path:
        return self.folder / "work" / "asked-for.pdf"

    def given(self, name: str) -> Path:
        return self.folder / "given" / name

    @property
    def environment(self) -> dict[str, str]:
        home, temp = str(self.folder / "home"), str(self.folder / "temp")
        moved = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), home)
        moved |= dict.fromkeys(("TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR"), temp)
        moved |= {"CLINICDESK_PASSWORD_FILE": str(self.given("password"))}
        kept = {n: v for n, v in os.environ.items() if not n.startswith("XDG_")}
        tree = str(Path(__file__).parents[2])  # where it works, the tests are not at hand
        return kept | moved | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": tree}

    def start(self, *command: str | Path) -> "subprocess.Popen[bytes]":
        """Start it where nothing but itself keeps core files away; what it says is kept."""
        with (self.folder / "work" / "said").open("ab") as said:
            return subprocess.Popen(
                ["/bin/sh", "-c", CORES_WANTED, "sh", sys.executable, *map(str, command)],
                cwd=self.folder / "work",
                env=self.environment,
                stdout=said,
                stderr=said,
            )

    def run(self, *arguments: str | Path) -> None:
        assert self.start("-m", "clinicdesk", *arguments).wait(timeout=120) == 0

    def at_the_window(self, end: str) -> "tuple[subprocess.Popen[bytes], Path]":
        """The window on its way through the record, and a file that is there when it is done.

        end: waits there `open` or `locked`, else goes on to its own end.
        """
        reached = self.folder / "work" / f"reached {end}"
        given = (self.given("password"), self.pdf, reached, NOTE, end)
        return self.start("-c", AT_THE_WINDOW, self.store, LOGIN, *given), reached

    def hunt(self) -> list[tuple[str, Path]]:
        """Every secret found in a file that has no business with it."""
        allowed = {self.pdf, *files_under(self.folder / "given")}
        files = (file for file in files_under(self.folder) if file not in allowed)
        return found_in(files, self.wanted())

    def wanted(self) -> Mapping[str, set[bytes]]:
        texts = {"family": FAMILY, "given": GIVEN, "number": MRN, "phone": PHONE, "note": NOTE}
        texts |= {"password": PASSWORD}
        keys = vault.unlock(self.store, LOGIN, PASSWORD)
        own = {"private": bytes(keys.contents().private), "database": keys.database_key()}
        own |= {f"{name} {epoch}": bytes(key) for (name, epoch), key in keys._ring._keys.items()}
        keys.close()
        return {name: text_forms(text) for name, text in texts.items()} | {
            name: key_forms(key) for name, key in own.items()
        }


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A store with one patient, who was imported and printed."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    for name in ("home", "temp", "work", "given"):
        (machine.folder / name).mkdir()
    machine.given("password").write_text(PASSWORD, encoding="utf-8")
    machine.given("patients.csv").write_text(PATIENTS, encoding="utf-8")
    machine.given("visits.csv").write_text(_visits(), encoding="utf-8")
    machine.run("init", machine.store, "--login", LOGIN, "--timezone", "Europe/Berlin", "--json")
    asking = (machine.store, "--login", LOGIN)
    machine.run("import", *asking, machine.given("patients.csv"))
    machine.run("report", *asking, "--patient", MRN, "--out", machine.pdf)
    return machine


def test_an_import_and_a_report_leave_nothing(machine: Machine) -> None:
    assert machine.pdf.read_bytes().startswith(b"%PDF-")
    assert machine.hunt() == []


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGABRT])
def test_an_import_that_is_cut_off_leaves_nothing(machine: Machine, end: signal.Signals) -> None:
    log = machine.store / "clinic.db-wal"
    importing = machine.start(
        *("-m", "clinicdesk", "import", machine.store, "--login", LOGIN),
        machine.given("patients.csv"),
        machine.given("visits.csv"),
    )
    while not (log.exists() and log.stat().st_size) and importing.poll() is None:
        time.sleep(0.01)  # until the store is open
    time.sleep(0.5)
    importing.send_signal(end)
    assert importing.wait(timeout=60) == -end, "it was over before it was cut off"
    assert machine.hunt() == []


def test_a_document_and_a_backup_leave_nothing(machine: Machine) -> None:
    """One that is small enough for the database, one in a file of its own; both titled."""
    for size in (1, 10_000):
        letter = machine.given(f"letter-{size}.dcm")
        letter.write_bytes(bytes(128) + b"DICM" + size * NOTE.encode())
        asking = (machine.store, "--login", LOGIN, MRN)
        machine.run("documents", *asking, "add", letter, "--title", f"{NOTE} {size}")
    machine.run("backup", machine.store, machine.folder / "backup", "--login", LOGIN)
    assert (machine.folder / "backup" / "clinic.db").exists()
    assert machine.hunt() == []


def test_a_day_at_the_window_leaves_nothing(machine: Machine) -> None:
    """Unlock, look at every page of the record, leave a draft, print, lock, leave."""
    machine.pdf.unlink()
    window, reached = machine.at_the_window("")
    assert window.wait(timeout=300) == 0
    assert reached.exists()
    assert machine.pdf.read_bytes().startswith(b"%PDF-")
    assert machine.hunt() == []


@pytest.mark.parametrize("state", ["open", "locked"])
def test_a_window_leaves_nothing_while_it_is_there_and_when_it_is_cut_off(
    machine: Machine, state: str
) -> None:
    machine.pdf.unlink(missing_ok=True)
    window, reached = machine.at_the_window(state)
    while not reached.exists() and window.poll() is None:
        time.sleep(0.01)
    assert machine.hunt() == []
    window.kill()
    assert window.wait(timeout=60) == -signal.SIGKILL
    assert machine.hunt() == []


def test_the_hunt_would_find_them(machine: Machine, tmp_path: Path) -> None:
    """The control: each secret in each of its forms is found in a file that holds it."""
    for name, forms in machine.wanted().items():
        for form in forms:
            (tmp_path / "left.tmp").write_bytes(b"before" + form + b"after")
            assert found_in(files_under(tmp_path), {name: forms}), name


def _visits() -> str:
    rows = (
        f"V{at},{MRN},{1 + at % 28:02}/{1 + at % 12:02}/{2000 + at % 25},{60 + at % 40},36.6\n"
        for at in range(ROWS)
    )
    return VISITS + "".join(rows)
