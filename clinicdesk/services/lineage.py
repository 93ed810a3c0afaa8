"""Say where a value came from: its line in the file, as it was imported, and what was done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from clinicdesk.domain.change import Change, Recorded
from clinicdesk.domain.change_words import differences
from clinicdesk.domain.display import instant_text
from clinicdesk.domain.lineage import Lineage, Origin
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.errors import StoreError, UserFacingError
from clinicdesk.etl.files import TableFile
from clinicdesk.etl.fixes import fix_key
from clinicdesk.etl.picked import Picked
from clinicdesk.etl.plan import Plan, Said
from clinicdesk.etl.readers.csv import chunks
from clinicdesk.etl.tracing import Traced, source_cells, steps
from clinicdesk.services.access import Access, requires
from clinicdesk.services.import_run import survey_all
from clinicdesk.services.kept_files import picks_of, tables_of
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import lineage
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.storage.lineage import Place

_NOT_KEPT = "The file was imported before files were kept: only its name and the row are known."


class _Lost(UserFacingError):
    def __init__(self) -> None:
        super().__init__("The row is not in the kept file any more. Verify the store.")


class Lineages:
    """Where the values of records came from."""

    def __init__(
        self, access: Access, guard: RecordGuard, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._access, self._guard, self._zone, self._now = access, guard, zone, now

    @requires(Action.PATIENT_READ)
    def of(
        self,
        patient_id: PatientId,
        kind: Recorded,
        row_id: int,
        column: str = "",
        progress: Progress = SILENT,
    ) -> Lineage:
        """The lines that a row of the record came from, newest first, and what people did since.

        column: of the record, to mark its cell; else the cells that hold the value.  Raise
        `RecordNotFound` where the patient has no such row.
        """
        with self._guard.reading(patient_id) as session:
            places, changes = lineage.of_row(session, patient_id, kind, row_id)
            origins = [_origin(session, place, kind, column, progress) for place in places]
            done = [text for change in changes for text in self._told(change)]
        return Lineage(kind, row_id, patient_id, origins, done)

    def _told(self, change: Change) -> Iterator[str]:
        if change.import_id is not None:
            return
        when = instant_text(change.at, self._zone)
        for each in differences(change, self._zone):
            yield f"{when}, {change.by}: {each.label}, {each.before} to {each.after}"


def _origin(session: Any, place: Place, kind: Recorded, column: str, progress: Progress) -> Origin:
    """The place with its line; without it where the file is not kept or cannot be read."""
    origin = Origin(
        place.import_id,
        place.imported_at,
        place.by,
        place.file,
        picked="",
        sha256=place.sha256,
        row=place.row,
    )
    picks = picks_of(session, place.import_id)
    if not picks:
        return replace(origin, missing=_NOT_KEPT)
    plan = Plan.from_json(place.plan)
    try:
        traced = _traced(tables_of(picks, plan), place, plan, progress)
    except (StoreError, UserFacingError) as error:
        return replace(origin, missing=str(error))
    return replace(
        origin,
        picked=_picked(picks, place.file),
        line=traced.line,
        cells=source_cells(traced, kind.value, place.record, column),
        steps=steps(traced, kind.value, place.record, plan),
    )


def _picked(picks: Sequence[Picked], file: str) -> str:
    """The file as somebody chose it; all of them where the table may be within any."""
    names = [pick.name for pick in picks]
    own = [name for name in names if file == name or file.startswith(f"{name}!")]
    return ", ".join(own or names)


def _traced(files: list[TableFile], place: Place, plan: Plan, progress: Progress) -> Traced:
    """The line of the place, of the one table that has its name and its hash."""
    named = [file for file in files if file.source.name == place.file]
    surveyed = [each for each in survey_all(named, progress) if each.survey.sha256 == place.sha256]
    if not surveyed:
        raise _Lost
    fix = plan.fixes.get(fix_key(place.sha256, place.file), {}).get(place.row, {})
    return _line(surveyed[0].file, place.row, fix, progress)


def _line(file: TableFile, row: int, fix: Said, progress: Progress) -> Traced:
    for chunk in chunks(file.source, file.dialect):
        progress.raise_if_cancelled()
        if row in chunk.numbers:
            return Traced(file, chunk.line_of(row), chunk.cells(row), fix)
    raise _Lost
