"""Propose a password that is random and can be remembered."""

import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clinicdesk.vault.guessing import read_words

WORDS = 4


@dataclass(frozen=True, slots=True)
class Passphrase:
    """bits: of randomness; each word of the list is as likely as any other."""

    text: str = field(repr=False)
    bits: float


def propose_passphrase(
    words: int = WORDS, choose: Callable[[Sequence[str]], str] = secrets.choice
) -> Passphrase:
    """Draw words from the shipped list, with spaces between: 45 bits for four."""
    known = read_words("words.txt")
    return Passphrase(" ".join(choose(known) for _ in range(words)), words * math.log2(len(known)))
