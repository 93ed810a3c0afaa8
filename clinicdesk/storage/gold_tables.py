"""The tables of gold. Private to `clinicdesk.storage`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base


class GoldColumnRow(Base):
    """One column of one block of a gold table, as numpy keeps it (docs/adr/0014).

    part: what divides the table further: the code of a measurement, else "".
    block: the patients' row ids, 4,096 in each.  kind: int, number (NaN: missing) or word.
    words: JSON; what the numbers of a column of words stand for.
    """

    __tablename__ = "gold_column"
    __table_args__ = (UniqueConstraint("table_name", "part", "column_name", "block"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str]
    part: Mapped[str]
    column_name: Mapped[str]
    block: Mapped[int]
    kind: Mapped[str]
    content: Mapped[bytes]
    words: Mapped[str]


class GoldStateRow(Base):
    """Of which state of the record gold was computed; one line.

    built_at: None before the first time.  due_at: when a value dated into the future comes due.
    marks: JSON; the last row of each table that went in.  deleted: rows ever deleted.
    """

    __tablename__ = "gold_state"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    built_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    marks: Mapped[str]
    deleted: Mapped[int]
