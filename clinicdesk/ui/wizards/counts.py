"""The counts of an import, a line for each table of the store."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinicdesk.services.import_report import Counts, ImportReport
from clinicdesk.ui.tables.columns import Column

_NAMES = {
    "patient": "Patients",
    "encounter": "Encounters",
    "condition": "Problems",
    "observation": "Observations",
    "medication": "Medications",
    "allergy": "Allergies",
}


@dataclass(frozen=True, slots=True)
class Line:
    table: str
    counts: Counts


def lines_of(report: ImportReport) -> Sequence[Line]:
    return [Line(table, counts) for table, counts in report.counts.items()]


def table_name(table: str) -> str:
    """What people call a table of the store."""
    return _NAMES.get(table, table.capitalize())


def count_columns() -> list[Column[Line]]:
    return [
        Column("Table", lambda x: table_name(x.table), "Observations", stretch=True, bold=True),
        Column("Read", lambda x: f"{x.counts.read:,}", "8,888,888", number=True),
        Column("New", lambda x: f"{x.counts.inserted:,}", "8,888,888", number=True),
        Column("Changed", lambda x: f"{x.counts.updated:,}", "8,888,888", number=True),
        Column("As it was", lambda x: f"{x.counts.unchanged:,}", "8,888,888", number=True),
        Column("Stays out", lambda x: f"{x.counts.rejected:,}", "8,888,888", number=True),
    ]
