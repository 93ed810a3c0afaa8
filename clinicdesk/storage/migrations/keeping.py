"""The triggers that keep what a clinical row said before: no code can forget them.

`acting` has one row while somebody changes clinical rows, and without it every change is refused.
A row is never deleted; one that was wrong is marked as entered in error.
"""

from collections.abc import Sequence

from alembic import op

_UNSEEN = (  # an import completes a row that it has just made: nobody has seen it otherwise
    "(old.version = 1 AND EXISTS (SELECT 1 FROM acting JOIN import_file"
    " ON import_file.import_id = acting.import_id WHERE import_file.id = old.file_id))"
)


def keep_history(table: str, columns: Sequence[str], *, fixed: Sequence[str] = ()) -> None:
    """Make, or make anew, the triggers of a clinical table.

    columns: a change of them is kept in `change`, with the old values of those that changed.
    fixed: they never change.  What is in neither may change and leaves no trace: other keys,
    derived values.  `version` counts by itself.
    """
    for trigger, body in {
        "kept": _kept(table, columns),
        "fixed": _fixed(table, ("id", *fixed)),
        "counted": _counted(table),
        "undeleted": _undeleted(table),
    }.items():
        op.execute(f"DROP TRIGGER IF EXISTS {table}_{trigger}")
        op.execute(f"CREATE TRIGGER {table}_{trigger} {body}")


def keep_fixed(table: str, columns: Sequence[str]) -> None:
    """Make anew which columns of a clinical table never change; its row id is one of them."""
    op.execute(f"DROP TRIGGER IF EXISTS {table}_fixed")
    op.execute(f"CREATE TRIGGER {table}_fixed {_fixed(table, ('id', *columns))}")


def append_only(table: str) -> None:
    """Refuse to change or delete what was written."""
    for event in ("UPDATE", "DELETE"):
        refuse = _refused(f"{table}: what was written stays")
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
            f" BEGIN {refuse}; END"
        )


def _kept(table: str, columns: Sequence[str]) -> str:
    owner = "id" if table == "patient" else "patient_id"
    refuse = _refused(f"{table}: a change needs to know who and why")
    seen = f" AND NOT {_UNSEEN}" if "file_id" in columns else ""
    return (
        f'AFTER UPDATE OF {_names(columns)} ON "{table}" WHEN ({_different(columns)}){seen} BEGIN'
        f" {refuse} WHERE NOT EXISTS (SELECT 1 FROM acting);"
        " INSERT INTO change (table_name, row_id, version, patient_id, user_id, at, reason,"
        f" import_id, before) SELECT '{table}', old.id, old.version, old.{owner}, acting.user_id,"
        f" acting.at, acting.reason, acting.import_id, ({_old_values(columns)}) FROM acting;"
        f' UPDATE "{table}" SET version = old.version + 1 WHERE id = old.id; END'
    )


def _fixed(table: str, columns: Sequence[str]) -> str:
    refuse = _refused(f"{table}: this never changes")
    return (
        f'BEFORE UPDATE OF {_names(columns)} ON "{table}" WHEN {_different(columns)}'
        f" BEGIN {refuse}; END"
    )


def _counted(table: str) -> str:
    refuse = _refused(f"{table}: the version counts by itself")
    return (
        f'BEFORE UPDATE OF version ON "{table}" WHEN new.version IS NOT old.version + 1'
        f" OR NOT EXISTS (SELECT 1 FROM change WHERE table_name = '{table}' AND row_id = old.id"
        f" AND version = old.version) BEGIN {refuse}; END"
    )


def _undeleted(table: str) -> str:
    refuse = _refused(f"{table}: nothing is deleted; mark it as entered in error")
    return f'BEFORE DELETE ON "{table}" BEGIN {refuse}; END'


def _old_values(columns: Sequence[str]) -> str:
    each = " UNION ALL ".join(
        f'SELECT \'{c}\' AS name, old."{c}" AS value WHERE old."{c}" IS NOT new."{c}"'
        for c in columns
    )
    return f"SELECT json_group_object(name, value) FROM ({each})"


def _different(columns: Sequence[str]) -> str:
    return " OR ".join(f'old."{c}" IS NOT new."{c}"' for c in columns)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)


def _refused(why: str) -> str:
    return f"SELECT RAISE(ABORT, '{why}')"
