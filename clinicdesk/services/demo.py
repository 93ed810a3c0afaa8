"""The demonstration clinic: invented people in a real store, brought in by the real importer."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from clinicdesk.decoding.wire import Drawing
from clinicdesk.demo.ecg import ecg_strip
from clinicdesk.demo.generator import PATIENTS, SEED, generate
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.clock import utc_now
from clinicdesk.services.import_report import ImportReport
from clinicdesk.services.png import png_of
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.session import create_clinic, unlock_clinic
from clinicdesk.vault.kdf import LIMITS, STANDARD, KdfCost, Limits

NAME, LOGIN, ZONE = "Demonstration clinic", "demo", "Europe/London"
_REGION = {"north_america": "0", "region": "low"}  # the United Kingdom (ESC 2021)
SHOWCASE_MRN = "DEMO-00001"  # whose record has everything a screen, a model and a report show
MOST_PATIENTS = 99_999  # the digits of a record number
_STORE, _PASSWORD, _REPORT, _PICTURES = "clinic", "password.txt", "report.pdf", "screenshots"
_WORK = ".work"  # while something is made; gone afterwards
_OURS = {_STORE, _PASSWORD, _REPORT, _PICTURES, _WORK}


@dataclass(frozen=True, slots=True)
class DemoStore:
    """Where the demonstration is. imported: what this call brought in, None when it was there."""

    home: Path
    imported: ImportReport | None
    login: str = LOGIN

    @property
    def folder(self) -> Path:
        """The store."""
        return self.home / _STORE

    @property
    def password_file(self) -> Path:
        return self.home / _PASSWORD

    @property
    def password(self) -> str:
        return self.password_file.read_text(encoding="utf-8").strip()

    @property
    def report(self) -> Path:
        """Where the report of the showcase patient belongs."""
        return self.home / _REPORT

    @property
    def pictures(self) -> Path:
        return self.home / _PICTURES

    def unlock(self, *, now: Callable[[], datetime] = utc_now, limits: Limits = LIMITS) -> Clinic:
        """Unlock it with the password that lies beside it."""
        return unlock_clinic(
            self.folder, login=self.login, password=self.password, now=now, limits=limits
        )


def build_demo(
    home: Path,
    *,
    patients: int = PATIENTS,
    seed: int = SEED,
    now: Callable[[], datetime] = utc_now,
    progress: Progress = SILENT,
    cost: KdfCost = STANDARD,
    limits: Limits = LIMITS,
) -> DemoStore:
    """Build the demonstration in `home`, or return the one that is there, untouched.

    home: a new folder, an empty one, or one with a demonstration.  A build that was interrupted
    left no store: it starts again.  The store is renamed into place last, when it is whole.
    """
    home = home.absolute()
    if not 1 <= patients <= MOST_PATIENTS:
        raise BadInput(f"A demonstration has 1 to {MOST_PATIENTS:,} patients.")
    if (home / _STORE).exists():
        _require_password(home)
        return DemoStore(home, imported=None)
    _require_ours(home)
    password = secrets.token_urlsafe(18)
    with working_folder(home) as work:
        clinic, _ = create_clinic(
            work / _STORE,
            login=LOGIN,
            password=password,
            clinic_name=NAME,
            timezone=ZONE,
            demo=True,
            now=now,
            cost=cost,
            limits=limits,
        )
        try:
            progress.report(0.0, "Inventing patients")
            with hospital_export(work, patients=patients, seed=seed, now=now) as files:
                report = clinic.imports.run(files, progress=progress)
            _attach_ecg(clinic, work)
            clinic.settings.decide_for_scores(_REGION)
        finally:
            clinic.lock()
        _write_secret(home / _PASSWORD, password)
        (work / _STORE).rename(home / _STORE)
    return DemoStore(home, imported=report)


def _attach_ecg(clinic: Clinic, folder: Path) -> None:
    """Give the showcase patient a document."""
    file = folder / "ECG lead II.png"
    file.write_bytes(png_of(Drawing(*ecg_strip())))
    clinic.documents.add(clinic.patients.by_mrn(SHOWCASE_MRN).id, file)
    file.unlink()


@contextmanager
def hospital_export(
    folder: Path,
    *,
    patients: int = PATIENTS,
    seed: int = SEED,
    now: Callable[[], datetime] = utc_now,
) -> Iterator[Sequence[Path]]:
    """The invented hospital's CSV files in `folder`, for as long as the block runs."""
    export = folder / "export"
    shutil.rmtree(export, ignore_errors=True)
    export.mkdir(mode=0o700, parents=True)
    try:
        as_of = now().astimezone(ZoneInfo(ZONE)).replace(minute=0)  # the same within the hour
        yield generate(export, patients=patients, seed=seed, as_of=as_of)
    finally:
        shutil.rmtree(export)


@contextmanager
def working_folder(home: Path) -> Iterator[Path]:
    """A folder for its owner alone, gone when the block ends, whichever way."""
    work = home / _WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _require_ours(home: Path) -> None:
    """Refuse a folder with anything in it that a demonstration does not leave there."""
    if home.exists() and not home.is_dir():
        raise StoreError("That is a file. Choose a new or an empty folder for the demonstration.")
    if home.is_dir() and {entry.name for entry in home.iterdir()} - _OURS:
        raise StoreError(
            "The folder holds other files. Choose a new or an empty folder for the demonstration."
        )


def _require_password(home: Path) -> None:
    if not (home / _PASSWORD).is_file():
        raise StoreError(
            "The demonstration has lost its password.txt and cannot be opened. Delete its folder, "
            "or choose another one."
        )


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
