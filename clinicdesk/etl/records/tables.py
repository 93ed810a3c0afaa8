"""Which function makes records of which table's rows."""

from collections.abc import Callable, Iterator, Mapping

from clinicdesk.etl.batches import Batch, Rows
from clinicdesk.etl.records.clinical import (
    allergies,
    conditions,
    medications,
    results,
    wide_results,
)
from clinicdesk.etl.records.encounters import encounters
from clinicdesk.etl.records.patients import patients
from clinicdesk.etl.records.several import several
from clinicdesk.etl.records.visits import visits

Transform = Callable[[Rows], Iterator[Batch]]

TRANSFORMS: Mapping[str, Transform] = {
    "patient": patients,
    "visit": visits,
    "several": several,
    "encounter": encounters,
    "condition": conditions,
    "observation": results,
    "wide": wide_results,
    "medication": medications,
    "allergy": allergies,
}
