"""Where a value came from."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provenance:
    """The import, the file in it and the row in that file (1 is the first data row)."""

    import_id: int
    file: str = field(repr=False)
    row: int
