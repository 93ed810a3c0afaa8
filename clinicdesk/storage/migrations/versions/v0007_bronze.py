"""Bronze: what the import keeps of every file."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None: ...
