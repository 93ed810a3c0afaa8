"""The tables of imported files, kept byte for byte. Private to `clinicdesk.storage`."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base


class BronzeFileRow(Base):
    """A file that somebody imported, once however often it was."""

    __tablename__ = "bronze_file"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]  # bytes of the file
    packed: Mapped[int]  # bytes of its parts
    kept_at: Mapped[datetime]


class BronzePartRow(Base):
    """Some bytes of a file, compressed by zlib; all parts but the last hold equally many."""

    __tablename__ = "bronze_part"
    __table_args__ = (UniqueConstraint("sha256", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]  # no foreign key: the parts are written while the file is read
    number: Mapped[int]
    content: Mapped[bytes]


class ImportSourceRow(Base):
    """A file as somebody picked it for an import; `import_file` are the tables in it."""

    __tablename__ = "import_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(ForeignKey("bronze_file.sha256"))
