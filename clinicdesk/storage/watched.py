"""The watched folder: what was decided of it, and what became of its files."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinicdesk.domain.understood import WatchedFile, WatchedState, WatchPlan
from clinicdesk.errors import RecordNotFound
from clinicdesk.storage import store
from clinicdesk.storage.template_tables import WatchedFileRow

_ON, _FOLDER, _TEMPLATE = "watch_on", "watch_folder", "watch_template"


def plan(session: Session) -> WatchPlan:
    """What an administrator decided; off, until one does."""
    return WatchPlan(
        on=store.setting(session, _ON) == "yes",
        folder=store.setting(session, _FOLDER),
        template=store.setting(session, _TEMPLATE),
    )


def change_plan(session: Session, plan: WatchPlan) -> None:
    """Decide anew."""
    store.change_setting(session, _ON, "yes" if plan.on else "no")
    store.change_setting(session, _FOLDER, plan.folder)
    store.change_setting(session, _TEMPLATE, plan.template)


def every(session: Session) -> list[WatchedFile]:
    """All files that were seen, newest first."""
    query = select(WatchedFileRow).order_by(WatchedFileRow.id.desc())
    return [_file(row) for row in session.scalars(query)]


def is_known(session: Session, sha256: str) -> bool:
    """Whether a file of this content was seen before."""
    known = select(WatchedFileRow.id).where(WatchedFileRow.sha256 == sha256)
    return session.scalar(known) is not None


def begin(session: Session, name: str, sha256: str, problem: str, at: datetime) -> int:
    """Note a file before anything is done with it: a crash leaves it waiting, with this problem."""
    row = WatchedFileRow(
        name=name, sha256=sha256, state=WatchedState.WAITING, seen_at=at, problem=problem
    )
    session.add(row)
    session.flush()
    return row.id


def settle(
    session: Session, file_id: int, state: WatchedState, problem: str, import_id: int | None = None
) -> None:
    """Say what became of a file."""
    row = _row(session, file_id)
    row.state, row.problem, row.import_id = state, problem, import_id


def forget(session: Session, file_id: int) -> None:
    """Let the next look meet the file as a new one."""
    _row(session, file_id)
    session.execute(delete(WatchedFileRow).where(WatchedFileRow.id == file_id))


def get(session: Session, file_id: int) -> WatchedFile:
    """The file of that number; raise `RecordNotFound`."""
    return _file(_row(session, file_id))


def _row(session: Session, file_id: int) -> WatchedFileRow:
    row = session.get(WatchedFileRow, file_id)
    if row is None:
        raise RecordNotFound(f"There is no file {file_id} of the watched folder. List them.")
    return row


def _file(row: WatchedFileRow) -> WatchedFile:
    return WatchedFile(
        row.id,
        row.name,
        row.sha256,
        WatchedState(row.state),
        row.seen_at,
        row.import_id,
        row.problem,
    )
