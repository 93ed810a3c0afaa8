"""The version of the schema: bring a store to the newest, refuse one from the future."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from clinicdesk.errors import StoreError

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(session: Session) -> None:
    """Bring the schema to the newest version, within the session's transaction."""
    config = _config()
    config.attributes["connection"] = session.connection()
    command.upgrade(config, "head")


def newest() -> str:
    """The version this program writes."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(session: Session) -> str:
    """The version the store has; "" when it has none."""
    return MigrationContext.configure(session.connection()).get_current_revision() or ""


def require_newest(session: Session) -> None:
    """Raise a StoreError unless the store has exactly the version this program writes."""
    version = current(session)
    if not version:
        raise StoreError(
            "clinic.db is empty or is not a ClinicDesk store. Restore the last backup."
        )
    if version != newest():
        raise StoreError(
            f"The store was written by a newer ClinicDesk (schema {version}). Update ClinicDesk."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
