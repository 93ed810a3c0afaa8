"""The first schema: accounts, imports, the record and who may see it, risks, audit, search.

Columns are written out, not taken from `tables.py`: a released migration never changes again.
Instants are milliseconds since 1970 UTC. Constraints take their names from the convention in
`tables.py`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NOCASE = sa.String(collation="NOCASE")


def upgrade() -> None:
    """Make an empty store."""
    _store_and_accounts()
    _imports()
    _patient()
    _record()
    _who_sees_what()
    _risks()
    _audit()
    _patient_search()


def _store_and_accounts() -> None:
    op.create_table("store", sa.Column("name", sa.String(), primary_key=True), _text("value"))
    op.create_table(
        "user",
        _id(),
        sa.Column("user_id", sa.String(), nullable=False, unique=True),
        sa.Column("login", _NOCASE, nullable=False, unique=True),
        _text("display_name"),
        _text("role"),
        _text("status"),
        _text("public_key"),
        _text("changing"),
        _instant("created_at"),
    )


def _imports() -> None:
    op.create_table(
        "import_run",
        _id(),
        _instant("started_at"),
        _maybe("finished_at", sa.Integer()),
        _link("user_id", "user.id", nullable=True),
        _text("timezone"),
        _text("counts"),
    )
    op.create_table(
        "import_file",
        _id(),
        _link("import_id", "import_run.id", index=True),
        _text("name"),
        _text("sha256"),
        _text("preset"),
        _integer("rows"),
    )
    op.create_table(
        "rejected_row",
        _id(),
        _link("file_id", "import_file.id", index=True),
        _integer("row"),
        _text("table_name"),
        _text("column_name"),
        _text("rule"),
        _text("message"),
        _text("text"),
    )


def _patient() -> None:
    op.create_table(
        "patient",
        _id(),
        sa.Column("mrn", sa.String(), nullable=False, unique=True),
        _text("source"),
        sa.Column("family_name", _NOCASE, nullable=False),
        sa.Column("given_name", _NOCASE, nullable=False),
        _text("prefix"),
        _maybe("birth_date", sa.Date()),
        _maybe("age_years", sa.Integer()),
        _maybe("age_true_on", sa.Date()),
        _text("gender"),
        _text("original_gender"),
        _maybe("deceased_on", sa.Date()),
        _text("address"),
        _text("phone"),
        _text("email"),
        _text("insurance"),
        _maybe("registered_on", sa.Date()),
        _text("allergy_status"),
        _maybe("allergy_status_on", sa.Date()),
        _instant("updated_at"),
        *_origin(),
    )
    op.create_index("ix_patient_list_order", "patient", ["family_name", "given_name", "id"])
    op.create_table("patient_list", _id(), _integer("version"))
    op.execute("INSERT INTO patient_list (id, version) VALUES (1, 0)")


def _record() -> None:
    op.create_table(
        "encounter",
        _id(),
        _link("patient_id", "patient.id"),
        _text("number"),
        _text("source"),
        _text("class"),
        _instant("started_at"),
        _maybe("ended_at", sa.Integer()),
        _text("type_code"),
        _text("type_text"),
        _text("reason_code"),
        _text("reason_text"),
        _maybe("severity", sa.Integer()),
        _maybe("length_of_stay", sa.Double()),
        _maybe("readmitted", sa.Boolean()),
        _text("original_readmitted"),
        *_origin(),
        sa.UniqueConstraint("number", "source"),
    )
    op.create_index("ix_encounter_patient_id_started_at", "encounter", ["patient_id", "started_at"])
    op.create_table(
        "condition",
        _id(),
        *_owner(),
        _text("code_system"),
        _text("code"),
        _text("display"),
        _text("onset"),
        _maybe("abatement", sa.Date()),
        _text("source"),
        _integer("ordinal"),
        *_origin(),
        sa.UniqueConstraint("patient_id", "code", "display", "onset", "source", "ordinal"),
    )
    op.create_table(
        "observation",
        _id(),
        *_owner(),
        _text("code"),
        _instant("effective_at"),
        _maybe("value", sa.Double()),
        _text("unit"),
        _text("text"),
        _text("original_code"),
        _text("display"),
        _text("original_value"),
        _text("original_unit"),
        _text("source"),
        _integer("ordinal"),
        *_origin(),
        sa.UniqueConstraint("patient_id", "code", "effective_at", "source", "ordinal"),
        sa.CheckConstraint("value IS NOT NULL OR text <> ''", name="value_or_text"),
    )
    op.create_table(
        "medication",
        _id(),
        *_owner(),
        _text("number"),
        _text("code_system"),
        _text("code"),
        _text("display"),
        _text("category"),
        _text("dosage"),
        _maybe("quantity", sa.Double()),
        _text("original_quantity"),
        _maybe("days_supply", sa.Integer()),
        _maybe("refills", sa.Integer()),
        _text("authored_on"),
        _maybe("ended_on", sa.Date()),
        _text("reason"),
        _text("source"),
        _integer("ordinal"),
        *_origin(),
        sa.UniqueConstraint(
            "patient_id", "number", "code", "display", "authored_on", "source", "ordinal"
        ),
    )
    op.create_index(
        "uq_medication_number",
        "medication",
        ["number", "source"],
        unique=True,
        sqlite_where=sa.text("number <> ''"),
    )
    op.create_table(
        "allergy",
        _id(),
        *_owner(),
        _text("code_system"),
        _text("code"),
        _text("display"),
        _text("category"),
        _text("reaction"),
        _text("severity"),
        _text("recorded_on"),
        _maybe("ended_on", sa.Date()),
        _text("source"),
        _integer("ordinal"),
        *_origin(),
        sa.UniqueConstraint("patient_id", "code", "display", "recorded_on", "source", "ordinal"),
    )
    op.create_table(
        "document",
        _id(),
        _link("patient_id", "patient.id", index=True),
        _text("title"),
        _text("content_type"),
        _integer("size"),
        _text("sha256"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _instant("created_at"),
    )


def _who_sees_what() -> None:
    op.create_table(
        "restriction",
        _id(),
        _link("patient_id", "patient.id"),
        _text("reason"),
        _link("user_id", "user.id"),
        _instant("at"),
        _link("lifted_by", "user.id", nullable=True),
        _maybe("lifted_at", sa.Integer()),
        _text("lifted_because"),
    )
    op.create_index(
        "uq_restriction_patient_id",
        "restriction",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "record_grant",
        _owning("patient_id", "patient.id"),
        _owning("user_id", "user.id"),
        _link("granted_by", "user.id"),
        _instant("at"),
    )
    op.create_table(
        "emergency_access",
        _id(),
        _link("patient_id", "patient.id"),
        _link("user_id", "user.id"),
        _text("reason"),
        _instant("at"),
        _instant("expires_at"),
        _link("reviewed_by", "user.id", nullable=True),
        _maybe("reviewed_at", sa.Integer()),
        _text("comment"),
    )
    op.create_index(
        "ix_emergency_access_patient_id_user_id", "emergency_access", ["patient_id", "user_id"]
    )
    op.create_table(
        "patient_account",
        _owning("user_id", "user.id"),
        _link("patient_id", "patient.id", index=True),
        _instant("linked_at"),
        _maybe("shared_at", sa.Integer()),
        _link("shared_by", "user.id", nullable=True),
    )


def _risks() -> None:
    op.create_table(
        "model_version",
        _id(),
        _text("model"),
        _text("version"),
        _text("kind"),
        _text("sha256"),
        _text("card"),
        _instant("first_used_at"),
        sa.UniqueConstraint("model", "sha256"),
    )
    op.create_table(
        "risk_assessment",
        _id(),
        _link("patient_id", "patient.id"),
        _link("model_version_id", "model_version.id"),
        _instant("assessed_at"),
        _maybe("probability", sa.Double()),
        _text("band"),
        _text("estimate"),
        _link("user_id", "user.id", nullable=True),
    )
    op.create_index("ix_risk_assessment_patient", "risk_assessment", ["patient_id", "assessed_at"])


def _audit() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), primary_key=True),
        _instant("at"),
        _link("user_id", "user.id", nullable=True),
        _text("role"),
        _text("action"),
        _text("object_type"),
        _text("object_id"),
        _text("outcome"),
        _text("detail"),
    )


def _patient_search() -> None:
    """Search by the start of any word; the triggers keep it in step with `patient`.

    `born` holds the birthday as people type it: 1945-07-14, 14/07/1945, 14-Jul-1945, 14071945.
    """
    op.execute(
        "CREATE VIRTUAL TABLE patient_search USING fts5(family, given, mrn, born, content='',"
        " contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
    )
    year, month, day = (f"substr(new.birth_date, {part})" for part in ("1, 4", "6, 2", "9, 2"))
    name = f"substr('JanFebMarAprMayJunJulAugSepOctNovDec', 3 * {month} - 2, 3)"
    born = " || ' ' || ".join(
        (year, month, day, month, year, day, name, year, f"{day} || {month} || {year}")
    )
    add = (
        "INSERT INTO patient_search (rowid, family, given, mrn, born)"
        f" VALUES (new.id, new.family_name, new.given_name, new.mrn, coalesce({born}, ''));"
    )
    drop = "DELETE FROM patient_search WHERE rowid = old.id;"
    count = "UPDATE patient_list SET version = version + 1;"
    searched = ("id", "family_name", "given_name", "mrn", "birth_date")
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in searched)
    for when, steps in {
        "AFTER INSERT ON patient": add + count,
        "AFTER DELETE ON patient": drop + count,
        f"AFTER UPDATE OF {', '.join(searched)} ON patient WHEN {changed}": drop + add + count,
    }.items():
        event = when.split()[1].lower()
        op.execute(f"CREATE TRIGGER patient_search_{event} {when} BEGIN {steps} END")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _maybe(name: str, type_: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=True)


def _link(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(target), nullable=nullable, index=index)


def _owning(name: str, target: str) -> sa.Column[int]:
    """A link that is the row's own key."""
    return sa.Column(name, sa.Integer(), sa.ForeignKey(target), primary_key=True)


def _owner() -> tuple[sa.Column[int], sa.Column[int]]:
    """Whose it is, and the visit it belongs to."""
    return _link("patient_id", "patient.id"), _link("encounter_id", "encounter.id", nullable=True)


def _origin() -> tuple[sa.Column[int], sa.Column[int]]:
    """The file and the row it came from."""
    return _link("file_id", "import_file.id", nullable=True), _maybe("row", sa.Integer())
