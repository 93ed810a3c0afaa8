"""What is remembered of how files were understood."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinicdesk.domain.understood import SavedTemplate
from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.storage.template_tables import TemplateRow


def every(session: Session) -> list[SavedTemplate]:
    """All templates, by name."""
    return [_saved(row) for row in session.scalars(select(TemplateRow).order_by(TemplateRow.name))]


def get(session: Session, name: str) -> SavedTemplate:
    """The template of that name, whatever its case; raise `RecordNotFound`."""
    return _saved(_row(session, name))


def save(
    session: Session,
    name: str,
    fingerprint: str,
    content: str,
    *,
    user_id: int,
    at: datetime,
    replace: bool,
) -> int:
    """Keep a template and return its number; raise `BadInput` for a name that is taken."""
    known = session.scalar(select(TemplateRow).where(TemplateRow.name == name))
    if known is not None and not replace:
        raise BadInput(f"There is a template {known.name} already. Replace it, or choose a name.")
    row = known or TemplateRow(name=name)
    row.fingerprint, row.content = fingerprint, content
    row.made_at, row.user_id, row.used_at = at, user_id, None
    session.add(row)
    session.flush()
    return row.id


def note_used(session: Session, names: Collection[str], at: datetime) -> None:
    """Remember that an import used them; one that is not kept here is passed over."""
    for row in session.scalars(select(TemplateRow).where(TemplateRow.name.in_(names))):
        row.used_at = at


def remove(session: Session, name: str) -> int:
    """Forget a template; return the number it had. Raise `RecordNotFound`."""
    row = _row(session, name)
    session.execute(delete(TemplateRow).where(TemplateRow.id == row.id))
    return row.id


def _row(session: Session, name: str) -> TemplateRow:
    row = session.scalar(select(TemplateRow).where(TemplateRow.name == name))
    if row is None:
        raise RecordNotFound(f"There is no template {name}. List the templates to see all.")
    return row


def _saved(row: TemplateRow) -> SavedTemplate:
    return SavedTemplate(row.id, row.name, row.fingerprint, row.content, row.made_at, row.used_at)
