"""The version of the schema: bring a store to the newest, refuse one from the future."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from clinicdesk.errors import StoreError

_SCRIPTS = Path(__file__).parent / "migrations"


class NewerStore(StoreError):
    """Nothing of it was touched."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The store was written by a newer ClinicDesk (schema {version}). Update ClinicDesk;"
            " nothing was changed."
        )


class NoStore(StoreError):
    """A database without a schema of ours."""

    def __init__(self) -> None:
        super().__init__(
            "clinic.db is empty or is not a ClinicDesk store. Restore the last backup."
        )


def upgrade(session: Session, version: str = "head") -> None:
    """Bring the schema to that version, within the session's transaction."""
    config = _config()
    config.attributes["connection"] = session.connection()
    command.upgrade(config, version)


def newest() -> str:
    """The version this program writes."""
    return str(_scripts().get_current_head())


def current(session: Session) -> str:
    """The version the store has; "" when it has none."""
    return MigrationContext.configure(session.connection()).get_current_revision() or ""


def is_older(session: Session) -> bool:
    """Whether it is a store of an older program; raise for a newer one's, and for no store."""
    version = current(session)
    if not version:
        raise NoStore
    return age(version) > 0


def require_newest(session: Session) -> None:
    """Raise a StoreError unless the store has exactly the version this program writes."""
    if is_older(session):
        raise StoreError(
            f"The store was written by an older ClinicDesk (schema {current(session)}). Unlock it"
            " once to bring it up to date."
        )


def age(version: str) -> int:
    """How many versions are newer; raise `NewerStore` for one that this program does not know."""
    newest_first = [script.revision for script in _scripts().walk_revisions()]
    if version not in newest_first:
        raise NewerStore(version)
    return newest_first.index(version)


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
