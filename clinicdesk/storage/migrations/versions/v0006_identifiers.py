"""Let two patients have one number, each from another system; a patient may have several.

`patient.mrn` was unique over all sources, so that a second hospital's number 42 was taken for the
first one's. A number means somebody only together with the system that gave it. SQLite drops no
UNIQUE: the table is made anew within the transaction, and its triggers and indexes with it.
"""

import sqlalchemy as sa
from alembic import op

from clinicdesk.storage.migrations.keeping import keep_history

revision = "0006"
down_revision = "0005"

_OWN = ("clinic-csv", "encounters-csv", "vitals-csv")  # feeds that write the clinic's own numbers
_UNIQUE = "CONSTRAINT uq_patient_mrn UNIQUE (mrn), "
_KEPT = (
    "mrn", "mrn_system", "source", "family_name", "given_name", "prefix", "birth_date", "age_years",
    "age_true_on", "gender", "original_gender", "deceased_on", "deceased", "address", "phone",
    "email", "insurance", "registered_on", "allergy_status", "allergy_status_on", "file_id", "row",
    "entered_in_error",
)  # fmt: skip


def upgrade() -> None:
    _without_unique_number()
    _columns()
    _identifiers()
    _search_by_every_number()
    keep_history("patient", _KEPT)


def _without_unique_number() -> None:
    """The same table without the constraint: its rows leave it and come back.

    A foreign key may point nowhere until the end of the transaction, when all is there again.
    """
    connection = op.get_bind()
    beside = sa.text(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'patient'"
        " AND type IN ('trigger', 'index') AND sql IS NOT NULL"
    )
    objects = connection.execute(beside).all()
    table = str(connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'patient'")))
    plain = " ".join(table.split())
    if _UNIQUE not in plain:
        raise ValueError("the table of patients is not the one of schema 5")
    op.execute("PRAGMA defer_foreign_keys = ON")
    for kind, name, _ in objects:
        op.execute(f"DROP {kind} {name}")
    op.execute("CREATE TABLE patient_before AS SELECT * FROM patient")
    op.execute("DELETE FROM patient")
    op.execute("DROP TABLE patient")
    op.execute(sa.text(plain.replace(_UNIQUE, "").replace(":", r"\:")))
    op.execute("INSERT INTO patient SELECT * FROM patient_before")
    op.execute("DROP TABLE patient_before")
    for _, _, sql in objects:
        connection.exec_driver_sql(sql)


def _columns() -> None:
    """Whose number it is; that somebody died, where no day is known."""
    op.add_column(
        "patient", sa.Column("mrn_system", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "patient", sa.Column("deceased", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_patient_mrn", "patient", ["mrn"])
    own = ", ".join(f"'{source}'" for source in _OWN)
    connection = op.get_bind()
    # No trigger watches the new columns yet: this is no change that anybody made.
    connection.exec_driver_sql(
        f"UPDATE patient SET mrn_system = source WHERE source NOT IN ({own})"
    )
    connection.exec_driver_sql("UPDATE patient SET deceased = 1 WHERE deceased_on IS NOT NULL")


def _identifiers() -> None:
    """patient_id is NULL of a number that somebody has whom nobody has recognised yet."""
    op.create_table(
        "patient_identifier",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patient.id"), nullable=True),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("import_file.id"), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.UniqueConstraint("value", "system", "patient_id"),
    )
    op.create_index("ix_patient_identifier_patient_id", "patient_identifier", ["patient_id"])
    columns = "patient_id, system, value, file_id, row"
    op.execute(
        f"INSERT INTO patient_identifier ({columns})"
        " SELECT id, mrn_system, mrn, file_id, row FROM patient"
    )
    op.execute(  # a patient is known by the own number from the first moment on
        "CREATE TRIGGER patient_identified AFTER INSERT ON patient BEGIN"
        f" INSERT INTO patient_identifier ({columns})"
        " VALUES (new.id, new.mrn_system, new.mrn, new.file_id, new.row); END"
    )


def _search_by_every_number() -> None:
    """Whoever has a number of another system is found by it too."""
    searched = ("family_name", "given_name", "mrn", "birth_date", "entered_in_error")
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in searched)
    op.execute("DROP TRIGGER patient_search_update")
    op.execute(
        f"CREATE TRIGGER patient_search_update AFTER UPDATE OF {', '.join(searched)} ON patient"
        f" WHEN {changed} BEGIN {_indexed('new.id')}"
        " UPDATE patient_list SET version = version + 1; END"
    )
    for event, row in (("INSERT", "new"), ("DELETE", "old")):
        op.execute(
            f"CREATE TRIGGER patient_search_number_{event.lower()} AFTER {event}"
            f" ON patient_identifier WHEN {row}.value IS NOT"
            f" (SELECT mrn FROM patient WHERE id = {row}.patient_id)"
            f" AND {row}.patient_id IS NOT NULL BEGIN {_indexed(f'{row}.patient_id')} END"
        )


def _indexed(patient_id: str) -> str:
    """Index a patient anew: names, every number, the birthday as people type it (schema 1)."""
    year, month, day = (f"substr(birth_date, {part})" for part in ("1, 4", "6, 2", "9, 2"))
    name = f"substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * {month} - 2, 3)"
    born = " || ' ' || ".join(
        (year, month, day, month, year, day, name, year, f"{day} || {month} || {year}")
    )
    others = (
        "coalesce((SELECT group_concat(value, ' ') FROM patient_identifier"
        " WHERE patient_identifier.patient_id = patient.id AND value <> patient.mrn), '')"
    )
    return (
        f"DELETE FROM patient_search WHERE rowid = {patient_id};"
        " INSERT INTO patient_search (rowid, family, given, mrn, born)"
        f" SELECT id, family_name, given_name, mrn || ' ' || {others}, coalesce({born}, '')"
        f" FROM patient WHERE id = {patient_id} AND NOT entered_in_error;"
    )
