"""A whole store as the first ClinicDesk left it: its header, and a database of schema 0001."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from clinicdesk import vault
from clinicdesk.domain.roles import Role
from clinicdesk.storage import schema
from clinicdesk.storage.database import Database
from clinicdesk.vault import NewAccount
from tests.conftest import CHEAP, CHEAP_LIMITS, LOGIN, PASSWORD
from tests.storage.old_stores import FIRST, Content, add_user, content_of, fill
from tests.vault.support import forget_audit


def make_old_clinic(folder: Path) -> tuple[Content, str]:
    """Make it; return every row of its database, and its recovery key."""
    account = NewAccount(LOGIN, Role.ADMINISTRATOR, PASSWORD)
    keys, recovery = vault.create(folder, account, cost=CHEAP, limits=CHEAP_LIMITS)
    with closing(keys):
        forget_audit(keys)
        database = Database(folder / "clinic.db", keys.database_key(), create=True)
        facts = {
            "store_id": keys.store_id,
            "clinic_name": "Old clinic",
            "timezone": "Europe/Berlin",
            "demo": "no",
            "created_at": "2026-01-01T00:00:00+00:00",
        }
        with closing(database), database.writing() as session:
            schema.upgrade(session, FIRST)
            add_user(session, 1, keys.user_id, keys.public_key.hex())
            fill(session)
            for name, value in facts.items():
                row = {"name": name, "value": value}
                session.execute(text("INSERT INTO store VALUES (:name, :value)"), row)
            content = content_of(session)
    return content, str(recovery)
