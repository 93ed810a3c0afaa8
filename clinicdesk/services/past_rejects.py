"""The rejects of an import that is over, as its report had them: to be mended at any time."""

from typing import Any

from clinicdesk.errors import UserFacingError
from clinicdesk.etl.mended import header_line
from clinicdesk.etl.plan import Plan
from clinicdesk.services.import_report import ImportedFile, ImportReport, Reject
from clinicdesk.services.kept_files import picks_of, tables_of
from clinicdesk.storage import imports


def past_rejects(session: Any, import_id: int) -> ImportReport:
    """A report of the rejects alone; their files' headers are read from the kept files."""
    plan = imports.plan_of(session, import_id)
    headers = _headers(session, import_id, plan)
    found = [
        Reject(each.file, each.row, each.table, each.column, each.rule, each.message, each.text)
        for each in imports.rejects_of(session, import_id)
    ]
    tables = {each.file: each.table for each in found}
    files = [
        ImportedFile(
            each.name,
            each.sha256,
            each.preset,
            tables.get(each.name, ""),
            each.rows,
            header=headers.get(each.name, ""),
        )
        for each in imports.files_of(session, import_id)
    ]
    return ImportReport(import_id, "", {}, found, (), files)


def _headers(session: Any, import_id: int, plan: str) -> dict[str, str]:
    """Table -> its header as a line; none of what is not kept or cannot be read any more."""
    picks = picks_of(session, import_id)
    if not picks:
        return {}
    try:
        found = tables_of(picks, Plan.from_json(plan))
    except UserFacingError:
        return {}
    return {f.source.name: header_line(f.dialect.header, f.dialect.delimiter) for f in found}
