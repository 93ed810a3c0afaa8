"""Whether a store can be written at this moment, as everybody should know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """words: what is wrong and what to do, "" while all is well.

    damaged: nothing is read or written any more.  missing: bytes that must become free, 0 when
    room is not what is lacking.
    """

    words: str = ""
    damaged: bool = False
    missing: int = 0

    @property
    def is_writable(self) -> bool:
        """Whether what is typed can be saved."""
        return not self.words
