"""The tables of understood files: templates, and what became of the watched folder's files.

Private to `clinicdesk.storage`.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base


class TemplateRow(Base):
    """What a person said of a file's layout, for the next file of the same layout."""

    __tablename__ = "import_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(collation="NOCASE"), unique=True)
    fingerprint: Mapped[str] = mapped_column(index=True)  # of the header, see etl/templates.py
    content: Mapped[str]  # JSON: header and plan
    made_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    used_at: Mapped[datetime | None]


class WatchedFileRow(Base):
    """A file that lay in the watched folder; by its content, once."""

    __tablename__ = "watched_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]  # imported, waiting, dismissed
    seen_at: Mapped[datetime]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"))
    problem: Mapped[str] = mapped_column(default="", server_default="")
