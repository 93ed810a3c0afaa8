"""Where generated stores are kept between runs."""

import hashlib
from pathlib import Path

from bench.frame import DATA
from clinicdesk.storage import schema


def store_file(name: str) -> Path:
    """A path below `bench/data/` that changes with the schema: an old store is not measured."""
    migrations = Path(schema.__file__).parent / "migrations" / "versions"
    written = b"".join(path.read_bytes() for path in sorted(migrations.glob("*.py")))
    return DATA / f"{name}-{hashlib.sha256(written).hexdigest()[:8]}.db"
