"""Imported files, read again from the store in the way in which they were read."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from clinicdesk.etl.files import TableFile, recognise
from clinicdesk.etl.mended import sources_of
from clinicdesk.etl.picked import Picked
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.readers.structured import tables_in
from clinicdesk.storage import bronze


def picks_of(session: Any, import_id: int) -> list[Picked]:
    """The files of an import, to be read while the session lasts; none where none was kept."""
    sizes = {file.sha256: file.size for file in bronze.files(session)}
    return [
        Picked(each.name, sizes[each.sha256], partial(bronze.opened, session, each.sha256))
        for each in bronze.sources_of(session, import_id)
    ]


def tables_of(picks: Sequence[Picked], plan: Plan) -> list[TableFile]:
    """The tables in these files, as the plan has them."""
    return recognise(tables_in(sources_of(picks)), plan)
