"""What stands: a row that was entered in error is kept for the history and shown nowhere else."""

from sqlalchemy import ColumnElement

from clinicdesk.storage.tables import Clinical


def standing(table: type[Clinical]) -> ColumnElement[bool]:
    """The rows that nobody marked as entered in error."""
    return table.entered_in_error.is_(False)
