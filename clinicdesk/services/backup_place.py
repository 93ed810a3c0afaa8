"""Where backups go, by the plan of the clinic, and how one is taken away."""

import os
import re
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clinicdesk.domain.backup import BackupPlan
from clinicdesk.domain.roles import Principal
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services import manifest as manifests
from clinicdesk.storage import audit, backups
from clinicdesk.storage.database import Database

_GOING = ".gone-"
_UNFINISHED = re.compile(r"\.(gone-|rehearsal-|\d{4}-\d\d-\d\d-\d{4}).*")  # hidden, half done
_ABANDONED = timedelta(days=1)  # nobody is at work on it any more


def place_of(plan: BackupPlan, folder: Path) -> Path:
    """The folder that scheduled backups go to."""
    folder = folder.absolute()
    return Path(plan.folder) if plan.folder else folder.with_name(f"{folder.name}-backups")


def change_plan(
    database: Database, folder: Path, plan: BackupPlan, by: Principal, at: datetime
) -> None:
    """Decide anew; raise `BadInput` for a folder that takes no backups."""
    if plan.folder:
        _require_usable(Path(plan.folder), folder.absolute())
    with database.writing() as session:
        before = backups.plan(session)
        backups.change_plan(session, plan)
        detail = {"before": before.on, "after": plan.on, "moved": before.folder != plan.folder}
        audit.record(
            session, by, "settings.change", object_type="backup_plan", detail=detail, at=at
        )


def free_name(place: Path, at: datetime) -> Path:
    """A folder in the place that is not there yet, named after the local time."""
    name = f"{at:%Y-%m-%d-%H%M}"
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(place / each for each in names if not (place / each).exists())


def remove_backup(folder: Path, store_id: str) -> bool:
    """Delete a backup of this store; False where its disk is not connected.

    It loses its name first: half a backup is never taken for a whole one.
    """
    if not folder.is_dir():
        return folder.parent.is_dir()
    try:
        manifest = manifests.read(folder)
        if manifest is None or manifest.store_id != store_id:
            return False
        going = folder.with_name(f"{_GOING}{folder.name}")
        folder.rename(going)
    except (OSError, StoreError):
        return False
    shutil.rmtree(going, ignore_errors=True)
    return True


def sweep_abandoned(place: Path, now: datetime) -> None:
    """Delete what backups and rehearsals left that were cut short, but not another's under way."""
    for left in place.glob(".*"):
        with suppress(OSError):
            at = datetime.fromtimestamp(left.stat().st_mtime, UTC)
            if _UNFINISHED.fullmatch(left.name) and now - at > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def is_on_disk_of(place: Path, folder: Path) -> bool:
    """Whether both are on one disk, so that one failure takes both."""
    return _device(place) == _device(folder)


def size_of(folder: Path) -> int:
    """Bytes of all files in it."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _require_usable(place: Path, folder: Path) -> None:
    if not place.is_absolute():
        raise BadInput("Write the whole path of the folder for backups, from the root on.")
    if place.resolve().is_relative_to(folder.resolve()):
        raise BadInput("The folder for backups is inside the store. Choose one outside of it.")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place) as trial:
            trial.write(b"room for a backup?")
    except OSError:
        raise BadInput("Nothing can be written to that folder. Choose another one.") from None


def _device(path: Path) -> int:
    """The disk of a path, or of the nearest folder above it that is there."""
    there = next(each for each in (path, *path.parents) if each.exists())
    return os.stat(there).st_dev
