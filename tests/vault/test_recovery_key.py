"""The recovery key: what people mistype is noticed, always (A12)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.errors import BadInput
from clinicdesk.vault.recovery import RecoveryKey, new_recovery_key, read_recovery_key

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRETS = st.binary(min_size=16, max_size=16)


def plain(key: RecoveryKey) -> str:
    return str(key).replace("-", "")


@given(SECRETS)
def test_what_is_written_is_read_back(secret: bytes) -> None:
    key = RecoveryKey(secret)
    assert read_recovery_key(str(key)) == key
    assert [len(group) for group in str(key).split("-")] == [4] * 7
    assert set(plain(key)) <= set(LETTERS)


@pytest.mark.parametrize("seed", range(4))
def test_every_single_substitution_is_noticed(seed: int) -> None:
    typed = plain(RecoveryKey(random.Random(seed).randbytes(16)))
    for at, letter in enumerate(typed):
        for other in LETTERS.replace(letter, ""):
            with pytest.raises(BadInput, match="typing mistake"):
                read_recovery_key(typed[:at] + other + typed[at + 1 :])


@pytest.mark.parametrize("seed", range(40))
def test_every_swap_of_neighbours_is_noticed(seed: int) -> None:
    typed = plain(RecoveryKey(random.Random(seed).randbytes(16)))
    for at in range(len(typed) - 1):
        if typed[at] == typed[at + 1]:
            continue
        swapped = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
        with pytest.raises(BadInput, match="typing mistake"):
            read_recovery_key(swapped)


@given(SECRETS)
def test_handwriting_is_read_kindly(secret: bytes) -> None:
    key = RecoveryKey(secret)
    typed = str(key).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert read_recovery_key(f"  {typed}\n") == key


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "are 0"),
        ("K7Q2-K7Q2", "are 8"),
        ("0" * 28, "typing mistake"),
        ("U" * 28, "no 'U'"),
        ("K7Q2-" * 7 + "é", "no 'É'"),
    ],
)
def test_what_cannot_be_a_key_is_said(typed: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_recovery_key(typed)


def test_keys_are_random_and_silent() -> None:
    keys = {str(new_recovery_key()) for _ in range(100)}
    assert len(keys) == 100
    key = new_recovery_key()
    assert repr(key) == "RecoveryKey()"
